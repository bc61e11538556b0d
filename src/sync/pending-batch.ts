// What is broadcast at the same moment, to the same clients: it leaves in one write for each.
import type { Entry } from "./lane.ts";

/** A batch waits for one turn of the event loop that brings no more, and this long at most. */
const lingerMs = 2;
/** So much is not kept waiting for more. */
const fullBytes = 16 * 1024;

export class PendingBatch<Receiver> implements Entry {
  readonly announces = false;
  readonly ownBytes = 0;
  readonly receivers: readonly Receiver[];
  readonly #since: number;
  readonly #frames: Buffer[] = [];
  #bytes = 0;
  #hasMore = false;
  #isTaken = false;
  #whole: Buffer | undefined;

  /** @param now by `instantOf` the clock, in ms */
  constructor(receivers: readonly Receiver[], now: number) {
    this.receivers = receivers;
    this.#since = now;
  }

  /** False when somebody has been written it already, or when others are to be sent what comes next. */
  canTake(receivers: readonly Receiver[]): boolean {
    const { length } = this.receivers;
    return (
      !this.#isTaken &&
      length === receivers.length &&
      receivers.every((each, i) => each === this.receivers[i])
    );
  }

  add(frame: Buffer): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
    this.#hasMore = true;
  }

  get isFull(): boolean {
    return this.#bytes > fullBytes;
  }

  /** A turn of the event loop has ended. True when the batch goes on waiting. */
  waitsOn(now: number): boolean {
    const mayLinger = this.#hasMore && now - this.#since < lingerMs;
    this.#hasMore = false;
    return mayLinger;
  }

  take(): Buffer {
    this.#isTaken = true;
    const [only] = this.#frames;
    this.#whole ??= this.#frames.length === 1 ? (only as Buffer) : Buffer.concat(this.#frames);
    return this.#whole;
  }
}
