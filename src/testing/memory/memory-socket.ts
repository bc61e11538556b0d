// Two ends of a connection in this process's memory, in the place of a TCP socket: what is written to one is read from the
// other, in order, in a later turn of the event loop. A link can be cut, as a network resets it, or stranded: then nothing
// gets through, and nobody is told.
import { Duplex } from "node:stream";

/** So much waits for an end that does not read, as in a kernel's buffers; then its writer waits. */
const bufferBytes = 256 * 1024;

type Done = (error?: Error | null) => void;

/** Carries what was written in this turn of the event loop, all of it in one later turn. */
class Carrier {
  #waiting: MemorySocket[] = [];

  carry(socket: MemorySocket): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#deliver());
    this.#waiting.push(socket);
  }

  #deliver(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const socket of waiting) socket.deliver();
  }
}

const carrier = new Carrier();

/** One end of a link. Has what Node's HTTP code and `ws` ask of a TCP socket. */
export class MemorySocket extends Duplex {
  readonly remoteAddress = "127.0.0.1";
  readonly remoteFamily = "IPv4";
  bytesWritten = 0;
  bytesRead = 0;
  #other!: MemorySocket;
  #isStranded = false;
  /** On its way to the other end. */
  #sent: Buffer[] = [];
  #hasEnded = false;
  #isDelivering = false;
  /** What the other end has not read. */
  #unreadBytes = 0;
  #blocked: Done | undefined;

  /** @returns the two ends of a new link */
  static pair(): [MemorySocket, MemorySocket] {
    const pair: [MemorySocket, MemorySocket] = [new MemorySocket(), new MemorySocket()];
    const [one, other] = pair;
    one.#other = other;
    other.#other = one;
    return pair;
  }

  constructor() {
    super({ highWaterMark: 64 * 1024, allowHalfOpen: true });
  }

  // --- what Node asks of a socket ---

  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  // --- the network ---

  /** The connection is reset: both ends find it gone. */
  cut(): void {
    this.#isStranded = false;
    this.#other.#isStranded = false;
    this.destroy();
    this.#other.destroy();
  }

  /** Nothing gets through any more, in either direction, and neither end is told. */
  strand(): void {
    this.#isStranded = true;
    this.#other.#isStranded = true;
  }

  // --- a stream ---

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    this.#send([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: Done): void {
    this.#hasEnded = true;
    this.#carry();
    done();
  }

  override _read(): void {
    const writer = this.#other;
    writer.#unreadBytes = this.readableLength;
    const blocked = writer.#blocked;
    writer.#blocked = undefined;
    blocked?.();
  }

  override _destroy(error: Error | null, done: Done): void {
    const blocked = this.#blocked;
    this.#blocked = undefined;
    blocked?.(new Error("The connection is gone"));
    this.#hasEnded = true;
    this.#carry();
    done(error);
  }

  #send(chunks: readonly Buffer[], done: Done): void {
    for (const chunk of chunks) {
      this.bytesWritten += chunk.length;
      this.#unreadBytes += chunk.length;
      this.#sent.push(chunk);
    }
    this.#carry();
    if (this.#unreadBytes > bufferBytes) this.#blocked = done;
    else done();
  }

  #carry(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    carrier.carry(this);
  }

  /** What was sent arrives. */
  deliver(): void {
    this.#isDelivering = false;
    const other = this.#other;
    const sent = this.#sent;
    this.#sent = [];
    if (this.#isStranded) return;
    if (other.destroyed) return void this.destroy(); // whoever writes to one that is gone is told so by a reset
    for (const chunk of sent) {
      other.bytesRead += chunk.length;
      other.push(chunk);
    }
    if (this.#hasEnded && !other.readableEnded) other.push(null);
  }
}
