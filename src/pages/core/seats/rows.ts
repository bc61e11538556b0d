// What a host's list of seats has in it: those in the event, those who left or were removed, and those expected who never came.
// Pure. A row stays the same object for as long as nothing in it changes, so that only what has changed is drawn.
import type { RosterEntry } from "../../../client/index.ts";
import type { RemovedDevice } from "../../../protocol/event-details.ts";
import type { EventCounts, SeatGroup } from "../host/event-counts.ts";
import { type Name, namesOf, type Person, shownName } from "../person.ts";
import { kindNow, type Line } from "../time-lines.ts";
import { attendance, type Attendance } from "./expected.ts";
import { timesAwayOf } from "./steadiness.ts";

export interface SeatRow {
  /** The device's id, or for who never came a key that no device's id can be. */
  readonly key: string;
  readonly kind: SeatGroup;
  /** What the person is called here; with the mark, which is mostly empty, no two are alike. */
  readonly name: string;
  readonly mark: string;
  /** Empty for who never came. */
  readonly deviceId: string;
  readonly userId: string;
  /** Since when it is so: joined, lost, left. 0 when that is not known. */
  readonly since: number;
  /** Until when the seat is kept; 0 when nothing runs out. */
  readonly until: number;
  /** Why they are away, or how they left (`readmitted`: was removed, and may come again); empty otherwise. */
  readonly reason: string;
  /** A host has removed them, and they cannot come again. */
  readonly isKeptOut: boolean;
  readonly joinedAt: number;
  /** How often they were away, as far as this page has seen. */
  readonly drops: number;
  /** Does the list of expected names have them? Undefined without a list. */
  readonly isExpected: boolean | undefined;
}

export interface RowSources {
  readonly roster: ReadonlyMap<string, RosterEntry>;
  readonly lines: ReadonlyMap<string, Line>;
  readonly expected: readonly string[];
  /** The latest of them, the latest first. */
  readonly removed: readonly RemovedDevice[];
  readonly removedTotal: number;
}

export type Rows = ReadonlyMap<string, SeatRow>;

/** What people are called, kept for as long as nobody comes, goes or is renamed: telling look-alikes apart is what costs. */
export class NameBook {
  #people = new Map<string, string>();
  #names: ReadonlyMap<string, Name> = new Map();

