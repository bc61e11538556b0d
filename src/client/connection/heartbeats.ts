// One connection's heartbeats: sends them, measures their round trips, and reports a connection that does not live any
// more. Never closes one.
import { type HeartbeatAck, heartbeatType, type RoomMessages } from "../../protocol/messages.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import type { Connection } from "./connection.ts";
import type { ServerClock } from "./server-clock.ts";
import type { OutageReason } from "../types/index.ts";
import { hiddenProbeMs, probeMs, Watchdog } from "./watchdog.ts";

/** Until the state says how often; and never more often than this, whatever it says. */
const usualIntervalMs = 10_000;
const shortestIntervalMs = 100;

export const heartbeatAckType = "heartbeat_ack" satisfies keyof RoomMessages;

/** Implemented by client/connection/managed-connection. */
export interface HeartbeatsListener {
  /** Nothing came in for too long. */
  silenceDetected(reason: OutageReason): void;
}

export class Heartbeats {
  readonly #environment: Environment;
  readonly #connection: Connection;
  readonly #clock: ServerClock;
  readonly #watchdog: Watchdog;
  readonly #listener: HeartbeatsListener;
  /** When the beats that are not acknowledged were sent; acknowledgements come in order. */
  readonly #sentAt: number[] = [];
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(
    environment: Environment,
    connection: Connection,
    clock: ServerClock,
    silenceTimeoutMs: number,
    listener: HeartbeatsListener,
  ) {
    this.#environment = environment;
    this.#connection = connection;
    this.#clock = clock;
    this.#listener = listener;
    this.#watchdog = new Watchdog(
      { silenceTimeoutMs, heartbeatIntervalMs: usualIntervalMs },
      environment.now(),
    );
    this.#arm();
  }

  /** When something last came in, in the environment's time. */
  get receivedAt(): number {
    return this.#watchdog.receivedAt;
  }

  set intervalMs(intervalMs: number) {
    if (!(intervalMs > 0)) return;
    this.#watchdog.heartbeatIntervalMs = Math.max(shortestIntervalMs, intervalMs);
    this.#arm();
  }

  bytesReceived(): void {
    this.#watchdog.received(this.#environment.now());
  }

  acknowledged({ server_time: serverTime }: HeartbeatAck): void {
    const sentAt = this.#sentAt.shift();
    if (sentAt !== undefined) this.#clock.sample(serverTime, sentAt, this.#environment.now());
  }

  /** The page was away: is the connection still there? */
  probe(): void {
    const usualMs = this.#environment.isHidden() ? hiddenProbeMs : probeMs;
    this.#watchdog.probe(this.#environment.now(), Math.max(usualMs, this.#clock.roundTripMs * 3), "wake");
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
    const delayMs = this.#watchdog.nextAt() - this.#environment.now();
    this.#timer = this.#environment.after(Math.max(0, delayMs), () => this.#tick());
  }

  #tick(): void {
    const { beat, dead } = this.#watchdog.tick(this.#environment.now());
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
