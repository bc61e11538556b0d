// Countdowns in numbers. Pure: `now` is given; times are the server's epoch milliseconds.
// Never reads a clock.

const secondMs = 1000;

/** Whole seconds left until `until`, rounded up: a countdown shows 1 until it is over, and then 0. */
export function secondsLeft(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / secondMs));
}

/** How much of the time from `since` to `until` is left, from 1 to 0; 0 when that is no time at all. */
export function fractionLeft(since: number, until: number, now: number): number {
  const wholeMs = until - since;
  if (!(wholeMs > 0)) return 0;
  return Math.min(1, Math.max(0, (until - now) / wholeMs));
}
