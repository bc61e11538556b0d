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

/** Calls the hook that fits a change, if any does. Returns what it returned: an async hook's promise may reject. */
export function callHooks<Entry>(hooks: SeatHooks<Entry>, change: Change, entry: Entry): unknown {
  const { before, after, event } = change;
  if (after === undefined) return undefined;
  const wasAway = before?.status === "temporarily_disconnected";
  switch (after.status) {
    case "connected":
      if (event === "join") return hooks.onSeatTaken?.(entry);
      return wasAway ? hooks.onSeatReturned?.(entry) : undefined;
    case "temporarily_disconnected":
      return wasAway ? undefined : hooks.onSeatAway?.(entry);
    case "permanently_left":
      return hooks.onSeatLeft?.(entry, after.reason);
    case "replacing":
      return undefined;
  }
}

const frameworkHooks = ["onCreate", "onAuth", "onJoin", "onDrop", "onReconnect", "onLeave", "onDispose"];

/** createApp refuses a class with methods of these names; one with fields (`onJoin = () => {}`) throws on these locks. */
export function lockHooks(room: object): void {
  for (const name of frameworkHooks) {
    const value: unknown = Reflect.get(room, name);
    Object.defineProperty(room, name, { value, writable: false, configurable: false });
  }
}
