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

/** In a cluster: whether this process may still speak for its events. */
export interface Proof {
  /** False when its lease may have run out by `now`. */
  holds(now: number): boolean;
  /** The event's lease has gone to another, or Redis remembers an older one: nothing of this commit was written. */
  fenced(eventId: string): void;
}

/** Who is alone has nothing to prove. */
const alone: Proof = { holds: () => true, fenced: () => {} };

interface Taken {
  readonly committer: Committer;
  readonly batch: EventBatch;
  /** The debt that this batch pays if it is whole; a debt made meanwhile stays. */
  readonly debt: number | undefined;
}

/** [D3] the owner's last-alive instant is stored at least once a second. */
const aliveEveryMs = 500;
/** Commits take a fifth of the time at most, unless what waits for them would wait longer than this. */
const [gatherShare, longestGatherMs] = [4, 8];
/** Events rewritten in one commit after a failure; between two, those who are here come first. */
const rewriteAtOnce = 50;
const longestPauseMs = 8000;

export class CommitQueue {
  readonly #store: SeatStore;
  readonly #clock: Clock;
  readonly #onTrouble: (error: unknown) => void;
  readonly #proof: Proof;
  readonly #committers = new Set<Committer>();
  readonly #forgotten = new WeakSet<Committer>();
  readonly #waiting = new Set<Committer>();
  /** Who has to be written whole, and since which failure. */
  readonly #behind = new Map<Committer, number>();
  #debts = 0;
  #state: StoreState = "ok";
  /** What the store has failed of since it was last ok, each said once. */
  readonly #causes = new Set<string>();
  #suspendedAt = 0;
  /** When the store was last asked something that it answered. */
  #lastAnsweredAt: number;
  #pauseMs = aliveEveryMs;
  #rewriteAt = 0;
  #gathersUntil = 0;
  /** The one commit, or row of commits, under way. */
  #running: Promise<void> | undefined;
  #lifeline: Timer | undefined;

  constructor(store: SeatStore, clock: Clock, onTrouble: (error: unknown) => void, proof = alone) {
    this.#proof = proof;
    this.#store = store;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
    this.#lastAnsweredAt = clock.now();
  }

  get state(): StoreState {
    if (this.#state !== "suspended" && !this.#proof.holds(this.#clock.now()))
      this.#suspend(new Error("this process could not renew its lease in time"));
    return this.#state;
  }

  /** What the store failed of last, as a sentence; undefined when it is ok. */
  get why(): string | undefined {
    return this.state === "ok" ? undefined : [...this.#causes].at(-1);
  }

  /** Begins to note that this process lives, and to watch whether the store does. */
  async start(): Promise<void> {
    await this.#store.alive(this.#clock.now());
    this.#lastAnsweredAt = this.#clock.now();
    this.#armLifeline();
  }

  /** Waits until everything decided is stored, as long as the store answers, and at most `limitMs`. */
  async flush(limitMs: number): Promise<void> {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, limitMs).unref());
    const isDone = () => this.#waiting.size === 0 && this.#running === undefined;
    const drain = async () => {
      while (!isDone() && this.state !== "suspended") await this.#running;
    };
    await Promise.race([drain(), limit]);
  }

