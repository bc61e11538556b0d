// One connection's heartbeats: sends them, measures their round trips, and reports a connection that does not live any
// more. Never closes one.
import { type HeartbeatAck, heartbeatType, type RoomMessages } from "../../protocol/messages.ts";
import type { PresenceResumed } from "../../protocol/session.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import type { Connection } from "./connection.ts";
import type { ServerClock } from "./server-clock.ts";
import type { OutageReason } from "../types/index.ts";
import { hiddenProbeMs, lateMs, probeMs, Watchdog, type WatchdogPolicy } from "./watchdog.ts";

/** Until the state says how often; and never more often than this, whatever it says. */
const usualIntervalMs = 10_000;
const shortestIntervalMs = 100;
/** A silence that nobody has said anything else of: longer than a heartbeat's interval. */
const usualSilenceMs = 15_000;
/** Signs of life that come less often do not show in time that the path is good: a page that somebody sees asks itself. */
const rareMs = 5000;
const askAfterMs = 3000;
/** What a sign may be late before it is asked for: a slow network, and a timer of the server's that was held up. */
const lateSignMs = 1000;
/** From then on a page may say that nobody answers; nothing is given up by it. */
const noAnswerMs = 4000;

/** What a room says of its signs of life. */
export interface SignsOfLife {
  readonly intervalMs: number;
  /** The room gives a silent path up after so long. */
  readonly detectionMs: number;
}

/** How often a room shows that it lives, if it says so in numbers that make sense. */
export function signsOf(answer: PresenceResumed | undefined): SignsOfLife | undefined {
  const intervalMs: unknown = answer?.sign_of_life_interval_ms;
  const detectionMs: unknown = answer?.detection_ms;
  return isTime(intervalMs) && isTime(detectionMs) ? { intervalMs, detectionMs } : undefined;
}

const isTime = (ms: unknown): ms is number => typeof ms === "number" && ms > 0;

export const heartbeatAckType = "heartbeat_ack" satisfies keyof RoomMessages;

/** Implemented by client/connection/managed-connection. */
export interface HeartbeatsListener {
  /** The other side answers, or has not for a while; it may yet. */
  answering(isAnswering: boolean): void;
  /** Nothing came in for too long. */
  silenceDetected(reason: OutageReason): void;
}

export class Heartbeats {
  readonly #environment: Environment;
  readonly #connection: Connection;
  readonly #clock: ServerClock;
  readonly #watchdog: Watchdog;
  readonly #listener: HeartbeatsListener;
  /** What the application asks for; undefined: what the room judges by. */
  readonly #silenceTimeoutMs: number | undefined;
  #signs: SignsOfLife | undefined;
  #receivedElapsed: number;
  /** When the beats that are not acknowledged were sent; acknowledgements come in order. */
  readonly #sentAt: number[] = [];
  #isAnswering = true;
  /** Not before, whatever our own time says: what came meanwhile may still be on its way to us. */
  #noAnswerBefore = 0;
  #timer: Timer | undefined;
  #dueAt = 0;
  #isStopped = false;

  constructor(
    environment: Environment,
    connection: Connection,
    clock: ServerClock,
    silenceTimeoutMs: number | undefined,
    listener: HeartbeatsListener,
  ) {
    this.#environment = environment;
    this.#connection = connection;
    this.#clock = clock;
    this.#listener = listener;
    this.#silenceTimeoutMs = silenceTimeoutMs;
    const now = environment.now();
    this.#receivedElapsed = clock.elapsed(now);
    const policy = {
      silenceTimeoutMs: silenceTimeoutMs ?? usualSilenceMs,
      heartbeatIntervalMs: usualIntervalMs,
      askAfterMs: this.#askAfterMs,
    };
    this.#watchdog = new Watchdog(policy, now);
    this.#arm();
  }

  /** When something last came in: our own time, sleep included (see ServerClock). */
  get receivedElapsed(): number {
    return this.#receivedElapsed;
  }

