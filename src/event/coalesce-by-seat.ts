// Which changes of one tick are about the same seat: of each, only the last word is worth writing into the state.
import type { Change } from "../seats/roster.ts";
import type { Seat } from "../seats/seat.ts";

/** One seat from its join to its leave, as far as a tick saw it: a device may have had several. */
export interface Life {
  seat: Seat;
  entry?: object;
}

/** Which life each change belongs to; in a tick, only the last word on each life is worth writing. */
export function livesOf(changes: readonly { readonly change: Change }[]): Map<Change, Life> {
  const lives = new Map<Change, Life>();
  const current = new Map<string, Life>();
  for (const { change } of changes) {
    const { deviceId, before, after } = change;
    if (after === undefined) continue;
    const known = before === undefined ? undefined : current.get(deviceId);
    const life = known ?? { seat: after };
    life.seat = after;
    current.set(deviceId, life);
    lives.set(change, life);
  }
  return lives;
}