  /** Notes the last instant, and stops. */
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
    this.#forgotten.add(committer);
    this.#waiting.delete(committer);
    this.#behind.delete(committer);
  }

  /** Asks for a commit of what `committer` has decided, at the end of this turn of the event loop. */
  request(committer: Committer): void {
    if (this.#forgotten.has(committer)) return;
    this.#waiting.add(committer);
    this.#start();
  }

  #start(): void {
    if (this.#waiting.size === 0 || this.state === "suspended") return;
    void this.#exclusively(async () => {
      await this.#gather();
      while (this.#waiting.size > 0 && this.state !== "suspended") {
        const waiting = [...this.#waiting];
        this.#waiting.clear();
        const startedAt = performance.now();
        await this.#commit(waiting, this.#state === "behind");
        const now = performance.now();
        this.#gathersUntil = now + Math.min(longestGatherMs, gatherShare * (now - startedAt));
        await this.#gather();
      }
    });
  }

  /** To the end of this turn of the event loop; in a storm a little longer, because a commit costs the same for many. */
  #gather(): Promise<void> {
    const waitMs = this.#gathersUntil - performance.now();
    return new Promise((resolve) => {
      if (waitMs > 0) setTimeout(resolve, waitMs);
      else setImmediate(resolve);
    });
  }

  /** Runs one row of commits at a time; does nothing when one is under way, which will see what is waiting. */
  async #exclusively(run: () => Promise<void>): Promise<void> {
    if (this.#running !== undefined) return;
    this.#running = run().catch(this.#onTrouble);
    await this.#running;
    this.#running = undefined;
    this.#start();
  }

  /** With `isMemoryOnly`, for a store that is out of reach, a commit is only noted as owed. */
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
    for (const { committer, debt, batch } of taken) {
      if (fenced.has(batch.eventId)) {
        committer.putBack();
        this.#proof.fenced(batch.eventId);
        continue;
      }
      if (isMemoryOnly) this.#owe(committer);
      else if (batch.isWhole && this.#behind.get(committer) === debt) this.#behind.delete(committer);
      committer.committed();
    }
  }

  /** One room's trouble with what it wants to store must not keep the others from theirs. */
  #take(committer: Committer, isMemoryOnly: boolean): Taken | undefined {
    const debt = this.#behind.get(committer);
    try {
      const batch = committer.takeDecided(debt !== undefined && !isMemoryOnly);
      return batch === undefined ? undefined : { committer, batch, debt };
    } catch (error) {
      this.#onTrouble(error);
      return undefined;
    }
  }

  /** Has everything of a room written, whole, with its next commit; asks for one. */
  owe(committer: Committer): void {
    this.#owe(committer);
    this.request(committer);
  }

  #owe(committer: Committer): void {
    this.#debts += 1;
    if (!this.#forgotten.has(committer)) this.#behind.set(committer, this.#debts);
  }

  #failed(taken: readonly Taken[], error: unknown): void {
    if (this.#store.onFailure === "serve") {
      for (const { committer } of taken) this.#owe(committer);
      for (const { committer } of taken) committer.committed();
      this.#fallBehind(error);
      return;
    }
    for (const { committer } of taken) {
      committer.putBack();
      if (!this.#forgotten.has(committer)) this.#waiting.add(committer);
    }
    this.#suspend(error);
  }

  #fallBehind(error: unknown): void {
    this.#state = "behind";
    this.#report(error);
  }

  #suspend(error: unknown): void {
    if (this.#state !== "suspended") this.#suspendedAt = this.#lastAnsweredAt; // who could not be stored since then could not return either
    this.#state = "suspended";
    this.#report(error);
  }

  #report(error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    const isKnown = this.#causes.delete(cause);
    this.#causes.add(cause); // the last of them
    if (!isKnown) this.#onTrouble(error);
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
      const askedAt = this.#clock.now();
      const wasSuspended = this.state === "suspended"; // asked before a renewal makes the lapse forgotten
      const kept = await this.#store.alive(askedAt);
      if (!wasSuspended) this.#lastAnsweredAt = askedAt;
      if (kept === "lost") for (const committer of this.#committers) this.#owe(committer);
    } catch (error) {
      if (this.#store.onFailure === "suspend") this.#suspend(error);
      else this.#fallBehind(error);
      return;
    }
    if (this.#state === "ok" && this.#behind.size === 0) return;
    if (this.#clock.now() < this.#rewriteAt) return;
    while (this.#running !== undefined) await this.#running;
    await this.#exclusively(() => this.#recover());
  }

  /** The store answers again: write what is owed, whole, before anything new; then nobody pays for the time. */
  async #recover(): Promise<void> {
    const owed = [...this.#behind.keys()];
    for (let from = 0; from < owed.length; from += rewriteAtOnce) {
      await this.#commit(owed.slice(from, from + rewriteAtOnce), false);
      if (this.#store.onFailure === "suspend" && this.#isOwed(owed[from])) break; // it is out of reach again
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#behind.size > 0) {
      this.#pauseMs = Math.min(longestPauseMs, 2 * this.#pauseMs);
      this.#rewriteAt = this.#clock.now() + this.#pauseMs;
      return;
    }
    this.#pauseMs = aliveEveryMs;
    const wasSuspended = this.#state === "suspended";
    this.#state = "ok";
    this.#causes.clear();
    if (!wasSuspended || this.state === "suspended") return;
    const outageMs = this.#clock.now() - this.#suspendedAt;
    for (const committer of this.#committers) committer.postpone(outageMs);
  }

  #isOwed(committer: Committer | undefined): boolean {
    return committer !== undefined && this.#behind.has(committer);
  }
}
