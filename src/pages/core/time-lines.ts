// Who was connected, away or gone, and when: presence events and rosters become bars, a line per participant.
// Pure: `now` is given, in the server's epoch milliseconds. Keyed by device id in Maps, so that any id is only a key.
import type { RosterEntry } from "../../client/index.ts";
import type { Announcement, LeaveReason } from "../../protocol/messages.ts";
import type { Person } from "./person.ts";

export type BarKind = "connected" | "away" | "left";

export interface Bar {
  readonly kind: BarKind;
  readonly from: number;
  /** The end; undefined while it goes on. */
  readonly to: number | undefined;
  /** Known from the roster only, not seen: there may have been gaps. */
  readonly isPresumed: boolean;
}

export interface Line extends Person {
  /** In the order of time, without overlap; only the last goes on. Never empty. */
  readonly bars: readonly Bar[];
  /** Why they left, when they have and it was announced. */
  readonly leaveReason: LeaveReason | undefined;
  /** What was in bars that are not kept any more. */
  readonly earlier: Absences;
}

/** How often somebody was away, and for how long in all, in ms. */
export interface Absences {
  readonly times: number;
  readonly lengthMs: number;
}

const noAbsence: Absences = { times: 0, lengthMs: 0 };
/** So many of those who have left are kept, the latest of them: as many as an event can hold is more than any host looks at. */
const mostGone = 5000;

export interface TimeLines {
  /** Since when events have been seen. */
  readonly since: number;
  readonly lines: ReadonlyMap<string, Line>;
}

type Roster = ReadonlyMap<string, RosterEntry>;

const kindOfEvent: Record<Announcement["type"], BarKind> = {
  participant_joined: "connected",
  participant_temporarily_disconnected: "away",
  participant_reconnected: "connected",
  participant_left: "left",
};

const kindOfEntry = (entry: RosterEntry): BarKind => (entry.status === "connected" ? "connected" : "away");

/** What a line is doing now. */
export function kindNow(line: Line): BarKind {
  return line.bars.at(-1)?.kind ?? "left";
}

/** The lines of those who are there when the observing begins; what came before is presumed. */
export function begin(roster: Roster, now: number): TimeLines {
  const lines = new Map<string, Line>();
  for (const entry of roster.values()) lines.set(entry.deviceId, firstLine(entry, now));
  return { since: now, lines };
}

function personOf({ deviceId, userId, displayName }: RosterEntry): Person {
  return { deviceId, userId, displayName };
}

function firstLine(entry: RosterEntry, now: number): Line {
  const isAway = entry.status !== "connected";
  const turnedAt = Math.min(isAway && entry.disconnectedAt > 0 ? entry.disconnectedAt : now, now);
  const joinedAt = entry.joinedAt > 0 ? Math.min(entry.joinedAt, turnedAt) : turnedAt;
  const bars: Bar[] = [];
  if (joinedAt < turnedAt) bars.push({ kind: "connected", from: joinedAt, to: turnedAt, isPresumed: true });
  bars.push({ kind: kindOfEntry(entry), from: turnedAt, to: undefined, isPresumed: false });
  return { ...personOf(entry), bars, leaveReason: undefined, earlier: noAbsence };
}

/** The line goes over to another kind at `at`; nothing happens when it is that already. */
function turn(line: Line, kind: BarKind, at: number): Line {
  const last = line.bars.at(-1);
  if (last === undefined || last.kind === kind) return line;
  const from = Math.max(at, last.from);
  const before =
    from > last.from ? [...line.bars.slice(0, -1), { ...last, to: from }] : line.bars.slice(0, -1);
  return { ...line, bars: [...before, { kind, from, to: undefined, isPresumed: false }] };
}

/** The same lines after these events, each once and in order; `roster` lends names to newcomers. */
export function withEvents(
  timeLines: TimeLines,
  events: readonly Announcement[],
  roster: Roster,
  now: number,
): TimeLines {
  if (events.length === 0) return timeLines;
  const lines = new Map(timeLines.lines);
  for (const { type, payload } of events) {
    const { device_id: deviceId, user_id: userId } = payload;
    const kind = kindOfEvent[type];
    const at = Math.min(payload.at ?? now, now);
    const known = lines.get(deviceId);
    const entry = roster.get(deviceId);
    const person = entry === undefined ? { deviceId, userId, displayName: "" } : personOf(entry);
    const line: Line =
      known === undefined
        ? {
            ...person,
            bars: [{ kind, from: at, to: undefined, isPresumed: false }],
            leaveReason: undefined,
            earlier: noAbsence,
          }
        : turn(entry === undefined ? known : { ...known, ...person }, kind, at);
    const isLeft = type === "participant_left";
    lines.set(deviceId, { ...line, leaveReason: isLeft ? payload.reason : undefined });
  }
  return { ...timeLines, lines };
}

/** The same lines made to agree with a roster, when events were missed: what differs turned at a time unknown, now at the latest. */
export function reconcile(timeLines: TimeLines, roster: Roster, now: number): TimeLines {
  const lines = new Map(timeLines.lines);
  for (const entry of roster.values()) {
    const known = lines.get(entry.deviceId);
    if (known === undefined) {
      lines.set(entry.deviceId, firstLine(entry, now));
      continue;
    }
    const kind = kindOfEntry(entry);
    const sinceAt = kind === "away" ? entry.disconnectedAt : entry.joinedAt;
    const lastFrom = known.bars.at(-1)?.from ?? 0;
    const at = sinceAt > lastFrom ? Math.min(sinceAt, now) : now;
    lines.set(entry.deviceId, {
      ...turn({ ...known, ...personOf(entry) }, kind, at),
      leaveReason: undefined,
    });
  }
  for (const [deviceId, line] of lines)
    if (!roster.has(deviceId)) lines.set(deviceId, turn(line, "left", now));
  return { ...timeLines, lines };
}

/**
 * Without the bars that ended before `before`; who was away in them is remembered as a number. Everyone stays, also who has
 * left, but for those who left first when they are more than can be kept.
 */
export function prune(timeLines: TimeLines, before: number): TimeLines {
  const lines = new Map<string, Line>();
  const gone: string[] = [];
  let isChanged = false;
  for (const [deviceId, line] of timeLines.lines) {
    const kept = withoutBars(line, before);
    lines.set(deviceId, kept);
    isChanged ||= kept !== line;
    if (kindNow(kept) === "left") gone.push(deviceId);
  }
  if (gone.length > mostGone) {
    const leftAt = (deviceId: string) => lines.get(deviceId)?.bars.at(-1)?.from ?? 0;
    for (const deviceId of gone.toSorted((a, b) => leftAt(b) - leftAt(a)).slice(mostGone))
      lines.delete(deviceId);
    isChanged = true;
  }
  return isChanged ? { ...timeLines, lines } : timeLines;
}

function withoutBars(line: Line, before: number): Line {
  const bars = line.bars.filter(({ to }) => to === undefined || to >= before);
  if (bars.length === line.bars.length) return line;
  let { times, lengthMs } = line.earlier;
  for (const { kind, from, to } of line.bars)
    if (kind === "away" && to !== undefined && to < before) {
      times += 1;
      lengthMs += to - from;
    }
  return { ...line, bars, earlier: { times, lengthMs } };
}
