// One connection's heartbeats, and the watchdog's timer. Measures the round trip of each beat on the way.
import { type HeartbeatAck, heartbeatType } from "../../protocol/messages.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import type { Link } from "./connection.ts";
import type { ServerClock } from "./server-clock.ts";
import type { OutageReason } from "../session/types.ts";
import { hiddenProbeMs, probeMs, Watchdog } from "./watchdog.ts";

/** Until the state says how often; and never more often than this, whatever it says. */
const usualIntervalMs = 10_000;
const shortestIntervalMs = 100;

export class Pulse {
  readonly #environment: Environment;
  readonly #link: Link;
  readonly #clock: ServerClock;
  readonly #watchdog: Watchdog;
  readonly #onDead: (reason: OutageReason) => void;
  /** When the beats that are not acknowledged were sent; acknowledgements come in order. */
  readonly #sentAt: number[] = [];
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(
    environment: Environment,
    link: Link,
    clock: ServerClock,
    silenceTimeoutMs: number,
    onDead: (reason: OutageReason) => void,
  ) {
    this.#environment = environment;
    this.#link = link;
    this.#clock = clock;
    this.#onDead = onDead;
    this.#watchdog = new Watchdog(
      { silenceTimeoutMs, heartbeatIntervalMs: usualIntervalMs },
      environment.now(),
    );
    this.#arm();
  }

  /** When something last came in, in the environment's time. */
  get heardAt(): number {
    return this.#watchdog.heardAt;
  }

  set heartbeatIntervalMs(intervalMs: number) {
    if (!(intervalMs > 0)) return;
    this.#watchdog.heartbeatIntervalMs = Math.max(shortestIntervalMs, intervalMs);
    this.#arm();
  }

  heard(): void {
    this.#watchdog.heard(this.#environment.now());
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
      this.#onDead(dead);
      return;
    }
    if (beat) this.#beat();
    this.#arm();
  }

  #beat(): void {
    if (this.#link.send(heartbeatType)) this.#sentAt.push(this.#environment.now());
  }
}
