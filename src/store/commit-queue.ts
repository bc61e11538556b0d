// One group commit per process: whatever all rooms decided since the last commit becomes durable in one call.
// While a commit is under way the next one gathers, so a slow store makes batches larger, not queues longer.
import type { EventBatch, SeatStore } from "./seat-store.ts";

/** A room, as the queue sees it: hands over what it has decided, and hears when that is durable. */
export interface Committer {
  /** Takes everything decided so far; undefined when there is nothing. */
  takeDecided(): EventBatch | undefined;
  /** What was taken is durable. Must not throw. */
  committed(): void;
  /** What was taken could not be stored. Must not throw. */
  failed(error: unknown): void;
}

export class CommitQueue {
  readonly #store: SeatStore;
  readonly #waiting = new Set<Committer>();
  #isRunning = false;

  constructor(store: SeatStore) {
    this.#store = store;
  }

  /** Asks for a commit of what `committer` has decided, at the end of this turn of the event loop. */
  request(committer: Committer): void {
    this.#waiting.add(committer);
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const committers: Committer[] = [];
      const batch: EventBatch[] = [];
      for (const committer of this.#waiting) {
        const decided = committer.takeDecided();
        if (decided === undefined) continue;
        committers.push(committer);
        batch.push(decided);
      }
      this.#waiting.clear();
      if (batch.length > 0) await this.#commit(committers, batch);
    }
    this.#isRunning = false;
  }

  async #commit(committers: readonly Committer[], batch: readonly EventBatch[]): Promise<void> {
    try {
      await this.#store.commit(batch);
      for (const committer of committers) committer.committed();
    } catch (error) {
      for (const committer of committers) committer.failed(error);
    }
  }
}
