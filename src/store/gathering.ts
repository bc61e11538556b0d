// How long a commit waits for more to write: one that many share costs what one alone would.

/** Commits take a fifth of the time at most, unless what waits for them would wait longer than this. */
const [gatherShare, longestGatherMs] = [4, 8];

/** The pause before a commit, in which it gathers what others decide: a commit costs the same for many. */
export class Gathering {
  #until = 0;

  /** A commit that began at `startedAt` (by `performance.now()`) is over. */
  committed(startedAt: number): void {
    const now = performance.now();
    this.#until = now + Math.min(longestGatherMs, gatherShare * (now - startedAt));
  }

  /** To the end of this turn of the event loop; in a storm a little longer. */
  pause(): Promise<void> {
    const waitMs = this.#until - performance.now();
    return new Promise((resolve) => {
      if (waitMs > 0) setTimeout(resolve, waitMs);
      else setImmediate(resolve);
    });
  }
}
