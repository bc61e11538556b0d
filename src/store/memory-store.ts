// Events that live as long as the process: the store of tests, and of events that may die with their server.
// Also the reference for the contract suite: the shortest thing that is right.
import {
  type EventBatch,
  type EventFacts,
  type Kept,
  noFacts,
  type SeatStore,
  type StoredEvent,
  type StoredSeat,
} from "./seat-store.ts";

interface Stored {
  facts: EventFacts;
  readonly seats: Map<string, StoredSeat>;
  readonly entries: Map<string, string>;
  /** Which process wrote it last. */
  writer: number;
}

/**
 * A store whose events end with the process: for tests, and for events that may be lost. Each `open` is another process,
 * with an instant of its own at which it was last alive.
 */
export class MemoryStore implements SeatStore {
  readonly onFailure = "serve";
  readonly #events = new Map<string, Stored>();
  readonly #secrets = new Map<string, string>();
  /** When each process was last alive. */
  readonly #aliveAt: number[] = [];
  #process = 0;

  async open(): Promise<void> {
    this.#process += 1;
  }

  async commit(batch: readonly EventBatch[]): Promise<void> {
    const writer = this.#process;
    for (const { eventId, upserts, removals, facts, entries, isWhole } of batch) {
      const none: Stored = { facts: noFacts, seats: new Map(), entries: new Map(), writer };
      const event = this.#events.get(eventId) ?? none;
      event.writer = writer;
      this.#events.set(eventId, event);
      if (isWhole) event.seats.clear();
      if (isWhole) event.entries.clear();
      for (const deviceId of removals) event.seats.delete(deviceId);
      for (const seat of upserts) event.seats.set(seat.record.deviceId, seat);
      if (facts !== undefined) event.facts = facts;
      for (const key of entries?.drop ?? []) event.entries.delete(key);
      for (const [key, value] of entries?.put ?? []) event.entries.set(key, value);
    }
  }

  async load(eventId: string): Promise<StoredEvent | undefined> {
    const event = this.#events.get(eventId);
    if (event === undefined) return undefined;
    const [seats, entries] = [[...event.seats.values()], new Map(event.entries)];
    return { eventId, facts: event.facts, seats, entries, lastAliveAt: this.#aliveAt[event.writer] ?? 0 };
  }

  async eventIds(): Promise<readonly string[]> {
    return [...this.#events.keys()];
  }

  async forget(eventId: string): Promise<void> {
    this.#events.delete(eventId);
  }

  async secret(name: string, fresh: string, replaces?: string): Promise<string> {
    const kept = this.#secrets.get(name);
    const secret = kept === undefined || kept === replaces ? fresh : kept;
    this.#secrets.set(name, secret);
    return secret;
  }

  async alive(at: number): Promise<Kept> {
    this.#aliveAt[this.#process] = at;
    return "kept";
  }

  async close(): Promise<void> {}
}
