// Events that are over: the store is asked to forget each until it has, before anything new of it is written.
import type { SeatStore } from "./seat-store.ts";

/** Events that are over, and that the store has not forgotten yet. */
export class Forgetting {
  readonly #store: SeatStore;
  readonly #eventIds = new Set<string>();

  constructor(store: SeatStore) {
    this.#store = store;
  }

  get size(): number {
    return this.#eventIds.size;
  }

  add(eventId: string): void {
    this.#eventIds.add(eventId);
  }

  has(eventId: string): boolean {
    return this.#eventIds.has(eventId);
  }

  /** Has the store forget them all. @throws what the store does; the rest stays to be forgotten */
  async carryOut(): Promise<void> {
    for (const eventId of this.#eventIds) {
      await this.#store.forget(eventId);
      this.#eventIds.delete(eventId);
    }
  }
}
