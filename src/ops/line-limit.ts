// Bounds how many lines of one kind the log gets: what clients can cause over and over must not fill it.

const minuteMs = 60_000;

export class LineLimit {
  readonly #linesPerMinute: number;
  readonly #now: () => number;
  #minuteEndsAt = 0;
  #lines = 0;
  #leftOut = 0;

  /** `now` in ms, from any origin. */
  constructor(linesPerMinute: number, now: () => number = () => performance.now()) {
    this.#linesPerMinute = linesPerMinute;
    this.#now = now;
  }

  /** What a line has to say beside itself: nothing, or how many were left out before it. Undefined: it is left out. */
  next(): { left_out?: number } | undefined {
    const now = this.#now();
    if (now >= this.#minuteEndsAt) {
      this.#minuteEndsAt = now + minuteMs;
      this.#lines = 0;
    }
    if (this.#lines >= this.#linesPerMinute) {
      this.#leftOut += 1;
      return undefined;
    }
    this.#lines += 1;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut === 0 ? {} : { left_out: leftOut };
  }
}
