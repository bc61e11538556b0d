// How many are here, away, gone, and never came: one number for one thing, wherever a page shows it.
// Pure; a few thousand names cost a few milliseconds, once a change.
import type { RosterEntry } from "../../client/index.ts";
import { kindNow, type TimeLines } from "./time-lines.ts";

/** What the seats can be filtered by; the four numbers of a host's page are their sizes. */
export const seatGroups = ["connected", "away", "left", "never-came"] as const;
export type SeatGroup = (typeof seatGroups)[number];

export type EventCounts = Readonly<Record<SeatGroup, number>>;

/** A name as it is compared with those that are expected: without case, accents, spaces and direction marks. */
export function plainName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}\s]/gu, "")
    .toLowerCase();
}

/** Those of the expected names under which nobody has come so far, in the order of the list. */
export function neverCame(expected: readonly string[], came: Iterable<string>): string[] {
  const known = new Set<string>();
  for (const name of came) known.add(plainName(name));
  return expected.filter((name) => !known.has(plainName(name)));
}

/**
 * The four numbers. `left` are people who were here since the page watches, and are not here now: whoever has come back
 * is not among them, and nobody is counted twice.
 */
export function countEvent(
  roster: ReadonlyMap<string, RosterEntry>,
  timeLines: TimeLines | undefined,
  expected: readonly string[],
): EventCounts {
  let away = 0;
  for (const { status } of roster.values()) if (status !== "connected") away += 1;
  const lines = [...(timeLines?.lines.values() ?? [])];
  const came = [
    ...[...roster.values()].map(({ displayName }) => displayName),
    ...lines.map((l) => l.displayName),
  ];
  return {
    connected: roster.size - away,
    away,
    left: lines.filter((line) => kindNow(line) === "left" && !roster.has(line.deviceId)).length,
    "never-came": neverCame(expected, came).length,
  };
}
