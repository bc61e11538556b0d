// Countdowns and lengths of time, in numbers and words. Pure: `now` is given; times are the server's epoch milliseconds.
// Never reads a clock.

const secondMs = 1000;
const minuteS = 60;
const hourS = 3600;

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

/** Seconds as a countdown shows them: `8 s`, `1:05`, `2:00:10`. */
export function clockface(seconds: number): string {
  if (seconds < minuteS) return `${seconds} s`;
  const two = (part: number) => String(part).padStart(2, "0");
  const minutes = Math.floor((seconds % hourS) / minuteS);
  const rest = two(seconds % minuteS);
  return seconds < hourS ? `${minutes}:${rest}` : `${Math.floor(seconds / hourS)}:${two(minutes)}:${rest}`;
}

/** A length of time in words: `0.4 s`, `12 s`, `3 min`, `2 h 5 min`. */
export function lengthWords(lengthMs: number): string {
  const seconds = Math.max(0, lengthMs) / secondMs;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < minuteS) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / minuteS);
  if (minutes < minuteS) return `${minutes} min`;
  const rest = minutes % minuteS;
  return rest === 0 ? `${Math.floor(minutes / minuteS)} h` : `${Math.floor(minutes / minuteS)} h ${rest} min`;
}

/** The time of day as this device writes it, to the second. `timeZone` is for tests; the device's own when left out. */
export function timeOfDay(at: number, locale?: string, timeZone?: string): string {
  return new Date(at).toLocaleTimeString(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    ...(timeZone === undefined ? {} : { timeZone }),
  });
}
