// The history of a room's state, as bytes: the last whole state that was encoded, and the patches, numbered. From it comes
// the whole state as of the last patch (decoding a state and its patches in one go is what everyone else has done; encoding
// anew walks every field of everyone), and what a client has missed that has the state as of an earlier patch. Pure: bytes
// only; holds no more than is cheaper than encoding, or sending, the whole state.

/** Of a whole state, so much in patches is worth sending instead of it. */
const worthSending = 0.5;
/** Patches of a quarter of the whole state are worth encoding another; a few bytes always are cheap enough. */
const worthEncoding = 0.25;
const fewBytes = 4096;
/** Schema's byte for "what follows is about another instance", and the root's number. */
const [switchToStructure, root] = [255, 0];

interface Whole {
  readonly bytes: Uint8Array;
  /** It is the state as of this patch. */
  readonly number: number;
  /** Of the patches since. */
  patchBytes: number;
}

export class PatchHistory {
  /** The patches from number `#first` + 1 to the last, each as one that can follow another. */
  #patches: Uint8Array[] = [];
  #first = 0;
  #number = 0;
  #whole: Whole | undefined;
  /** Of the whole state, when it was last asked for. */
  #wholeBytes = 0;
  /** Who has the state as of this patch, or of a later one, can be sent patches; so many bytes of them. */
  #resumableFrom = 0;
  #resumableBytes = 0;

  /** The number of the last patch. They begin at 1, and each that everyone is sent has the next. */
  get number(): number {
    return this.#number;
  }

  /** A whole state has been encoded, as of the last patch: later patches follow it. */
  begin(whole: Uint8Array): void {
    this.#whole = { bytes: whole, number: this.#number, patchBytes: 0 };
    this.#measure(whole.length);
  }

  /** The next patch. @param patch its body, without the byte that says what kind of message it is */
  add(patch: Uint8Array): void {
    const body = following(patch);
    this.#number += 1;
    this.#patches.push(body);
    this.#resumableBytes += body.length;
    if (this.#whole !== undefined) {
      this.#whole.patchBytes += body.length;
      const mostBytes = Math.max(fewBytes, this.#whole.bytes.length * worthEncoding);
      if (this.#whole.patchBytes > mostBytes) this.#whole = undefined;
    }
    this.#trim();
  }

  /** The state has changed, and there is no patch of it. */
  skip(): void {
    this.#number += 1;
    this.#patches = [];
    this.#first = this.#resumableFrom = this.#number;
    this.#resumableBytes = 0;
    this.#whole = undefined;
  }

  /** The state as of the last patch; undefined when it has to be encoded. */
  whole(): Uint8Array | undefined {
    if (this.#whole === undefined) return undefined;
    const { bytes, number } = this.#whole;
    const whole = number === this.#number ? bytes : Buffer.concat([bytes, ...this.#after(number)]);
    this.#measure(whole.length);
    return whole;
  }

  /** The patches after number `patch`, or undefined when they are not all here, or `patch` never was. */
  since(patch: number): readonly Uint8Array[] | undefined {
    if (!Number.isSafeInteger(patch) || patch > this.#number || patch < this.#resumableFrom) return undefined;
    return this.#after(patch);
  }

  #after(patch: number): Uint8Array[] {
    return this.#patches.slice(patch - this.#first);
  }

  #measure(wholeBytes: number): void {
    this.#wholeBytes = wholeBytes;
    this.#trim();
  }

  #trim(): void {
    while (this.#resumableBytes > worthSending * this.#wholeBytes && this.#resumableFrom < this.#number) {
      this.#resumableBytes -= (this.#patches[this.#resumableFrom - this.#first] as Uint8Array).length;
      this.#resumableFrom += 1;
    }
    const unused = Math.min(this.#resumableFrom, this.#whole?.number ?? this.#number) - this.#first;
    if (unused * 2 <= this.#patches.length) return;
    this.#patches = this.#patches.slice(unused);
    this.#first += unused;
  }
}

/** A patch that can be decoded in one go with what comes before it. */
function following(patch: Uint8Array): Uint8Array {
  if (patch[0] === switchToStructure) return patch;
  return Buffer.concat([Uint8Array.of(switchToStructure, root), patch]);
}
