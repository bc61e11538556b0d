// The store as one server has it: where it is asked to store something the server may die, and from then on nothing that it
// still does reaches what is stored. What is stored is the next server's.
import type { EventBatch, Kept, SeatStore, StoredEvent } from "../../store/seat-store.ts";

/** Where a server can be made to die. */
export type CrashPoint = "before commit" | "after commit" | "after announcement";

/** Is called where a server may be made to die. Implemented by testing/server/test-server. */
export interface CrashListener {
  /** The server is at this point, and may die of it: then the store has been cut off when this returns. */
  reached(point: CrashPoint): void;
}

export class CrashingStore implements SeatStore {
  readonly onFailure: SeatStore["onFailure"];
  readonly #store: SeatStore;
  readonly #listener: CrashListener;
  #isCut = false;

  constructor(store: SeatStore, listener: CrashListener) {
    this.#store = store;
    this.#listener = listener;
    this.onFailure = store.onFailure;
  }

  /** The server is dead: nothing of it is stored any more. */
  cut(): void {
    this.#isCut = true;
  }

  open(): Promise<void> {
    return this.#store.open();
  }

  async commit(batch: readonly EventBatch[]): Promise<readonly string[] | void> {
    // An event that has just come back is written again, whole: nothing of that was decided here.
    const isRestored = batch.every(({ isWhole }) => isWhole);
    if (!isRestored && !this.#isCut) this.#listener.reached("before commit");
    if (this.#isCut) return undefined; // whom a dead server answers does not matter: nobody hears it
    const fenced = await this.#store.commit(batch);
    if (!isRestored && !this.#isCut) this.#listener.reached("after commit");
    return fenced;
  }

  load(eventId: string): Promise<StoredEvent | undefined> {
    return this.#store.load(eventId);
  }

  eventIds(): Promise<readonly string[]> {
    return this.#store.eventIds();
  }

  async forget(eventId: string): Promise<void> {
    if (!this.#isCut) await this.#store.forget(eventId);
  }

  secret(name: string, fresh: string, replaces?: string): Promise<string> {
    return this.#store.secret(name, fresh, replaces);
  }

  async alive(at: number): Promise<Kept> {
    return this.#isCut ? "kept" : this.#store.alive(at);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
