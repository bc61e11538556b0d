// The list of names that a host expects, against who is there: who is missing. Pure.
import { shownName } from "../person.ts";
import { wordsIn } from "./folding.ts";

/**
 * The names of a pasted text: one a line, or, when it is one line, parted by semicolons or commas. From a spreadsheet the
 * first column with letters in it, without quotation marks. What is no name (empty, numbers only) is left out; who is there
 * twice is twice in the result, because it may be two people.
 */
export function namesIn(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const [only = ""] = lines;
  const cells = lines.length === 1 ? only.split(/[;,\t]/) : lines.map(firstCell);
  return cells
    .map((cell) => shownName(cell.trim().replace(/^"(.*)"$/s, "$1")))
    .filter((name) => /\p{L}/u.test(name));
}

function firstCell(line: string): string {
  return line.split(/[;\t]/).find((cell) => /\p{L}/u.test(cell)) ?? "";
}

/** Somebody who is or was there. */
export interface Present {
  readonly key: string;
  readonly displayName: string;
}

/** One place of the list that nobody has taken. */
export interface Missing {
  readonly name: string;
  /** Its place in the list, from 0: the same name may be there twice. */
  readonly index: number;
}

export interface Attendance {
  readonly missing: readonly Missing[];
  /** Who stands on the list. */
  readonly onList: ReadonlySet<string>;
}

type Reading = (words: readonly string[]) => string;
/** How names are compared, the strictest first: with and without spaces, then in any order of the words. */
const readings: readonly Reading[] = [(words) => words.join(""), (words) => words.toSorted().join(" ")];

/**
 * Who of the list is missing. Each of those present takes one place: of a name that is twice in the list, two may come.
 * @param present those who are there before those who were: a place goes to the first that fits
 */
export function attendance(expected: readonly string[], present: Iterable<Present>): Attendance {
  const onList = new Set<string>();
  let missing: Missing[] = expected.map((name, index) => ({ name, index }));
  const people = [...present];
  for (const reading of readings) {
    if (missing.length === 0) break;
    const places = new Map<string, Missing[]>();
    for (const place of missing) {
      const key = reading(wordsIn(place.name));
      places.set(key, [...(places.get(key) ?? []), place]);
    }
    const taken = new Set<number>();
    for (const { key, displayName } of people) {
      const words = wordsIn(displayName);
      if (words.length === 0 || onList.has(key)) continue;
      const place = places.get(reading(words))?.shift();
      if (place === undefined) continue;
      taken.add(place.index);
      onList.add(key);
    }
    missing = missing.filter(({ index }) => !taken.has(index));
  }
  return { missing, onList };
}
