// Who of an event is shown to a participant: everyone of a small one; of a large one oneself and those who are away, or
// whom one looks for. Never more than fit a few screens. Pure.
import type { RosterEntry } from "../../../client/index.ts";
import { type Name, wholeName } from "../person.ts";

/** Up to so many are everyone; of more there are so many at most. */
export const mostShown = 24;

/** What is shown, in order, oneself first; and how many are not. */
export interface RosterShown {
  readonly kind: "everyone" | "away" | "found";
  readonly shown: readonly RosterEntry[];
  /** How many fit what is shown and are left out: people, away or found. */
  readonly leftOut: number;
  /** How many others there are: neither shown nor left out. */
  readonly others: number;
  readonly here: number;
  readonly away: number;
}

type Names = ReadonlyMap<string, Name>;

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });
const isAway = ({ status }: RosterEntry) => status !== "connected";
const nameIn = (names: Names, { deviceId }: RosterEntry) => {
  const name = names.get(deviceId);
  return name === undefined ? "" : wholeName(name);
};

/** Without case and accents. */
function folded(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .trim();
}

function byName(names: Names) {
  return (a: RosterEntry, b: RosterEntry) =>
    Number(b.isMe) - Number(a.isMe) ||
    collator.compare(nameIn(names, a), nameIn(names, b)) ||
    (a.deviceId < b.deviceId ? -1 : 1);
}

/** Who went first stands first: whoever drops next is added at the end, and nobody moves. */
function byAbsence(a: RosterEntry, b: RosterEntry): number {
  return (
    Number(b.isMe) - Number(a.isMe) ||
    a.disconnectedAt - b.disconnectedAt ||
    (a.deviceId < b.deviceId ? -1 : 1)
  );
}

/** @param wanted what is looked for; empty for nothing */
export function rosterShown(roster: Iterable<RosterEntry>, names: Names, wanted: string): RosterShown {
  const all = [...roster];
  const away = all.filter(isAway).length;
  const counts = { here: all.length - away, away };
  const part = (kind: RosterShown["kind"], fitting: RosterEntry[]): RosterShown => {
    const shown = fitting.slice(0, mostShown);
    return {
      kind,
      shown,
      leftOut: fitting.length - shown.length,
      others: all.length - fitting.length,
      ...counts,
    };
  };
  const text = folded(wanted);
  if (text !== "")
    return part(
      "found",
      all.filter((entry) => folded(nameIn(names, entry)).includes(text)).toSorted(byName(names)),
    );
  if (all.length <= mostShown) return part("everyone", all.toSorted(byName(names)));
  return part("away", all.filter((entry) => entry.isMe || isAway(entry)).toSorted(byAbsence));
}
