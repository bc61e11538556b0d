// store/ owns what survives a process: the commit queue between events and a store, and the stores (SQLite, Redis,
// memory) behind one port, seat-store.ts. It knows no rule about seats, announces nothing and reads no claim.
// This file: one group commit per process. Whatever all events decided since the last commit becomes durable in one call.
// While a commit is under way the next one gathers, so a slow store makes batches larger, not queues longer.
// store-health.ts says what a failure means: to serve on from memory and rewrite (SQLite), or to announce nothing until
// it is stored (Redis).
import { type Clock, instantOf, type Timer } from "../clock.ts";
import type { Committer, ErrorReporter, Proof, StoreState } from "./committer.ts";
import { DirtyCommitters } from "./dirty-committers.ts";
import { Forgetting } from "./forgetting.ts";
import { Gathering } from "./gathering.ts";
import type { EventBatch, SeatStore } from "./seat-store.ts";
import { healthEveryMs, StoreHealth } from "./store-health.ts";

interface Taken {
  readonly committer: Committer;
  readonly batch: EventBatch;
  /** The mark that this batch takes away if it is whole; one that is made meanwhile stays. */
  readonly mark: number | undefined;
}

/** Events rewritten in one commit after a failure; between two, those who are here come first. */
const rewriteAtOnce = 50;

export class CommitQueue {
  readonly #store: SeatStore;
  readonly #clock: Clock;
  readonly #errors: ErrorReporter;
  readonly #proof: Proof;
  readonly #health: StoreHealth;
  readonly #forgetting: Forgetting;
  readonly #gathering: Gathering;
  readonly #committers = new Set<Committer>();
  readonly #forgotten = new WeakSet<Committer>();
  readonly #waiting = new Set<Committer>();
  readonly #dirty = new DirtyCommitters();
  /** The one commit, or row of commits, under way. */
  #running: Promise<void> | undefined;
  #healthTimer: Timer | undefined;

  constructor(store: SeatStore, clock: Clock, errors: ErrorReporter, proof: Proof) {
    this.#store = store;
    this.#clock = clock;
    this.#errors = errors;
    this.#proof = proof;
    this.#health = new StoreHealth(store, clock, errors, proof);
    this.#forgetting = new Forgetting(store);
    this.#gathering = new Gathering(clock);
  }

  get state(): StoreState {
    return this.#health.judge();
  }

  /** True while something is being stored, or about to be. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** What the store failed of last, as a sentence; undefined when it is ok. */
  get why(): string | undefined {
    return this.#health.why;
  }

  /** Begins to note that this process lives, and to check whether the store does. Rejects with what the store does. */
  async start(): Promise<void> {
    await this.#health.begin();
    this.#armHealthTimer();
  }

