// One write for each client of a room, in slices of the event loop's time: with thousands of clients one turn would hold
// up everyone else's word for as long as all the writes take. Keeps the order for each client, whatever else is sent to
// it meanwhile: what may not be overtaken is written first. Knows bytes and sockets only.
import { type Client, ClientState } from "@colyseus/core";
import type { WebSocket } from "ws";
import type { WriteGate } from "./write-gate.ts";

/** A slice is this long; between two, whatever has arrived is read. */
const sliceMs = 10;
/** When that took so long (a thousand sockets end at once), a short one is enough: everyone else waits for both. */
const [longTurnMs, shortSliceMs] = [50, 5];
/** Written between two looks at the clock: so many frames, or so many bytes. */
const [strideFrames, strideBytes] = [16, 256 * 1024];
/** While nothing may be told, it is asked this often whether it may be again. */
const pauseMs = 20;

export interface FanOutHost {
  /** False while this process may not speak for its event: what it announces then waits. */
  mayTell(): boolean;
  /** False while nothing may be said at all. */
  maySpeak(): boolean;
  readonly gate: Pick<WriteGate, "writePatch">;
  /** Everyone has been written to, which took this much of the event loop. */
  done(tookMs: number): void;
}

export class FanOut {
  readonly #host: FanOutHost;
  #frames: Buffer | undefined;
  /** Kept as sockets: a reconnection points a client to its new one, which has the state already. */
  #waiting = new Set<WebSocket>();
  /** Seats are announced in it; a room author's own state needs nobody's leave. */
  #announces = false;
  #tookMs = 0;
  #isScheduled = false;

  constructor(host: FanOutHost) {
    this.#host = host;
  }

  /** True while some have not been written to yet. */
  get isUnderWay(): boolean {
    return this.#frames !== undefined;
  }

  /**
   * Writes to all who have the state; to the first of them before it returns. Nothing else may be under way. `tookMs` is
   * what this turn of the event loop has given to these frames already.
   */
  begin(clients: readonly Client[], frames: Buffer, announces: boolean, tookMs = 0): void {
    for (const client of clients)
      if (client.state === ClientState.JOINED) this.#waiting.add(client.ref as WebSocket);
    this.#frames = frames;
    this.#announces = announces;
    this.#tookMs = 0;
    this.#slice(sliceMs - tookMs);
  }

  /** Writes all that is left, now, if it may be told. */
  finish(): void {
    if (this.#mayWrite) this.#write(Number.POSITIVE_INFINITY);
  }

  /** Writes to one socket, now, if it is still to be written to. */
  catchUp(socket: WebSocket): void {
    if (this.#frames === undefined || !this.#mayWrite) return;
    if (this.#waiting.delete(socket)) this.#host.gate.writePatch(socket, this.#frames);
  }

  /** True for a socket that has not been written to yet. */
  isWaiting(socket: WebSocket): boolean {
    return this.#frames !== undefined && this.#waiting.has(socket);
  }

  /** The room is going: whoever has not been written to is about to be sent on. */
  stop(): void {
    this.#waiting.clear();
    this.#frames = undefined;
  }

  get #mayWrite(): boolean {
    return this.#announces ? this.#host.mayTell() : this.#host.maySpeak();
  }

  #slice(ms: number): void {
    const mayWrite = this.#mayWrite;
    if (mayWrite) this.#write(performance.now() + ms);
    if (this.#frames === undefined || this.#isScheduled) return;
    this.#isScheduled = true;
    const endedAt = performance.now();
    const next = () => {
      this.#isScheduled = false;
      const wasLong = mayWrite && performance.now() - endedAt > longTurnMs;
      if (this.#frames !== undefined) this.#slice(wasLong ? shortSliceMs : sliceMs);
    };
    if (mayWrite) setImmediate(next);
    else setTimeout(next, pauseMs).unref();
  }

  #write(until: number): void {
    const frames = this.#frames;
    if (frames === undefined) return;
    const startedAt = performance.now();
    const stride = Math.max(1, Math.min(strideFrames, Math.floor(strideBytes / frames.length)));
    let count = 0;
    for (const socket of this.#waiting) {
      this.#waiting.delete(socket);
      this.#host.gate.writePatch(socket, frames);
      count += 1;
      if (count % stride === 0 && performance.now() >= until) break;
    }
    this.#tookMs += performance.now() - startedAt;
    if (this.#waiting.size > 0) return;
    this.#frames = undefined;
    this.#host.done(this.#tookMs);
  }
}
