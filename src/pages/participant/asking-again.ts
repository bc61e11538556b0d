// Asks again, for as long as this page is there, whether this device is let in now: while the event is locked or full, and
// after a host has removed it, because a host may let it in again. Asking is joining: who is let in is in.
import type { EventSession, SessionState } from "../../client/index.ts";
import { askAgainAfterMs, refusalIn } from "../core/participant/refusals.ts";

/** Signs that it may be worth asking at once come in swarms: an unlocked phone is seen, and has a network. */
const soonestMs = 5000;

export class AskingAgain {
  readonly #session: EventSession;
  readonly #stops: (() => void)[];
  #reason: string | undefined;
  #times = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: EventSession) {
    this.#session = session;
    const soon = () => this.#askSoon();
    addEventListener("online", soon);
    document.addEventListener("visibilitychange", soon);
    this.#stops = [
      () => removeEventListener("online", soon),
      () => document.removeEventListener("visibilitychange", soon),
    ];
  }

  /** What it was refused for, in the wire's word, from then until it is in or is told something else. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** The session's state is another. */
  turned(state: SessionState): void {
    const isAsked = state.status === "connecting" || state.status === "reconnecting";
    if (isAsked && this.#reason !== undefined) return; // the answer decides
    clearTimeout(this.#timer);
    const reason = refusalIn(state);
    if (reason !== this.#reason) this.#times = 0;
    const waitMs = askAgainAfterMs(reason, this.#times);
    this.#reason = waitMs === undefined ? undefined : reason;
    if (waitMs === undefined) return;
    // spread, so that a crowd does not ask at once
    this.#timer = setTimeout(() => this.#ask(), waitMs * (0.75 + Math.random() / 2));
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
  }

  #askSoon(): void {
    if (this.#reason === undefined || document.visibilityState === "hidden") return;
    if (performance.now() - this.#askedAt < soonestMs) return;
    this.#ask();
  }

  #ask(): void {
    clearTimeout(this.#timer);
    this.#times += 1;
    this.#askedAt = performance.now();
    this.#session.reconnectNow();
  }
}
