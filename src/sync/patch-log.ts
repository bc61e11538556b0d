// The last patches of a room, numbered, so that a client which has the state as of one of them can be sent the rest
// instead of everything. Pure: bytes only; holds no more than is cheaper to send than the whole state.

/** Of a whole state, so much in patches is worth keeping. */
const worthwhile = 0.5;

export class PatchLog {
  /** Bodies of the patches up to `number`, without the byte that says what kind of message they are. */
  #patches: Uint8Array[] = [];
  #from = 0;
  #bytes = 0;
  #wholeBytes = 0;
  #number = 0;

  /** The number of the last patch. They begin at 1, and each that everyone is sent has the next. */
  get number(): number {
    return this.#number;
  }

  /** A whole state has this many bytes now: that is what patches are measured against. */
  measure(wholeBytes: number): void {
    this.#wholeBytes = wholeBytes;
    this.#trim();
  }

  add(patch: Uint8Array): void {
    this.#number += 1;
    this.#patches.push(patch);
    this.#bytes += patch.length;
    this.#trim();
  }

  /** The state has changed, and no patch says how. */
  skip(): void {
    this.#number += 1;
    this.#patches = [];
    this.#from = 0;
    this.#bytes = 0;
  }

  /** The patches after number `patch`, or undefined when they are not all here, or `patch` never was. */
  since(patch: number): readonly Uint8Array[] | undefined {
    const missed = this.#number - patch;
    if (!Number.isSafeInteger(missed) || missed < 0 || missed > this.#patches.length - this.#from)
      return undefined;
    return this.#patches.slice(this.#patches.length - missed);
  }

  #trim(): void {
    const patches = this.#patches;
    while (this.#bytes > worthwhile * this.#wholeBytes && this.#from < patches.length) {
      this.#bytes -= (patches[this.#from] as Uint8Array).length;
      this.#from += 1;
    }
    if (this.#from * 2 <= patches.length) return;
    this.#patches = patches.slice(this.#from);
    this.#from = 0;
  }
}
