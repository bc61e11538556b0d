// A socket with a longer way: `server.simulateLatency()`. For development: everything that passes, in either direction, is
// late by a time that may change, and in order. A dead socket is dead at once, as ever.
import { Duplex } from "node:stream";

/** How late everything is now, in ms. */
export interface Latency {
  readonly oneWayMs: number;
}

export class LatentSocket extends Duplex {
  readonly #socket: Duplex;
  readonly #latency: Latency;
  readonly #in: (() => void)[] = [];
  readonly #out: (() => void)[] = [];

  constructor(socket: Duplex, latency: Latency) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#latency = latency;
    socket.on("data", (chunk: Buffer) => this.#later(this.#in, () => this.push(chunk)));
    socket.on("end", () => this.#later(this.#in, () => this.push(null)));
    socket.on("close", () => this.#later(this.#in, () => this.destroy()));
    socket.on("error", (error) => this.destroy(error));
  }

  // What a WebSocket asks of a socket of Node's.
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  resetAndDestroy(): void {
    this.destroy();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#later(this.#out, () => this.#socket.write(chunk));
    done();
  }

  override _final(done: () => void): void {
    this.#later(this.#out, () => {
      this.#socket.end();
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** What came first goes first, also when the latency has become shorter meanwhile. */
  #later(queue: (() => void)[], act: () => void): void {
    queue.push(act);
    setTimeout(() => {
      const next = queue.shift();
      if (!this.destroyed) next?.();
    }, this.#latency.oneWayMs);
  }
}
