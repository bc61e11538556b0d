// One direction of a connection through a fault proxy: passes bytes on, late or slowly where it is told to, holds them in
// a hole. Keeps at most 256 KB that wait; then its sender has to wait, as on a real link.
import type { Socket } from "node:net";

/** How good a way is. */
export interface Quality {
  /** By how many milliseconds every byte is late. */
  latencyMs: number;
  /** How many bytes pass in a second; Infinity: as many as there are. */
  bytesPerSecond: number;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly dueAt: number;
}

const mostWaitingBytes = 256 * 1024;
/** What a limited way carries at once: one packet of an Ethernet. */
const packetBytes = 1460;

export class OneWay {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #quality: Readonly<Quality>;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** When a limited way has carried all that it was given. */
  #freeAt = 0;
  #isHeld = false;
  #isFull = false;
  #hasEnded = false;

  /** `quality` is read with each byte: it may change meanwhile. */
  constructor(from: Socket, to: Socket, quality: Readonly<Quality>) {
    this.#from = from;
    this.#to = to;
    this.#quality = quality;
    from.on("data", (bytes) => this.#take(bytes));
    from.on("end", () => {
      this.#hasEnded = true;
      this.#pass();
    });
    to.on("drain", () => {
      this.#isFull = false;
      this.#pass();
    });
  }

  /** True when everything that was sent has been passed on. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Nothing passes any more, and nothing more is read. */
  hold(): void {
    this.#isHeld = true;
    this.#from.pause();
  }

  release(): void {
    this.#isHeld = false;
    this.#pass();
  }

  /** Forgets what waits. */
  end(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #take(bytes: Buffer): void {
    const { bytesPerSecond } = this.#quality;
    const size = Number.isFinite(bytesPerSecond) ? packetBytes : bytes.length;
    for (let at = 0; at < bytes.length; at += size) {
      const packet = bytes.subarray(at, at + size);
      this.#waiting.push({ bytes: packet, dueAt: this.#dueAt(packet.length) });
    }
    this.#waitingBytes += bytes.length;
    this.#pass();
  }

  #dueAt(length: number): number {
    const { latencyMs, bytesPerSecond } = this.#quality;
    const now = performance.now();
    this.#freeAt = Math.max(now, this.#freeAt) + (length / bytesPerSecond) * 1000;
    return this.#freeAt + latencyMs;
  }

  /** Passes on what is due, in order, and reads on where there is room. */
  #pass(): void {
    clearTimeout(this.#timer);
    if (this.#isHeld || this.#to.destroyed) return;
    const now = performance.now();
    let next = this.#waiting[0];
    while (next !== undefined && next.dueAt <= now && !this.#isFull) {
      this.#waiting.shift();
      this.#waitingBytes -= next.bytes.length;
      this.#isFull = !this.#to.write(next.bytes);
      next = this.#waiting[0];
    }
    if (next !== undefined && !this.#isFull)
      this.#timer = setTimeout(() => this.#pass(), Math.ceil(next.dueAt - now));
    if (this.isEmpty && this.#hasEnded) this.#to.end();
    if (this.#waitingBytes > mostWaitingBytes || this.#isFull) this.#from.pause();
    else this.#from.resume();
  }
}
