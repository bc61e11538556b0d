// How long a drop is announced to nobody: the quiet time, and longer for one who drops and returns over and over, by a
// bucket that leaks [F1] [F2]. Pure.

/** How full the bucket was, and when. */
export interface Flaps {
  readonly level: number;
  readonly at: number;
}

const minuteMs = 60_000;
/** Of one who has used up its budget, only an absence that lasts for this long is announced (route flap damping, RFC 2439, in short). */
const dampedMs = 5000;

/** The bucket after one more absence was announced at `now`; `perMinute` leak out of it in a minute. */
export function flapped(flaps: Flaps | null, now: number, perMinute: number): Flaps {
  return { level: levelAt(flaps, now, perMinute) + 1, at: now };
}

/**
 * How long an absence that begins `now` has to last before it is announced: the quiet time that is for everyone, or more when
 * the budget is used up (0: there is none). Never more than half the grace.
 */
export function quietTimeOf(
  flaps: Flaps | null,
  now: number,
  policy: { readonly quietTimeMs?: number; readonly flapsPerMinute?: number; readonly gracePeriodMs: number },
): number {
  const { quietTimeMs = 0, flapsPerMinute = 0, gracePeriodMs } = policy;
  if (flapsPerMinute === 0 || levelAt(flaps, now, flapsPerMinute) + 1 <= flapsPerMinute) return quietTimeMs;
  return Math.max(quietTimeMs, Math.min(dampedMs, gracePeriodMs / 2));
}

function levelAt(flaps: Flaps | null, now: number, perMinute: number): number {
  if (flaps === null) return 0;
  return Math.max(0, flaps.level - ((now - flaps.at) * perMinute) / minuteMs);
}
