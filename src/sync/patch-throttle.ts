// How far apart a room's patches are: at once after a quiet time, and the further apart the dearer they are, so that
// most of the time is left for those who come and go. Pure: instants and durations in ms are arguments.

/** What is stored waits at least this long after a patch, so that a tick gathers what belongs together. */
const leastMs = 20;
/** A patch takes a fifth of the time at most, */
const share = 5;
/** unless it is so dear that the last to be sent it would have it too late ([E20]: 250 ms, some kept for the commit). */
const latestMs = 230;
const [shortestMs, longestMs] = [100, 200];
/** A patch that takes less than this may come as often as a room author likes. */
const cheapMs = 10;

export class PatchThrottle {
  #startedAt = Number.NEGATIVE_INFINITY;
  #costMs = 0;

  /** A patch has begun. */
  recordStart(at: number): void {
    this.#startedAt = at;
  }

  /** The last patch took this much of the event loop. */
  recordCost(ms: number): void {
    this.#costMs = ms;
  }

  /** How long what is stored has to wait before a patch announces it, in ms; 0 or less: not at all. */
  delayMs(now: number): number {
    return this.#startedAt + Math.max(leastMs, this.#spacingMs) - now;
  }

  /** How long a patch has to wait that the interval, or a room author, asks for; not at all while they are cheap. */
  askedDelayMs(now: number): number {
    return this.#costMs < cheapMs ? 0 : this.#startedAt + this.#spacingMs - now;
  }

  get #spacingMs(): number {
    const mostMs = Math.min(longestMs, Math.max(shortestMs, latestMs - this.#costMs));
    return Math.min(mostMs, share * this.#costMs);
  }
}
