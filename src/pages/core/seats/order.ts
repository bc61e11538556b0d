// In which order a host's list stands, and when it may change: nothing moves under a finger. Pure; `now` is given.
import type { SeatRow } from "./rows.ts";

export const sortings = ["trouble", "deadline", "name"] as const;
export type Sorting = (typeof sortings)[number];

const troubleRank = { away: 0, "never-came": 1, connected: 2, left: 3 } as const;

/** Sorts rows; keeps the ranks of the names, because comparing names is what costs. */
export class SeatSorter {
  readonly #collator: Intl.Collator;
  #ranks = new Map<string, number>();
  #names = new Map<string, string>();

  /** @param locale whose alphabet the names are sorted by */
  constructor(locale: string) {
    this.#collator = new Intl.Collator(locale, { sensitivity: "base", numeric: true });
  }

  /**
   * The keys of the rows in order. `trouble`: those away, the nearest deadline first; who never came; those connected, who
   * was away most often first; those who left, the latest first. `deadline`: what runs out first, then by name. `name`: by name.
   */
  sort(rows: readonly SeatRow[], sorting: Sorting): string[] {
    this.#rank(rows);
    const byName = (a: SeatRow, b: SeatRow) => (this.#ranks.get(a.key) ?? 0) - (this.#ranks.get(b.key) ?? 0);
    const byDeadline = (a: SeatRow, b: SeatRow) =>
      (a.until || Number.POSITIVE_INFINITY) === (b.until || Number.POSITIVE_INFINITY)
        ? byName(a, b)
        : (a.until || Number.POSITIVE_INFINITY) - (b.until || Number.POSITIVE_INFINITY);
    const byTrouble = (a: SeatRow, b: SeatRow) => {
      if (a.kind !== b.kind) return troubleRank[a.kind] - troubleRank[b.kind];
      if (a.kind === "away") return byDeadline(a, b);
      if (a.kind === "left") return b.since - a.since || byName(a, b);
      return b.drops - a.drops || byName(a, b);
    };
    const compare = { trouble: byTrouble, deadline: byDeadline, name: byName }[sorting];
    return rows.toSorted(compare).map(({ key }) => key);
  }

  #rank(rows: readonly SeatRow[]): void {
    if (rows.every(({ key, name }) => this.#names.get(key) === name)) return;
    const sorted = rows.toSorted(
      (a, b) =>
        this.#collator.compare(a.name, b.name) ||
        (a.mark < b.mark ? -1 : Number(a.mark > b.mark)) ||
        (a.key < b.key ? -1 : 1),
    );
    this.#ranks = new Map(sorted.map(({ key }, rank) => [key, rank]));
    this.#names = new Map(rows.map(({ key, name }) => [key, name]));
  }
}

/**
 * The order that is kept: everyone where they stand, also who does not fit the filter any more; who is new at the end; who is
 * no row any more is gone.
 */
export function keptOrder(
  shown: readonly string[],
  wanted: readonly string[],
  isRow: (key: string) => boolean,
): string[] {
  const kept = shown.filter(isRow);
  const known = new Set(kept);
  return [...kept, ...wanted.filter((key) => !known.has(key))];
}

export function isSameOrder(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}

/** Nobody has touched the list, and nothing in it has changed, for so long: then it may be sorted again. */
export const untouchedMs = 5000;
export const calmMs = 1500;
/** A list in which something always changes is sorted this long after the first change, when it is not touched. */
export const longestMs = 10_000;

export interface Restlessness {
  /** Somebody points at it, has the focus in it, or has chosen rows of it. */
  readonly isHeld: boolean;
  readonly touchedAt: number;
  /** The first change since it was sorted, and the latest. */
  readonly firstChangeAt: number;
  readonly lastChangeAt: number;
}

/** When the list may be sorted again by itself; never while it is held. */
export function sortableAt({ isHeld, touchedAt, firstChangeAt, lastChangeAt }: Restlessness): number {
  if (isHeld) return Number.POSITIVE_INFINITY;
  return Math.max(touchedAt + untouchedMs, Math.min(lastChangeAt + calmMs, firstChangeAt + longestMs));
}
