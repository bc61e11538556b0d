// Is the socket alive? One loop for all of a process's sockets, fed by pongs and by any inbound frame
// (ws-transport's own loop hears pongs only: a client that beats but does not pong would be cut).
// A dead one is terminated; the framework's close event then tells its room.
import type { WebSocket } from "ws";
import type { Clock, Timer } from "../clock.ts";

export interface PingSettings {
  readonly pingIntervalMs: number;
  readonly pingMaxRetries: number;
}

interface Watched {
  readonly isAcknowledged: () => boolean;
  readonly since: number;
  unanswered: number;
  lastHeardAt: number;
}

/** A tick that comes this late was held up by the event loop: what peers sent meanwhile has not been read yet. */
const stallMs = 500;
/** One that never acknowledges JOIN_ROOM, while the room's messages to it pile up. */
const acknowledgeWithinMs = 20_000;
/** One that reads so slowly that this much waits for it is cut; it comes back to the state as it is. */
const maxBufferedBytes = 16 * 1024 * 1024;

export class PingLoop {
  readonly #settings: PingSettings;
  readonly #clock: Clock;
  readonly #watched = new Map<WebSocket, Watched>();
  #timer: Timer | undefined;
  #dueAt = 0;

  constructor(settings: PingSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  get size(): number {
    return this.#watched.size;
  }

  watch(socket: WebSocket, isAcknowledged: () => boolean): { readonly lastHeardAt: number } {
    const now = this.#clock.now();
    const watched: Watched = { isAcknowledged, since: now, unanswered: 0, lastHeardAt: now };
    const heard = () => {
      watched.unanswered = 0;
      watched.lastHeardAt = this.#clock.now();
    };
    this.#watched.set(socket, watched);
    socket.on("pong", heard);
    socket.on("message", heard);
    socket.once("close", () => this.#watched.delete(socket));
    if (this.#timer === undefined) this.#arm();
    return watched;
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
    for (const [socket, watched] of this.#watched) {
      if (!wasStalled && this.#isDead(socket, watched, now)) {
        socket.terminate();
        continue;
      }
      if (!wasStalled) watched.unanswered += 1;
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  }

  #isDead(socket: WebSocket, watched: Watched, now: number): boolean {
    if (watched.unanswered >= this.#settings.pingMaxRetries) return true;
    if (socket.bufferedAmount > maxBufferedBytes) return true;
    return !watched.isAcknowledged() && now - watched.since > acknowledgeWithinMs;
  }
}
