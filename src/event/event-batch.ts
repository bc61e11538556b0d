// What of an event goes to the store: everything, or the seats of some devices, as they are now.
import type { EventBatch, EventFacts, StoredSeat } from "../store/seat-store.ts";

/** An event that can say how it is to be stored. */
export interface StorableEvent {
  readonly eventId: string;
  /** The seat that a device has now, as it is to be stored; undefined when it has none. */
  seat(deviceId: string): StoredSeat | undefined;
  allSeats(): StoredSeat[];
  facts(): EventFacts;
}

export function wholeBatch(event: StorableEvent): EventBatch {
  const { eventId } = event;
  return { eventId, upserts: event.allSeats(), removals: [], facts: event.facts(), isWhole: true };
}

/** The seats of these devices, which may be named twice, and with `hasFacts` what the event is. */
export function batchOf(event: StorableEvent, devices: Iterable<string>, hasFacts: boolean): EventBatch {
  const upserts: StoredSeat[] = [];
  const removals: string[] = [];
  for (const deviceId of new Set(devices)) {
    const seat = event.seat(deviceId);
    if (seat === undefined) removals.push(deviceId);
    else upserts.push(seat);
  }
  const facts = hasFacts ? event.facts() : undefined;
  return { eventId: event.eventId, upserts, removals, facts, isWhole: false };
}
