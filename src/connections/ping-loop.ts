// Is the socket alive? One loop for all of a process's sockets, fed by pongs and by any inbound frame
// (ws-transport's own loop counts pongs only: a client that sends heartbeats but no pongs would be cut).
// A dead one is terminated; the framework's close event then tells its room.
import type { WebSocket } from "ws";
import type { Clock, Timer } from "../clock.ts";

export interface PingSettings {
  readonly pingIntervalMs: number;
  readonly pingMaxRetries: number;
}

/**
 * A socket that is asked, with what is known of its answers. Whoever receives something from it says so here.
 * Implemented by connections/connection.
 */
export interface Pinged {
  readonly socket: WebSocket;
  /** Sends a ping, and behind it what shows a client that cannot see pings that the server lives. */
  ping(): void;
  readonly since: number;
  readonly isAcknowledged: boolean;
  /** Pings since something last came from it. */
  unanswered: number;
}

/** A tick that comes this late was held up by the event loop: what peers sent meanwhile has not been read yet. */
const stallMs = 500;
/** One that never acknowledges JOIN_ROOM, while the room's messages to it pile up. */
const acknowledgeWithinMs = 20_000;

export class PingLoop {
  readonly #settings: PingSettings;
  readonly #clock: Clock;
  readonly #watched = new Set<Pinged>();
  #timer: Timer | undefined;
  #dueAt = 0;

  constructor(settings: PingSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  get size(): number {
    return this.#watched.size;
  }

  /** How often a socket is asked. */
  get intervalMs(): number {
    return this.#settings.pingIntervalMs;
  }

  /** A path that went dark is noticed within so much, by either side of it. */
  get detectionMs(): number {
    return (this.#settings.pingMaxRetries + 1) * this.#settings.pingIntervalMs;
  }

  /** Asks a socket from now on, until it is closed or `unwatch`ed. */
  watch(pinged: Pinged): void {
    this.#watched.add(pinged);
    if (this.#timer === undefined) this.#arm();
  }

  unwatch(pinged: Pinged): void {
    this.#watched.delete(pinged);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#watched.clear();
  }

  #arm(): void {
    this.#dueAt = this.#clock.now() + this.#settings.pingIntervalMs;
    this.#timer = this.#clock.after(this.#settings.pingIntervalMs, () => this.#tick());
  }

  #tick(): void {
    const wasStalled = this.#clock.now() - this.#dueAt > stallMs;
    if (this.#watched.size === 0) {
      this.#timer = undefined;
      return;
    }
    this.#arm();
    // [L4] timers run before I/O: let what has arrived be read, and after a stall judge nobody this time
    setImmediate(() => this.#pingAll(wasStalled));
  }

  #pingAll(wasStalled: boolean): void {
    const now = this.#clock.now();
    for (const pinged of this.#watched) {
      const { socket } = pinged;
      if (socket.readyState === socket.CLOSED) this.#watched.delete(pinged);
      else if (!wasStalled && this.#isDead(pinged, now)) socket.terminate();
      else {
        if (!wasStalled) pinged.unanswered += 1;
        if (socket.readyState === socket.OPEN) pinged.ping();
      }
    }
  }

  #isDead({ since, unanswered, isAcknowledged }: Pinged, now: number): boolean {
    if (unanswered >= this.#settings.pingMaxRetries) return true;
    return !isAcknowledged && now - since > acknowledgeWithinMs;
  }
}