  /** The names of all of these, by device id. */
  of(people: readonly Person[]): ReadonlyMap<string, Name> {
    const isSame =
      people.length === this.#people.size &&
      people.every(({ deviceId, displayName }) => this.#people.get(deviceId) === displayName);
    if (isSame) return this.#names;
    this.#people = new Map(people.map(({ deviceId, displayName }) => [deviceId, displayName]));
    this.#names = namesOf(people);
    return this.#names;
  }
}

/**
 * The rows of everyone, those of the event first.
 * @param before what was returned last, for rows that have not changed
 */
export function rowsOf(sources: RowSources, book = new NameBook(), before: Rows = new Map()): Rows {
  const { roster, lines, removed, removedTotal, expected } = sources;
  const gone: { person: Person; since: number; reason: string; joinedAt: number }[] = [];
  const goneIds = new Set<string>();
  const keptOut = new Map(removed.map(({ device_id, at }) => [device_id, at]));
  // Of more than the list holds the oldest drop off it, and are kept out all the same.
  const oldest = removedTotal > removed.length ? (removed.at(-1)?.at ?? 0) : Number.NEGATIVE_INFINITY;
  // The list of those removed comes just after the news of a removal: only who has been on it can be off it again.
  const isReadmitted = (deviceId: string) => {
    const row = keptOut.has(deviceId) ? undefined : before.get(deviceId);
    return row?.kind === "left" && ((row.isKeptOut && row.since > oldest) || row.reason === "readmitted");
  };
  for (const line of lines.values()) {
    if (roster.has(line.deviceId) || kindNow(line) !== "left") continue;
    const since = keptOut.get(line.deviceId) ?? line.bars.at(-1)?.from ?? 0;
    goneIds.add(line.deviceId);
    gone.push({
      person: line,
      since,
      reason: isReadmitted(line.deviceId) ? "readmitted" : (line.leaveReason ?? ""),
      joinedAt: line.bars[0]?.kind === "left" ? 0 : (line.bars[0]?.from ?? 0),
    });
  }
  for (const { device_id: deviceId, display_name: displayName, at } of removed)
    if (!roster.has(deviceId) && !goneIds.has(deviceId)) {
      goneIds.add(deviceId);
      gone.push({
        person: { deviceId, userId: "", displayName },
        since: at,
        reason: "kicked",
        joinedAt: 0,
      });
    }
  const here = [...roster.values()];
  const people: Person[] = [...here, ...gone.map(({ person }) => person)];
  const names = book.of(people);
  const list: Attendance | undefined =
    expected.length === 0
      ? undefined
      : attendance(
          expected,
          people.map(({ deviceId, displayName }) => ({ key: deviceId, displayName })),
        );
  const rows = new Map<string, SeatRow>();
  const add = (row: SeatRow) => rows.set(row.key, sameAs(before.get(row.key), row));
  for (const entry of here)
    add(rowOfEntry(entry, names.get(entry.deviceId), lines.get(entry.deviceId), list));
  for (const { person, since, reason, joinedAt } of gone)
    add({
      key: person.deviceId,
      kind: "left",
      ...nameIn(names.get(person.deviceId)),
      deviceId: person.deviceId,
      userId: person.userId,
      since,
      until: 0,
      reason,
      isKeptOut: keptOut.has(person.deviceId) || (reason === "kicked" && since <= oldest),
      joinedAt,
      drops: dropsOf(lines.get(person.deviceId)),
      isExpected: list?.onList.has(person.deviceId),
    });
  for (const { name, index } of list?.missing ?? []) add(neverCame(name, index));
  return rows;
}

function rowOfEntry(
  entry: RosterEntry,
  name: Name | undefined,
  line: Line | undefined,
  list: Attendance | undefined,
): SeatRow {
  const { deviceId, userId, joinedAt, graceExpiresAt, disconnectedAt, reason } = entry;
  const isAway = entry.status !== "connected";
  return {
    key: deviceId,
    kind: isAway ? "away" : "connected",
    ...nameIn(name),
    deviceId,
    userId,
    since: isAway ? disconnectedAt : joinedAt,
    until: isAway ? graceExpiresAt : 0,
    reason: isAway ? reason : "",
    isKeptOut: false,
    joinedAt,
    drops: dropsOf(line),
    isExpected: list?.onList.has(deviceId),
  };
}

const dropsOf = (line: Line | undefined) => (line === undefined ? 0 : timesAwayOf(line));
const nameIn = (name: Name | undefined) => name ?? { name: "", mark: "" };

/** A device's id has no line's end in it (the server refuses one). */
const keyOfMissing = (name: string, index: number) => `\n${index} ${name}`;

function neverCame(name: string, index: number): SeatRow {
  return {
    key: keyOfMissing(name, index),
    kind: "never-came",
    name: shownName(name) || name,
    mark: "",
    deviceId: "",
    userId: "",
    since: 0,
    until: 0,
    reason: "",
    isKeptOut: false,
    joinedAt: 0,
    drops: 0,
    isExpected: true,
  };
}

function sameAs(before: SeatRow | undefined, row: SeatRow): SeatRow {
  if (before === undefined) return row;
  for (const field of Object.keys(row) as (keyof SeatRow)[]) if (before[field] !== row[field]) return row;
  return before;
}

/** How many of each kind there are. */
export function countsOf(rows: Iterable<SeatRow>): EventCounts {
  const counts = { connected: 0, away: 0, left: 0, "never-came": 0 };
  for (const { kind } of rows) counts[kind] += 1;
  return counts;
}
