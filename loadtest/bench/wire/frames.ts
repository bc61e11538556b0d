// WebSocket framing for the load generator: reads what a server sends without copying or decoding it, and encodes the
// few small frames that a client sends. Owns no socket. Never looks at a payload: whoever asked for frames does.

/** What is kept of a frame that comes in several chunks; nothing that we must read is longer. */
export const headBytes = 256;

/**
 * A whole frame has arrived. `bytes[at..at + seen]` is its beginning: all of it up to `headBytes`, at least.
 * The buffer is only valid during the call.
 */
export type OnFrame = (opcode: number, bytes: Buffer, at: number, seen: number, length: number) => void;

export class FrameReader {
  readonly #onFrame: OnFrame;
  #opcode = 0;
  #length = 0;
  /** Payload bytes still to come of the frame that has begun; undefined between frames. */
  #missing: number | undefined;
  #head: Buffer | undefined;
  #headLength = 0;
  #header: Buffer | undefined;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): void {
    let at = 0;
    const end = chunk.length;
    if (this.#missing !== undefined) at = this.#resume(chunk, at, this.#missing);
    if (this.#header !== undefined && at < end) return this.push(this.#joined(chunk.subarray(at)));
    while (at < end) {
      const payloadAt = this.#readHeader(chunk, at, end);
      if (payloadAt === undefined) {
        this.#header = Buffer.from(chunk.subarray(at));
        return;
      }
      const available = end - payloadAt;
      if (available < this.#length) return this.#keep(chunk, payloadAt, available);
      this.#onFrame(this.#opcode, chunk, payloadAt, this.#length, this.#length);
      at = payloadAt + this.#length;
    }
  }

  #joined(rest: Buffer): Buffer {
    const whole = Buffer.concat([this.#header as Buffer, rest]);
    this.#header = undefined;
    return whole;
  }

  /** Reads a header; returns where its payload begins, or undefined when it is not whole. */
  #readHeader(chunk: Buffer, at: number, end: number): number | undefined {
    if (end - at < 2) return undefined;
    const short = (chunk[at + 1] as number) & 127;
    const size = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (end - at < size) return undefined;
    this.#opcode = (chunk[at] as number) & 15;
    this.#length =
      size === 2 ? short : size === 4 ? chunk.readUInt16BE(at + 2) : Number(chunk.readBigUInt64BE(at + 2));
    return at + size;
  }

  #keep(chunk: Buffer, at: number, available: number): void {
    this.#headLength = 0;
    this.#missing = this.#length - available;
    this.#remember(chunk, at, available);
  }

  #remember(chunk: Buffer, at: number, available: number): void {
    const wanted = Math.min(available, headBytes - this.#headLength);
    if (wanted <= 0) return;
    this.#head ??= Buffer.allocUnsafeSlow(headBytes);
    chunk.copy(this.#head, this.#headLength, at, at + wanted);
    this.#headLength += wanted;
  }

  #resume(chunk: Buffer, at: number, missing: number): number {
    const taken = Math.min(missing, chunk.length - at);
    this.#remember(chunk, at, taken);
    if (taken < missing) {
      this.#missing = missing - taken;
      return at + taken;
    }
    this.#missing = undefined;
    const head = this.#head ?? Buffer.alloc(0);
    this.#onFrame(this.#opcode, head, 0, this.#headLength, this.#length);
    return at + taken;
  }
}

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One masked frame of a client. The mask is zero: allowed, and the payload needs no work. */
export function clientFrame(opcode: number, payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload as Uint8Array);
  if (bytes.length > 65_535) throw new RangeError("a load generator has no frame of this size to send");
  const isShort = bytes.length < 126;
  const header = Buffer.alloc(isShort ? 6 : 8);
  header[0] = 128 | opcode;
  header[1] = 128 | (isShort ? bytes.length : 126);
  if (!isShort) header.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([header, bytes]);
}
