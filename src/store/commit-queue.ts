// One group commit per process: whatever all rooms decided since the last commit becomes durable in one call.
// While a commit is under way the next one gathers, so a slow store makes batches larger, not queues longer.
// Knows what a failure means: to serve on from memory and rewrite (SQLite), or to tell nothing until it is stored.
import type { Clock, Timer } from "../clock.ts";
import { Causes } from "./causes.ts";
import type { Committer, Proof, StoreState } from "./committer.ts";
import { Forgetting } from "./forgetting.ts";
import { Gathering } from "./gathering.ts";
import type { EventBatch, SeatStore } from "./seat-store.ts";

export type { Committer, Proof, StoreState } from "./committer.ts";

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
/** Events rewritten in one commit after a failure; between two, those who are here come first. */
const rewriteAtOnce = 50;
const longestPauseMs = 8000;

export class CommitQueue {
  readonly #store: SeatStore;
  readonly #clock: Clock;
  readonly #onTrouble: (error: unknown) => void;
  readonly #forgetting: Forgetting;
  readonly #proof: Proof;
  readonly #committers = new Set<Committer>();
  readonly #forgotten = new WeakSet<Committer>();
  readonly #waiting = new Set<Committer>();
  /** Who has to be written whole, and since which failure. */
  readonly #behind = new Map<Committer, number>();
  #isTaken = false;
  #debts = 0;
  #state: StoreState = "ok";
  readonly #causes: Causes;
  #suspendedAt = 0;
  /** When the store was last asked something that it answered. */
  #lastAnsweredAt: number;
  #pauseMs = aliveEveryMs;
  #rewriteAt = 0;
  readonly #gathering = new Gathering();
  /** The one commit, or row of commits, under way. */
  #running: Promise<void> | undefined;
  #lifeline: Timer | undefined;

  constructor(store: SeatStore, clock: Clock, onTrouble: (error: unknown) => void, proof = alone) {
    this.#proof = proof;
    this.#store = store;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
    this.#causes = new Causes(onTrouble);
    this.#forgetting = new Forgetting(store);
    this.#lastAnsweredAt = clock.now();
  }

  get state(): StoreState {
    const holds = this.#proof.holds(this.#clock.now()) && this.#store.holds?.() !== false;
    if (this.#state !== "suspended" && !holds)
      this.#suspend(new Error("this process could not renew its lease in time"));
    return this.#state;
  }

  /** What the store failed of last, as a sentence; undefined when it is ok. */
  get why(): string | undefined {
    return this.state === "ok" ? undefined : this.#causes.last;
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
    const isDone = () => !this.#hasWork && this.#running === undefined;
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

  /** Has an event forgotten, before anything that is stored of it later. Tried again until the store has done it. */
  forget(eventId: string): void {
    this.#forgetting.add(eventId);
    this.#start();
  }

  /** True for an event that is over and that the store may still have: what it has is not to be read. */
  isForgetting(eventId: string): boolean {
    return this.#forgetting.has(eventId);
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

  /** What is to be forgotten waits for a store that is ok. */
  get #hasWork(): boolean {
    return this.#waiting.size > 0 || (this.#forgetting.size > 0 && this.#state === "ok");
  }

  #start(): void {
    if (!this.#hasWork || this.state === "suspended") return;
    void this.#exclusively(async () => {
      await this.#gathering.pause();
      while (this.#hasWork && this.state !== "suspended") {
        if (this.#state === "ok" && !(await this.#forgetThem())) continue;
        const waiting = [...this.#waiting];
        this.#waiting.clear();
        const startedAt = performance.now();
        await this.#commit(waiting, this.#state === "behind");
        this.#gathering.committed(startedAt);
        await this.#gathering.pause();
      }
    });
  }

  /** What is over goes before anything new. False when the store failed; it is asked again when it answers. */
  async #forgetThem(): Promise<boolean> {
    try {
      await this.#forgetting.carryOut();
      return true;
    } catch (error) {
      if (this.#store.onFailure === "serve") this.#fallBehind(error);
      else this.#suspend(error);
      return false;
    }
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
    this.#causes.report(error);
  }

  #suspend(error: unknown): void {
    if (this.#state !== "suspended") this.#suspendedAt = this.#lastAnsweredAt; // who could not be stored since then could not return either
    this.#state = "suspended";
    this.#causes.report(error);
  }

  #armLifeline(): void {
    this.#lifeline = this.#clock.after(aliveEveryMs, () => {
      void this.#check().finally(() => {
        if (this.#lifeline !== undefined) this.#armLifeline();
      });
    });
  }

  /** Another server goes on from what is stored. */
  #taken(): void {
    this.#suspend(
      new Error("another server has taken over what this one had stored; this one serves nobody any more"),
    );
    if (!this.#isTaken) this.#proof.taken?.();
    this.#isTaken = true;
  }

  async #check(): Promise<void> {
    if (this.#isTaken) return;
    try {
      const askedAt = this.#clock.now();
      const wasSuspended = this.state === "suspended"; // asked before a renewal makes the lapse forgotten
      const kept = await this.#store.alive(askedAt);
      if (!wasSuspended) this.#lastAnsweredAt = askedAt;
      if (kept === "taken") return this.#taken();
      if (kept === "lost") for (const committer of this.#committers) this.#owe(committer);
    } catch (error) {
      if (this.#store.onFailure === "suspend") this.#suspend(error);
      else this.#fallBehind(error);
      return;
    }
    if (this.#state === "ok" && this.#behind.size + this.#forgetting.size === 0) return;
    if (this.#clock.now() < this.#rewriteAt) return;
    while (this.#running !== undefined) await this.#running;
    await this.#exclusively(() => this.#recover());
  }

  /** The store answers again: write what is owed, whole, before anything new; then nobody pays for the time. */
  async #recover(): Promise<void> {
    if (!(await this.#forgetThem())) return;
    const owed = [...this.#behind.keys()];
    for (let from = 0; from < owed.length; from += rewriteAtOnce) {
      await this.#commit(owed.slice(from, from + rewriteAtOnce), false);
      if (this.#store.onFailure === "suspend" && this.#behind.has(owed[from] as Committer)) break; // it is out of reach again
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
}
