// One group commit per process: whatever all rooms decided since the last commit becomes durable in one call.
// While a commit is under way the next one gathers, so a slow store makes batches larger, not queues longer.
// Knows what a failure means: to serve on from memory and rewrite (SQLite), or to tell nothing until it is stored.
import type { Clock, Timer } from "../clock.ts";
import type { EventBatch, SeatStore } from "./seat-store.ts";

/** A room, as the queue sees it: hands over what it has decided, and hears when that is durable. */
export interface Committer {
  /** Takes everything decided so far, or with `isWhole` everything there is; undefined when there is nothing. */
  takeDecided(isWhole: boolean): EventBatch | undefined;
  /** What was taken is durable, or as durable as it will be. Must not throw. */
  committed(): void;
  /** What was taken is not stored: it will be asked for again. Must not throw. */
  putBack(): void;
  /** The store was out of reach for this long: nobody pays for that. */
  postpone(byMs: number): void;
}

/** `behind`: serving from memory what is not stored. `suspended`: telling nothing until it is. */
export type StoreState = "ok" | "behind" | "suspended";

/** CONTRACT of restore: the owner's last-alive instant is stored at least once a second. */
const aliveEveryMs = 500;

export class CommitQueue {
  readonly #store: SeatStore;
  readonly #clock: Clock;
  readonly #onTrouble: (error: unknown) => void;
  readonly #committers = new Set<Committer>();
  readonly #waiting = new Set<Committer>();
  readonly #behind = new Set<Committer>();
  #state: StoreState = "ok";
  #suspendedAt = 0;
  #running: Promise<void> | undefined;
  #lifeline: Timer | undefined;

  constructor(store: SeatStore, clock: Clock, onTrouble: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  get state(): StoreState {
    return this.#state;
  }

  /** Begins to note that this process lives, and to watch whether the store does. */
  async start(): Promise<void> {
    await this.#store.alive(this.#clock.now());
    this.#armLifeline();
  }

  /** Waits for what is decided to be stored, notes the last instant, and stops. */
  async stop(): Promise<void> {
    this.#lifeline?.cancel();
    this.#lifeline = undefined;
    await this.#running;
    await this.#store.alive(this.#clock.now()).catch(this.#onTrouble);
  }

  join(committer: Committer): void {
    this.#committers.add(committer);
  }

  /** A room has gone; what it has decided is still stored, unless its event is forgotten. */
  leave(committer: Committer, isForgotten: boolean): void {
    this.#committers.delete(committer);
    if (!isForgotten) return;
    this.#waiting.delete(committer);
    this.#behind.delete(committer);
  }

  /** Asks for a commit of what `committer` has decided, at the end of this turn of the event loop. */
  request(committer: Committer): void {
    this.#waiting.add(committer);
    if (this.#running !== undefined || this.#state === "suspended") return;
    this.#running = new Promise((resolve) => {
      setImmediate(() => {
        void this.#run().finally(() => {
          this.#running = undefined;
          resolve();
          if (this.#waiting.size > 0 && this.#state !== "suspended") this.#again();
        });
      });
    });
  }

  #again(): void {
    const [next] = this.#waiting;
    if (next !== undefined) this.request(next);
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0 && this.#state !== "suspended") {
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      await this.#commit(waiting, this.#state === "behind");
    }
  }

  /** With `isMemoryOnly`, for a store that is out of reach, a commit is only noted as owed. */
  async #commit(committers: readonly Committer[], isMemoryOnly: boolean): Promise<void> {
    const taken: Committer[] = [];
    const batch: EventBatch[] = [];
    for (const committer of committers) {
      const decided = committer.takeDecided(this.#behind.has(committer) && !isMemoryOnly);
      if (decided === undefined) continue;
      taken.push(committer);
      batch.push(decided);
    }
    if (batch.length === 0) return;
    try {
      if (!isMemoryOnly) await this.#store.commit(batch);
      else for (const committer of taken) this.#behind.add(committer);
    } catch (error) {
      this.#failed(taken, error);
      return;
    }
    for (const committer of taken) {
      if (!isMemoryOnly) this.#behind.delete(committer);
      committer.committed();
    }
  }

  #failed(taken: readonly Committer[], error: unknown): void {
    if (this.#store.onFailure === "serve") {
      for (const committer of taken) this.#behind.add(committer);
      for (const committer of taken) committer.committed();
      if (this.#state === "ok") this.#onTrouble(error);
      this.#state = "behind";
      return;
    }
    for (const committer of taken) {
      committer.putBack();
      this.#waiting.add(committer);
    }
    this.#suspend(error);
  }

  #suspend(error: unknown): void {
    if (this.#state === "suspended") return;
    this.#state = "suspended";
    this.#suspendedAt = this.#clock.now();
    this.#onTrouble(error);
  }

  #armLifeline(): void {
    this.#lifeline = this.#clock.after(aliveEveryMs, () => {
      void this.#check().finally(() => {
        if (this.#lifeline !== undefined) this.#armLifeline();
      });
    });
  }

  async #check(): Promise<void> {
    try {
      const kept = await this.#store.alive(this.#clock.now());
      if (kept === "lost") for (const committer of this.#committers) this.#behind.add(committer);
    } catch (error) {
      if (this.#store.onFailure === "suspend") this.#suspend(error);
      else if (this.#state === "ok") {
        this.#state = "behind";
        this.#onTrouble(error);
      }
      return;
    }
    await this.#recover();
  }

  /** The store answers again: write what is owed, whole, before anything new; then nobody pays for the time. */
  async #recover(): Promise<void> {
    await this.#running;
    const owed = [...this.#behind];
    if (owed.length > 0) {
      await this.#commit(owed, false);
      if (this.#behind.size > 0) return; // it failed again
    }
    const wasSuspended = this.#state === "suspended";
    this.#state = "ok";
    if (wasSuspended) {
      const outageMs = this.#clock.now() - this.#suspendedAt;
      for (const committer of this.#committers) committer.postpone(outageMs);
    }
    this.#again();
  }
}
