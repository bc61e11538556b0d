// How long a commit waits for more to write: one that many share costs what one alone would.
import { type Clock, instantOf } from "../clock.ts";

/** Commits take a fifth of the time at most, unless what waits for them would wait longer than this. */
const [gatherShare, longestGatherMs] = [4, 8];

/** The pause before a commit, in which it gathers what others decide: a commit costs the same for many. */
export class Gathering {
  readonly #clock: Clock;
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A commit that began at `startedAt` (by `instantOf` the clock) is over. */
  committed(startedAt: number): void {
    const now = instantOf(this.#clock);
    this.#until = now + Math.min(longestGatherMs, gatherShare * (now - startedAt));
  }

  /** To the end of this turn of the event loop; in a storm a little longer. */
  pause(): Promise<void> {
    const waitMs = this.#until - instantOf(this.#clock);
    return new Promise((resolve) => {
      if (waitMs > 0)
        setTimeout(resolve, waitMs); // not the clock's: it keeps the process until this is stored
      else setImmediate(resolve);
    });
  }
}
