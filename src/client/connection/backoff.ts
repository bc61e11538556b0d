// How long to wait before the next attempt. Pure: chance is passed in. Full jitter, because a thousand clients lose
// their server in the same millisecond and must not find it again in the same one.

/** A lone client that is cut tries again within 250 ms. */
const firstMs = 200;
/**
 * Two quick retries for a hiccup, then wide enough for a herd. Doubling, the usual, keeps a herd together for too long:
 * of 500 clients up to 12% came in one 100 ms when their server was away for 2 s.
 */
const boundsMs = [400, 1000, 5000] as const;
/** An attempt that timed out has waited long enough; the path is in trouble, not the server. */
const afterTimeoutMs = 500;
const slowMs = 5000;

export type Chance = () => number;

/** Before the first attempt after a loss, in ms. */
export const firstDelayMs = (chance: Chance): number => chance() * firstMs;

/** Before the attempt that follows `failures` failed ones (1 or more), in ms. */
export function retryDelayMs(failures: number, hasTimedOut: boolean, chance: Chance): number {
  if (hasTimedOut) return chance() * afterTimeoutMs;
  return chance() * (boundsMs[Math.min(failures, boundsMs.length) - 1] ?? firstMs);
}

/** When the server has sent how long: that, and up to as much again (at least 1 s), so that not all obey at once. */
export function hintedDelayMs(hintMs: number, chance: Chance): number {
  const asked = Math.min(hintMs, 60_000);
  return asked + chance() * Math.max(1000, asked);
}

/**
 * While the browser says that there is no network (it may lie, so try, but slowly), and while an event is full: 200 that
 * wait for a place ask some 27 times a second.
 */
export const slowDelayMs = (chance: Chance): number => slowMs + chance() * slowMs;
