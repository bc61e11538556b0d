// What a room author hears: a seat taken, away, returned, left, once each, after it is stored and in the state.
// An author's error is caught here; it must not keep the room from telling the truth to everyone else.
import type { LeaveReason } from "../protocol/messages.ts";
import type { Change } from "../seats/roster.ts";

export interface SeatHooks<Entry> {
  onSeatTaken?(participant: Entry): void;
  onSeatAway?(participant: Entry): void;
  onSeatReturned?(participant: Entry): void;
  onSeatLeft?(participant: Entry, reason: LeaveReason): void;
}

/** Calls the hook that fits a change, if any does. */
export function callHooks<Entry>(hooks: SeatHooks<Entry>, change: Change, entry: Entry): void {
  const { before, after, event } = change;
  if (after === undefined) return;
  const wasAway = before?.status === "temporarily_disconnected";
  switch (after.status) {
    case "connected":
      if (event === "join") hooks.onSeatTaken?.(entry);
      else if (wasAway) hooks.onSeatReturned?.(entry);
      return;
    case "temporarily_disconnected":
      if (!wasAway) hooks.onSeatAway?.(entry);
      return;
    case "permanently_left":
      hooks.onSeatLeft?.(entry, after.reason);
      return;
    case "replacing":
      return;
  }
}
