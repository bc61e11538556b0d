// Whether the store takes what is written: ok, degraded or suspended, since when, and of what it failed. Knows what a
// failure means for each kind of store, and when to try again. Writes nothing itself.
import type { Clock } from "../clock.ts";
import type { ErrorReporter, Proof, StoreState } from "./committer.ts";
import { FailureCauses } from "./failure-causes.ts";
import type { Kept, SeatStore } from "./seat-store.ts";

/** [D3] the owner's last-alive instant is stored at least once a second. */
export const healthEveryMs = 500;
const longestPauseMs = 8000;

export class StoreHealth {
  readonly #store: SeatStore;
  readonly #clock: Clock;
  readonly #proof: Proof;
  readonly #causes: FailureCauses;
  #state: StoreState = "ok";
  #suspendedAt = 0;
  /** When the store was last asked something that it answered. */
  #lastAnsweredAt: number;
  #pauseMs = healthEveryMs;
  #rewriteAt = 0;
  #isTaken = false;

  constructor(store: SeatStore, clock: Clock, errors: ErrorReporter, proof: Proof) {
    this.#store = store;
    this.#clock = clock;
    this.#proof = proof;
    this.#causes = new FailureCauses(errors);
    this.#lastAnsweredAt = clock.now();
  }

  /** As of the last answer of the store. */
  get state(): StoreState {
    return this.#state;
  }

  /** As of now: suspended, too, when this process can no longer prove that it may write. */
  judge(): StoreState {
    const holds = this.#proof.holds(this.#clock.now()) && this.#store.holds?.() !== false;
    if (this.#state !== "suspended" && !holds)
      this.#suspend(new Error("this process could not renew its lease in time"));
    return this.#state;
  }

  /** What the store failed of last, as a sentence; undefined when it is ok. */
  get why(): string | undefined {
    return this.judge() === "ok" ? undefined : this.#causes.last;
  }

  /** True once another server goes on from what is stored: nothing is asked or written any more. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** The first sign of life. Rejects with what the store does. */
  async begin(): Promise<void> {
    await this.#store.alive(this.#clock.now());
    this.#lastAnsweredAt = this.#clock.now();
  }

  /** Gives a sign of life. `failed` when the store did not take it. */
  async check(): Promise<Kept | "failed"> {
    try {
      const askedAt = this.#clock.now();
      const wasSuspended = this.judge() === "suspended"; // asked before a renewal makes the lapse forgotten
      const kept = await this.#store.alive(askedAt);
      if (!wasSuspended) this.#lastAnsweredAt = askedAt;
      if (kept === "taken") this.#takenOver();
      return kept;
    } catch (error) {
      this.failed(error);
      return "failed";
    }
  }

  /** The store could not do what it was asked: what that means belongs to the store. */
  failed(error: unknown): void {
    if (this.#store.onFailure === "suspend") return this.#suspend(error);
    this.#state = "degraded";
    this.#causes.report(error);
    return undefined;
  }

  /** False while the pause after a rewrite that failed is not over. */
  mayRewrite(): boolean {
    return this.#clock.now() >= this.#rewriteAt;
  }

  /** Not everything could be written again: the next attempt waits twice as long, 8 s at most. */
  rewriteFailed(): void {
    this.#pauseMs = Math.min(longestPauseMs, 2 * this.#pauseMs);
    this.#rewriteAt = this.#clock.now() + this.#pauseMs;
  }

  /** Everything is written. Returns for how long nothing could be announced, in ms; undefined when it could all along. */
  recovered(): number | undefined {
    this.#pauseMs = healthEveryMs;
    const wasSuspended = this.#state === "suspended";
    this.#state = "ok";
    this.#causes.clear();
    if (!wasSuspended || this.judge() === "suspended") return undefined;
    this.#lastAnsweredAt = this.#clock.now(); // should it fail again at once, this time is not charged twice
    return this.#lastAnsweredAt - this.#suspendedAt;
  }

  #suspend(error: unknown): void {
    if (this.#state !== "suspended") this.#suspendedAt = this.#lastAnsweredAt; // who could not be stored since then could not return either
    this.#state = "suspended";
    this.#causes.report(error);
  }

  #takenOver(): void {
    this.#suspend(
      new Error("another server has taken over what this one had stored; this one serves nobody any more"),
    );
    if (!this.#isTaken) this.#proof.taken?.();
    this.#isTaken = true;
  }
}