  /** How often the room wants to hear from us. */
  beatEvery(intervalMs: number): void {
    if (!(intervalMs > 0)) return;
    this.#judgeBy({ heartbeatIntervalMs: Math.max(shortestIntervalMs, intervalMs) });
    this.#arm();
  }

  /** The room has said how often it shows that it lives; undefined: it does not. */
  judgeBySigns(signs: SignsOfLife | undefined): void {
    this.#signs = signs !== undefined && signs.intervalMs <= rareMs ? signs : undefined;
    const silenceTimeoutMs = this.#silenceTimeoutMs ?? silenceOf(this.#signs);
    this.#judgeBy({ silenceTimeoutMs, askAfterMs: this.#askAfterMs });
    this.#arm();
  }

  bytesReceived(): void {
    const now = this.#environment.now();
    const wasAsked = this.#watchdog.isAsked;
    this.#watchdog.received(now);
    this.#receivedElapsed = this.#clock.elapsed(now);
    if (!this.#isAnswering) this.#setAnswering(true);
    if (wasAsked) this.#arm(); // the next silence may be asked about before what was waited for
  }

  acknowledged({ server_time: serverTime }: HeartbeatAck): void {
    const sentAt = this.#sentAt.shift();
    if (sentAt !== undefined) this.#clock.sample(serverTime, sentAt, this.#environment.now());
  }

  /** The page was away: is the connection still there? */
  probe(): void {
    const usualMs = this.#environment.isHidden() ? hiddenProbeMs : probeMs;
    const now = this.#environment.now();
    this.#noAnswerBefore = now + lateSignMs;
    this.#watchdog.probe(now, Math.max(usualMs, this.#clock.roundTripMs * 3), "wake");
    this.#beat();
    this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer?.cancel();
    if (this.#isStopped) return;
    const now = this.#environment.now();
    this.#dueAt = Math.max(now, Math.min(this.#watchdog.nextAt(), this.#noAnswerAt));
    this.#timer = this.#environment.after(this.#dueAt - now, () => this.#tick());
  }

  /** A sign of life is late, or who was asked has not answered. Infinity: nobody can say, or it is said. */
  get #noAnswerAt(): number {
    if (!this.#isAnswering) return Number.POSITIVE_INFINITY;
    const { receivedAt, silentMsWhenAsked } = this.#watchdog;
    const knownMs = (this.#signs?.intervalMs ?? silentMsWhenAsked) + lateSignMs;
    return Math.max(receivedAt + Math.max(noAnswerMs, knownMs), this.#noAnswerBefore);
  }

  #setAnswering(isAnswering: boolean): void {
    this.#isAnswering = isAnswering;
    this.#listener.answering(isAnswering);
  }

  /** A page that nobody sees does not ask more often than it beats. */
  get #askAfterMs(): number {
    if (this.#signs !== undefined) return this.#signs.intervalMs + lateSignMs;
    return this.#environment.isHidden() ? Number.POSITIVE_INFINITY : askAfterMs;
  }

  #judgeBy(policy: Partial<WatchdogPolicy>): void {
    this.#watchdog.change(policy, this.#environment.now());
  }

  #tick(): void {
    const now = this.#environment.now();
    if (now - this.#dueAt > lateMs) this.#noAnswerBefore = now + lateSignMs;
    if (now >= this.#noAnswerAt) this.#setAnswering(false);
    this.#judgeBy({ askAfterMs: this.#askAfterMs }); // the page may be seen now, or hidden
    const { beat, dead } = this.#watchdog.tick(now);
    if (dead !== undefined) {
      this.stop();
      this.#listener.silenceDetected(dead);
      return;
    }
    if (beat) this.#beat();
    this.#arm();
  }

  #beat(): void {
    if (this.#connection.send(heartbeatType)) this.#sentAt.push(this.#environment.now());
  }
}

/** The room's own bound; but who is asked has time to answer, and nobody waits longer than where there are no signs. */
function silenceOf(signs: SignsOfLife | undefined): number {
  if (signs === undefined) return usualSilenceMs;
  const answeredMs = signs.intervalMs + lateSignMs + probeMs;
  return Math.min(usualSilenceMs, Math.max(signs.detectionMs, answeredMs));
}
