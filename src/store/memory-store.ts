// Seats that live as long as the process: the store of tests and of events that may die with their server.
import type { Seat } from "../seats/seat.ts";
import type { EventBatch, SeatStore } from "./seat-store.ts";

export class MemoryStore implements SeatStore {
  readonly #events = new Map<string, Map<string, Seat>>();

  async commit(batch: readonly EventBatch[]): Promise<void> {
    for (const { eventId, seats } of batch) {
      const event = this.#events.get(eventId) ?? new Map<string, Seat>();
      for (const seat of seats) {
        if (seat.status === "permanently_left") event.delete(seat.deviceId);
        else event.set(seat.deviceId, seat);
      }
      if (event.size === 0) this.#events.delete(eventId);
      else this.#events.set(eventId, event);
    }
  }

  async load(eventId: string): Promise<readonly Seat[]> {
    return [...(this.#events.get(eventId)?.values() ?? [])];
  }

  isReachable(): boolean {
    return true;
  }

  async close(): Promise<void> {
    this.#events.clear();
  }
}
