// Whether a connection still lives, from what came in and when. Pure: time is passed in. Anything inbound proves life,
// nothing outbound does. A timer of ours that fired late (a hidden tab, sleep, a stalled page) judges nobody: what came
// meanwhile may still be on its way to us, so it asks with a beat and waits for the answer.
import type { OutageReason } from "../types/index.ts";

export interface WatchdogPolicy {
  /** Nothing inbound for so long is a dead path. */
  readonly silenceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** After so long without anything inbound one beat asks for an answer; Infinity: none does. */
  readonly askAfterMs: number;
}

/** Browsers align the timers of a hidden tab to the second: that much is no sign of anything. */
export const lateMs = 1500;

interface Probe {
  readonly deadlineAt: number;
  readonly reason: OutageReason;
  readonly isRepeated: boolean;
  readonly waitMs: number;
}

export type Verdict = { readonly beat: boolean; readonly dead?: OutageReason };

export class Watchdog {
  #policy: WatchdogPolicy;
  #receivedAt: number;
  #beatAt: number;
  #dueAt: number;
  #probe: Probe | undefined;

  constructor(policy: WatchdogPolicy, now: number) {
    this.#policy = policy;
    this.#receivedAt = now;
    this.#beatAt = now;
    this.#dueAt = this.nextAt();
  }

  /** A beat has been sent since something last came in. */
  get isAsked(): boolean {
    return this.#beatAt > this.#receivedAt;
  }

  /** For how long nothing had come in when it was asked; Infinity when it is not asked. */
  get silentMsWhenAsked(): number {
    return this.isAsked ? this.#beatAt - this.#receivedAt : Number.POSITIVE_INFINITY;
  }

  get receivedAt(): number {
    return this.#receivedAt;
  }

  /** What is given is judged by from now on; the rest stays. */
  change(policy: Partial<WatchdogPolicy>, now: number): void {
    this.#policy = { ...this.#policy, ...policy };
    this.#dueAt = Math.min(this.#dueAt, Math.max(now, this.nextAt()));
  }

  received(now: number): void {
    this.#receivedAt = now;
    this.#probe = undefined;
  }

  /** Asks now: no answer within `waitMs`, and the connection is dead for `reason`. The caller sends a beat. */
  probe(now: number, waitMs: number, reason: OutageReason): void {
    if (this.#probe !== undefined && this.#probe.deadlineAt <= now + waitMs) return;
    this.#ask(now, waitMs, reason, false);
  }

  /** To be called at `nextAt()`; what it returns has to be done. */
  tick(now: number): Verdict {
    const isLate = now - this.#dueAt > lateMs;
    const verdict = this.#judge(now, isLate);
    if (verdict.beat) this.#beatAt = now;
    this.#dueAt = this.nextAt();
    return verdict;
  }

  /** When the next tick decides something. */
  nextAt(): number {
    const silenceAt = this.#receivedAt + this.#policy.silenceTimeoutMs;
    const judgedAt = this.#probe === undefined ? silenceAt : this.#probe.deadlineAt;
    return Math.min(this.#beatAt + this.#intervalMs, this.#askAt, judgedAt);
  }

  /** A silence must hold an answered beat, whatever interval the server asks for. */
  get #intervalMs(): number {
    const { silenceTimeoutMs, heartbeatIntervalMs, askAfterMs } = this.#policy;
    return askAfterMs < silenceTimeoutMs
      ? heartbeatIntervalMs
      : Math.min(heartbeatIntervalMs, (silenceTimeoutMs * 2) / 3);
  }

  /** One silence is asked about once: what has been sent since something last came in asks as well. */
  get #askAt(): number {
    return this.isAsked ? Number.POSITIVE_INFINITY : this.#receivedAt + this.#policy.askAfterMs;
  }

  #judge(now: number, isLate: boolean): Verdict {
    const probe = this.#probe;
    if (probe !== undefined) {
      if (now < probe.deadlineAt) return { beat: this.#isBeatDue(now) };
      // Late once is a nap; late again, with a whole probe unanswered, is a dead path in a slow tab.
      if (!isLate || probe.isRepeated) return { beat: false, dead: probe.reason };
      this.#ask(now, probe.waitMs, probe.reason, true);
      return { beat: true };
    }
    if (now - this.#receivedAt < this.#policy.silenceTimeoutMs) return { beat: this.#isBeatDue(now) };
    if (!isLate) return { beat: false, dead: "silence" };
    this.#ask(now, probeMs, "silence", false);
    return { beat: true };
  }

  #ask(now: number, waitMs: number, reason: OutageReason, isRepeated: boolean): void {
    this.#probe = { deadlineAt: now + waitMs, reason, isRepeated, waitMs };
    this.#beatAt = now;
    this.#dueAt = this.nextAt();
  }

  #isBeatDue(now: number): boolean {
    return now - this.#beatAt >= this.#intervalMs || now >= this.#askAt;
  }
}

/** How long a probe may take in the foreground, and in a page that nobody sees. */
export const probeMs = 2000;
export const hiddenProbeMs = 5000;
