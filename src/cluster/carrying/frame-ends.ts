// Where in a server's stream of WebSocket frames one has ended and the next not begun: only there may a carrier send
// something of its own. Reads headers (RFC 6455, 5.2), never payloads. Begins behind the answer to the upgrade.

/** The end of the head of an HTTP answer. */
export const endOfHead = Buffer.from("\r\n\r\n");
/** A header is 2 bytes, and up to 8 of length; a server's frames are not masked. */
const longestHeader = 10;

export class FrameEnds {
  /** What has come of the answer's head, or of a frame's header. */
  #begun: Buffer = Buffer.alloc(0);
  #isUpgraded = false;
  /** Bytes of a payload that are still to come. */
  #missing = 0;

  /** True between two frames. */
  get isBetween(): boolean {
    return this.#isUpgraded && this.#missing === 0 && this.#begun.length === 0;
  }

  /** Bytes that pass. O(frames). */
  pass(bytes: Buffer): void {
    let rest = this.#isUpgraded ? bytes : this.#afterHead(bytes);
    while (rest.length > 0) {
      if (this.#missing > 0) {
        const taken = Math.min(this.#missing, rest.length);
        this.#missing -= taken;
        rest = rest.subarray(taken);
      } else rest = this.#begin(rest);
    }
  }

  #afterHead(bytes: Buffer): Buffer {
    const known = this.#begun.length;
    const all = known === 0 ? bytes : Buffer.concat([this.#begun, bytes]);
    const end = all.indexOf(endOfHead);
    this.#isUpgraded = end >= 0;
    // Of a head that goes on, only what may be the beginning of its end has to be kept.
    this.#begun = this.#isUpgraded ? Buffer.alloc(0) : all.subarray(-(endOfHead.length - 1));
    return this.#isUpgraded ? all.subarray(end + endOfHead.length) : Buffer.alloc(0);
  }

  #begin(bytes: Buffer): Buffer {
    const taken = bytes.subarray(0, longestHeader - this.#begun.length);
    const header = Buffer.concat([this.#begun, taken]);
    const length = (header[1] ?? 0) & 127;
    const size = length < 126 ? 2 : length === 126 ? 4 : 10;
    if (header.length < size) {
      this.#begun = header;
      return bytes.subarray(taken.length);
    }
    const known = this.#begun.length;
    this.#begun = Buffer.alloc(0);
    if (size === 2) this.#missing = length;
    else this.#missing = size === 4 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2));
    return bytes.subarray(size - known);
  }
}
