// Which changes of one patch are about the same seat: of each, only how it was last is worth writing into the state.
import type { Change } from "../seats/roster.ts";
import type { Seat } from "../seats/seat.ts";

/** One seat from its join to its leave, as far as a patch saw it: a device may have had several. */
export interface PatchedSeat {
  /** As it was last. */
  last: Seat;
  entry?: object;
}

/** Which seat each change is about; a leave and a join of one device are about two. */
export function coalesceBySeat(changes: readonly { readonly change: Change }[]): Map<Change, PatchedSeat> {
  const seats = new Map<Change, PatchedSeat>();
  const current = new Map<string, PatchedSeat>();
  for (const { change } of changes) {
    const { deviceId, before, after } = change;
    if (after === undefined) continue;
    const known = before === undefined ? undefined : current.get(deviceId);
    const seat = known ?? { last: after };
    seat.last = after;
    current.set(deviceId, seat);
    seats.set(change, seat);
  }
  return seats;
}
