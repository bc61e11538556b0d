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

/** The hooks to call for a change, one for each thing that is announced of it to everyone. */
export function hookCalls<Entry>(hooks: SeatHooks<Entry>, change: Change, entry: Entry): (() => unknown)[] {
  return change.effects.flatMap((effect) => {
    if (effect.type !== "announce" || effect.audience === "self") return [];
    const { type, payload } = effect.announcement;
    switch (type) {
      case "participant_joined":
        return [() => hooks.onSeatTaken?.(entry)];
      case "participant_temporarily_disconnected":
        return [() => hooks.onSeatAway?.(entry)];
      case "participant_reconnected":
        return [() => hooks.onSeatReturned?.(entry)];
      case "participant_left":
        return [() => hooks.onSeatLeft?.(entry, payload.reason)];
    }
  });
}

const frameworkHooks = ["onCreate", "onAuth", "onJoin", "onDrop", "onReconnect", "onLeave", "onDispose"];

/** createApp refuses a class with methods of these names; one with fields (`onJoin = () => {}`) throws on these locks. */
export function lockHooks(room: object): void {
  for (const name of frameworkHooks) {
    const value: unknown = Reflect.get(room, name);
    Object.defineProperty(room, name, { value, writable: false, configurable: false });
  }
}
