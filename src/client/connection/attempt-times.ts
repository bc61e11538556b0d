// How long an attempt may take before it is given up and begun again. On a network on which a join takes longer than that no
// attempt would ever end well, so the time grows: freely before the first join, when nobody's seat runs out meanwhile; once
// there is a seat by what its network is known to take, and else a little only, because a dead path is met in the same way.

/** Of the usual time; a slower network carries no event. */
const most = 3;
/** So many in a row may just have met a dead path. */
const tolerated = 2;
/** The next attempt may take so much longer than the last that ended well. */
const margin = 2;

export class AttemptTimes {
  readonly #usualMs: number;
  #tookTooLong = 0;
  #lastMs = 0;

  constructor(usualMs: number) {
    this.#usualMs = usualMs;
  }

  /** Of the next attempt, in ms. @param hasBeenIn there is a seat to come back to */
  limitMs(hasBeenIn: boolean): number {
    const grown = hasBeenIn ? (this.#tookTooLong < tolerated ? 1 : 2) : 1 + this.#tookTooLong;
    return Math.min(this.#usualMs * most, Math.max(this.#usualMs * grown, this.#lastMs * margin));
  }

  /** One was given up because of its time. */
  tookTooLong(): void {
    this.#tookTooLong += 1;
  }

  /** One has brought a connection, after so long. */
  joined(tookMs: number): void {
    this.#tookTooLong = 0;
    this.#lastMs = tookMs;
  }
}
