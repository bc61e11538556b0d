// A full state as bytes that are already there: the last one that was encoded, and the patches since. Decoding both in
// one go is what everyone else has done. Encoding anew walks every field of everyone; this is a copy. Pure: bytes only.

/** A tail of a quarter of the snapshot is worth another snapshot; a small one always is cheap enough. */
const worthwhile = 4;
const smallBytes = 4096;
/** Schema's byte for "what follows is about another instance", and the root's number. */
const [switchToStructure, root] = [255, 0];

/** A patch, without the byte that says what kind of message it is, so that it can follow another one. */
export function following(patch: Uint8Array): Uint8Array {
  if (patch[0] === switchToStructure) return patch;
  return Buffer.concat([Uint8Array.of(switchToStructure, root), patch]);
}

export class SnapshotTail {
  #snapshot: Uint8Array | undefined;
  #patches: Uint8Array[] = [];
  #tailBytes = 0;

  /** The state as of the last patch; undefined when it has to be encoded. */
  whole(): Uint8Array | undefined {
    if (this.#snapshot === undefined || this.#patches.length === 0) return this.#snapshot;
    return Buffer.concat([this.#snapshot, ...this.#patches]);
  }

  /** A full state has been encoded: patches follow it from now on. */
  begin(snapshot: Uint8Array): void {
    this.#snapshot = snapshot;
    this.#patches = [];
    this.#tailBytes = 0;
  }

  /** Takes the next patch, as `following` has made it. */
  add(patch: Uint8Array): void {
    if (this.#snapshot === undefined) return;
    this.#patches.push(patch);
    this.#tailBytes += patch.length;
    if (this.#tailBytes > Math.max(smallBytes, this.#snapshot.length / worthwhile)) this.forget();
  }

  /** Something has changed that no patch says. */
  forget(): void {
    this.#snapshot = undefined;
    this.#patches = [];
    this.#tailBytes = 0;
  }
}