  /** Waits until everything decided is stored, as long as the store answers, and at most `limitMs`. */
  async flush(limitMs: number): Promise<void> {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, limitMs).unref());
    const isDone = () => !this.#hasWork && this.#running === undefined;
    const drain = async () => {
      while (!isDone() && this.state !== "suspended") await this.#running;
    };
    await Promise.race([drain(), limit]);
  }

  /** Notes the last instant, and stops. Never rejects. */
  async stop(): Promise<void> {
    this.#healthTimer?.cancel();
    this.#healthTimer = undefined;
    await this.#running;
    await this.#store.alive(this.#clock.now()).catch((error: unknown) => this.#reportError(error));
  }

  join(committer: Committer): void {
    this.#committers.add(committer);
  }

  /** Has an event forgotten, before anything that is stored of it later. Tried again until the store has done it. */
  forget(eventId: string): void {
    this.#forgetting.add(eventId);
    this.#start();
  }

  /** True for an event that is over and that the store may still have: what it has is not to be read. */
  isForgetting(eventId: string): boolean {
    return this.#forgetting.has(eventId);
  }

  /** An event has gone; what it has decided is still stored, unless it is forgotten. */
  leave(committer: Committer, isForgotten: boolean): void {
    this.#committers.delete(committer);
    if (!isForgotten) return;
    this.#forgotten.add(committer);
    this.#waiting.delete(committer);
    this.#dirty.remove(committer);
  }

  /** Asks for a commit of what `committer` has decided, at the end of this turn of the event loop. */
  request(committer: Committer): void {
    if (this.#forgotten.has(committer)) return;
    this.#waiting.add(committer);
    this.#start();
  }

  /** Has everything of an event written, whole, with its next commit; asks for one. */
  markDirty(committer: Committer): void {
    this.#markDirty(committer);
    this.request(committer);
  }

  #markDirty(committer: Committer): void {
    if (!this.#forgotten.has(committer)) this.#dirty.mark(committer);
  }

  /** What is to be forgotten waits for a store that is ok. */
  get #hasWork(): boolean {
    return this.#waiting.size > 0 || (this.#forgetting.size > 0 && this.#health.state === "ok");
  }

  #start(): void {
    if (!this.#hasWork || this.state === "suspended") return;
    void this.#exclusively(() => this.#commitAll());
  }

  /** Runs one row of commits at a time; does nothing when one is under way, which will see what is waiting. */
  async #exclusively(run: () => Promise<void>): Promise<void> {
    if (this.#running !== undefined) return;
    this.#running = run().catch((error: unknown) => this.#reportError(error));
    await this.#running;
    this.#running = undefined;
    this.#start();
  }

  async #commitAll(): Promise<void> {
    await this.#gathering.pause();
    while (this.#hasWork && this.state !== "suspended") {
      if (this.#health.state === "ok" && !(await this.#forgetThem())) continue;
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      const startedAt = instantOf(this.#clock);
      await this.#commit(waiting, this.#health.state === "degraded");
      this.#gathering.committed(startedAt);
      await this.#gathering.pause();
    }
  }

  /** What is over goes before anything new. False when the store failed; it is asked again when it answers. */
  async #forgetThem(): Promise<boolean> {
    try {
      await this.#forgetting.carryOut();
      return true;
    } catch (error) {
      this.#health.failed(error);
      return false;
    }
  }

  /** With `isMemoryOnly`, for a store that is out of reach, who commits is only marked as dirty. */
  async #commit(committers: readonly Committer[], isMemoryOnly: boolean): Promise<void> {
    const taken = committers.flatMap((committer) => this.#take(committer, isMemoryOnly) ?? []);
    if (taken.length === 0) return;
    const fenced = new Set<string>();
    try {
      const batches = taken.map(({ batch }) => batch);
      if (!isMemoryOnly) for (const id of (await this.#store.commit(batches)) ?? []) fenced.add(id);
    } catch (error) {
      this.#failed(taken, error);
      return;
    }
    for (const { committer, mark, batch } of taken) {
      if (fenced.has(batch.eventId)) {
        committer.putBack();
        this.#proof.fenced(batch.eventId);
        continue;
      }
      if (isMemoryOnly) this.#markDirty(committer);
      else if (batch.isWhole) this.#dirty.written(committer, mark);
      committer.committed();
    }
  }

  /** One event's trouble with what it wants to store must not keep the others from theirs. */
  #take(committer: Committer, isMemoryOnly: boolean): Taken | undefined {
    const mark = this.#dirty.markOf(committer);
    try {
      const batch = committer.takeDecided(mark !== undefined && !isMemoryOnly);
      return batch === undefined ? undefined : { committer, batch, mark };
    } catch (error) {
      this.#reportError(error);
      return undefined;
    }
  }

  #failed(taken: readonly Taken[], error: unknown): void {
    if (this.#store.onFailure === "serve") {
      for (const { committer } of taken) this.#markDirty(committer);
      for (const { committer } of taken) committer.committed();
    } else {
      for (const { committer } of taken) {
        committer.putBack();
        if (!this.#forgotten.has(committer)) this.#waiting.add(committer);
      }
    }
    this.#health.failed(error);
  }

  #armHealthTimer(): void {
    this.#healthTimer = this.#clock.after(healthEveryMs, () => {
      void this.#checkHealth().finally(() => {
        if (this.#healthTimer !== undefined) this.#armHealthTimer();
      });
    });
  }

  async #checkHealth(): Promise<void> {
    if (this.#health.isTaken) return;
    const kept = await this.#health.check();
    if (kept === "failed" || kept === "taken") return;
    if (kept === "lost") for (const committer of this.#committers) this.#markDirty(committer);
    if (this.#health.state === "ok" && this.#dirty.size + this.#forgetting.size === 0) return;
    if (!this.#health.mayRewrite()) return;
    while (this.#running !== undefined) await this.#running;
    await this.#exclusively(() => this.#recover());
  }

  /** The store answers again: write what is dirty, whole, before anything new; then nobody pays for the time. */
  async #recover(): Promise<void> {
    if (!(await this.#forgetThem())) return;
    const dirty = this.#dirty.all();
    for (let from = 0; from < dirty.length; from += rewriteAtOnce) {
      const some = dirty.slice(from, from + rewriteAtOnce);
      await this.#commit(some, false);
      const isAway = some[0] !== undefined && this.#dirty.markOf(some[0]) !== undefined;
      if (this.#store.onFailure === "suspend" && isAway) break; // it is out of reach again
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#dirty.size > 0) return this.#health.rewriteFailed();
    const outageMs = this.#health.recovered();
    if (outageMs !== undefined) for (const committer of this.#committers) committer.postpone(outageMs);
    return undefined;
  }

  #reportError(error: unknown): void {
    this.#errors.reportError("store", error);
  }
}
