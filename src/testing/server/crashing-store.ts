// The store as one server has it: where it is asked to store something the server may die, and from then on nothing that it
// still does reaches what is stored. What is stored is the next server's. It can be held: then it stores nothing until it is
// let go.
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
  /** Resolves when it is let go; undefined while it is not held. */
  #held: Promise<void> | undefined;
  #letGo: (() => void) | undefined;
  /** Commits that wait for that. */
  #waiting = 0;

  constructor(store: SeatStore, listener: CrashListener) {
    this.#store = store;
    this.#listener = listener;
    this.onFailure = store.onFailure;
  }

  /** The server is dead: nothing of it is stored any more. */
  cut(): void {
    this.#isCut = true;
    this.release();
  }

  /** Nothing is stored from now on, until `release`. */
  hold(): void {
    this.#held ??= new Promise((resolve) => (this.#letGo = resolve));
  }

  release(): void {
    this.#letGo?.();
    this.#held = this.#letGo = undefined;
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** True when a commit waits for its release: no other begins before it. */
  get isWaiting(): boolean {
    return this.isHeld && this.#waiting > 0;
  }

  open(): Promise<void> {
    return this.#store.open();
  }

  async commit(batch: readonly EventBatch[]): Promise<readonly string[] | void> {
    // An event that has just come back is written again, whole: nothing of that was decided here.
    const isRestored = batch.every(({ isWhole }) => isWhole);
    if (!isRestored && !this.#isCut) this.#listener.reached("before commit");
    if (this.#held !== undefined) {
      this.#waiting += 1;
      await this.#held;
      this.#waiting -= 1;
    }
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
