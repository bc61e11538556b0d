// How steady somebody's connection has been, as far as a page has seen it. Pure.
import type { Line } from "../time-lines.ts";

/** How often somebody was away, this time included. */
export function timesAwayOf(line: Line): number {
  return line.bars.reduce((times, { kind }) => times + Number(kind === "away"), line.earlier.times);
}

/** For how long somebody was away in all, in ms; `now` ends what goes on. */
export function awayMsOf(line: Line, now: number): number {
  let awayMs = line.earlier.lengthMs;
  for (const { kind, from, to } of line.bars) if (kind === "away") awayMs += Math.max(0, (to ?? now) - from);
  return awayMs;
}
