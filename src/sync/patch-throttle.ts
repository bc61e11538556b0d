// How far apart a room's patches are: at once after a quiet time, and the further apart the dearer they are, so that
// most of the time is left for those who come and go. Pure: instants and durations in ms are arguments.

/** What is stored waits at least this long after a patch, so that a tick gathers what belongs together. */
const leastMs = 20;
/** A patch takes a fifth of the time at most, */
const share = 5;
/** unless it is so dear that the last to be told would hear of it too late ([E20]: 250 ms, some kept for the commit). */
const latestMs = 230;
const [shortestMs, longestMs] = [100, 200];
/** A patch that takes less than this may come as often as a room author likes. */
const cheapMs = 10;

export class Pace {
  #beganAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  /** A patch has begun. */
  began(at: number): void {
    this.#beganAt = at;
  }

  /** It took this much of the event loop. */
  took(ms: number): void {
    this.#tookMs = ms;
  }

  /** How long what is stored has to wait before it is told; 0 or less: not at all. */
  waitMs(now: number): number {
    return this.#beganAt + Math.max(leastMs, this.#apartMs) - now;
  }

  /** How long one has to wait that is asked for by the room's own rhythm, or by hand; not at all while they are cheap. */
  waitOfRhythmMs(now: number): number {
    return this.#tookMs < cheapMs ? 0 : this.#beganAt + this.#apartMs - now;
  }

  get #apartMs(): number {
    const mostMs = Math.min(longestMs, Math.max(shortestMs, latestMs - this.#tookMs));
    return Math.min(mostMs, share * this.#tookMs);
  }
}
