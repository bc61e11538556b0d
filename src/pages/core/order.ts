// In which order people are listed, and who is found by a search.
// Pure; the lists of a few thousand are sorted at most once a patch.
import { nameOf, type Person } from "./person.ts";
import { kindNow, type Line } from "./time-lines.ts";

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

function byName(a: Person, b: Person): number {
  return collator.compare(nameOf(a), nameOf(b)) || (a.deviceId < b.deviceId ? -1 : 1);
}

const rank = { away: 0, connected: 1, left: 2 } as const;

/** For a host: those away first (the nearest deadline on top), then those connected by name, then the latest to leave. */
export function hostOrder(lines: Iterable<Line>, deadlineOf: (deviceId: string) => number): Line[] {
  return [...lines].toSorted((a, b) => {
    const [kindA, kindB] = [kindNow(a), kindNow(b)];
    if (kindA !== kindB) return rank[kindA] - rank[kindB];
    if (kindA === "away") return deadlineOf(a.deviceId) - deadlineOf(b.deviceId) || byName(a, b);
    if (kindA === "left") return (b.bars.at(-1)?.from ?? 0) - (a.bars.at(-1)?.from ?? 0) || byName(a, b);
    return byName(a, b);
  });
}

/** Does a person's name, user or device hold these letters? */
export function matches(person: Person, wanted: string): boolean {
  const text = `${person.displayName}\n${person.userId}\n${person.deviceId}`.toLocaleLowerCase();
  return text.includes(wanted.trim().toLocaleLowerCase());
}
