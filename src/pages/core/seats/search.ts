// Who is found by what a host types: a part of the name, the user or the device; or a word for how somebody is ("away").
// Pure; the words of the page's language are given.
import { type SeatGroup, seatGroups } from "../host/event-counts.ts";
import { fold } from "./folding.ts";
import type { SeatRow } from "./rows.ts";

/** For each kind the words that people may type for it, in the page's language. */
export type KindWords = Readonly<Record<SeatGroup, readonly string[]>>;

/** The words of one entry of a catalogue: `away, gone, offline`. */
export function kindWords(entry: string): string[] {
  return entry
    .split(/[,،、]/u)
    .map(fold)
    .filter((word) => word !== "");
}

type Test = (row: SeatRow, text: string) => boolean;

/**
 * A test for what was typed: every word of it must fit. A word for a kind fits that kind, and whoever is called so.
 * @param query as it was typed; nothing in it fits everyone
 */
export function searchFor(query: string, words: KindWords): (row: SeatRow) => boolean {
  const tests = testsOf(fold(query), words);
  if (tests.length === 0) return () => true;
  return (row) => {
    const text = `${fold(row.name)} ${fold(row.mark)}\n${fold(row.userId)}\n${fold(row.deviceId)}`;
    return tests.every((test) => test(row, text));
  };
}

function testsOf(query: string, words: KindWords): Test[] {
  const phrases = seatGroups
    .flatMap((kind) => words[kind].map((phrase) => ({ kind, phrase })))
    .toSorted((a, b) => b.phrase.length - a.phrase.length); // "not come" before "come"
  const tests: Test[] = [];
  let rest = ` ${query} `;
  for (const { phrase } of phrases) {
    if (!rest.includes(` ${phrase} `)) continue;
    const kinds = new Set(phrases.filter((other) => other.phrase === phrase).map(({ kind }) => kind));
    tests.push((row, text) => kinds.has(row.kind) || text.includes(phrase));
    rest = rest.replace(` ${phrase} `, " ");
  }
  for (const word of rest.split(" ")) if (word !== "") tests.push((_, text) => text.includes(word));
  return tests;
}
