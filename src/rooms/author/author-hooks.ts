// What a room author hears: a seat taken, away, returned, left, once each, after it is stored and in the state.
// An author's error is caught here; it must not keep the room from telling the truth to everyone else.
import type { LeaveReason } from "../../protocol/messages.ts";
import type { Change } from "../../seats/roster.ts";
import type { SeatConnections } from "../../connections/seat-connections.ts";

export interface SeatHooks<Entry> {
  onSeatTaken?(participant: Entry): void;
  onSeatAway?(participant: Entry): void;
  onSeatReturned?(participant: Entry): void;
  onSeatLeft?(participant: Entry, reason: LeaveReason): void;
}

/** Calls, through `guard`, the hooks for a change: one for each thing that is announced of it to everyone. */
export function callHooks<Entry>(
  hooks: SeatHooks<Entry>,
  change: Change,
  entry: Entry | undefined,
  connections: Pick<SeatConnections<Entry>, "taken">,
  guard: (call: () => unknown) => void,
): void {
  if (entry === undefined) return;
  for (const effect of change.effects) {
    if (effect.type !== "announce" || effect.audience === "self") continue;
    const { type, payload } = effect.announcement;
    if (type === "participant_joined") {
      guard(() => hooks.onSeatTaken?.(entry));
      connections.taken(change.deviceId, entry);
    } else if (type === "participant_temporarily_disconnected") guard(() => hooks.onSeatAway?.(entry));
    else if (type === "participant_reconnected") guard(() => hooks.onSeatReturned?.(entry));
    else guard(() => hooks.onSeatLeft?.(entry, payload.reason));
  }
}

const lifecycleHooks = ["onCreate", "onAuth", "onJoin", "onDrop", "onReconnect", "onLeave", "onDispose"];
const frameworkHooks = [...lifecycleHooks, "onMessage", "onMessageBytes", "onUncaughtException"];

/** createApp refuses a class with methods of these names; one with fields (`onJoin = () => {}`) throws on these locks. */
export function lockHooks(room: object): void {
  for (const name of frameworkHooks) {
    const value: unknown = Reflect.get(room, name);
    Object.defineProperty(room, name, { value, writable: false, configurable: false });
  }
}
