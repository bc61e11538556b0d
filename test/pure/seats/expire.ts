// What an event does when its timer fires: everything whose time has come is decided.
import type { Change, Roster } from "../../../src/seats/roster.ts";

export function expire(roster: Roster, now: number): Change[] {
  const changes: Change[] = [];
  for (let due = roster.due(now); due !== undefined; due = roster.due(now)) {
    const change = roster.apply(due, { type: "tick" }, now);
    if (change !== undefined) changes.push(change);
  }
  return changes;
}
