// Events that live as long as the process: the store of tests, and of events that may die with their server.
// Also the reference for the contract suite: the shortest thing that is right.
import type { EventBatch, EventFacts, Kept, SeatStore, StoredEvent, StoredSeat } from "./seat-store.ts";

interface Stored {
  facts: EventFacts;
  readonly seats: Map<string, StoredSeat>;
}

const noFacts: EventFacts = { isClosed: false, epoch: 0, kicked: [], schema: "", own: null };

/** A store whose events end with the process: for tests, and for events that may be lost. */
export class MemoryStore implements SeatStore {
  readonly onFailure = "serve";
  readonly #events = new Map<string, Stored>();
  #lastAliveAt = 0;

  async open(): Promise<void> {}

  async commit(batch: readonly EventBatch[]): Promise<void> {
    for (const { eventId, upserts, removals, facts, isWhole } of batch) {
      const event: Stored = this.#events.get(eventId) ?? { facts: noFacts, seats: new Map() };
      this.#events.set(eventId, event);
      if (isWhole) event.seats.clear();
      for (const deviceId of removals) event.seats.delete(deviceId);
      for (const seat of upserts) event.seats.set(seat.record.deviceId, seat);
      if (facts !== undefined) event.facts = facts;
    }
  }

  async load(eventId: string): Promise<StoredEvent | undefined> {
    const event = this.#events.get(eventId);
    if (event === undefined) return undefined;
    return { eventId, facts: event.facts, seats: [...event.seats.values()], lastAliveAt: this.#lastAliveAt };
  }

  async eventIds(): Promise<readonly string[]> {
    return [...this.#events.keys()];
  }

  async forget(eventId: string): Promise<void> {
    this.#events.delete(eventId);
  }

  async alive(at: number): Promise<Kept> {
    this.#lastAliveAt = at;
    return "kept";
  }

  async close(): Promise<void> {}
}
