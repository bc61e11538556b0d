// Whether this process takes anybody in just now: not while it is on its way out, and not while nothing can be stored.
import type { Refusal } from "../protocol/refusal.ts";
import type { JoinQueue } from "./join-queue.ts";
import { notStorable, restarting } from "./refusals.ts";

/** How the store is. store/commit-queue implements it. */
export interface StoreState {
  readonly state: "ok" | "degraded" | "suspended";
  /** What is wrong with it. */
  readonly why: string | undefined;
}

export class Readiness {
  readonly #queue: JoinQueue;
  readonly #store: StoreState;

  constructor(queue: JoinQueue, store: StoreState) {
    this.#queue = queue;
    this.#store = store;
  }

  /** Lets nobody new in from now on; whoever waits is refused. */
  drain(): void {
    this.#queue.shut();
  }

  get isDraining(): boolean {
    return this.#queue.isShut;
  }

  /** Why nobody is let in here; undefined when somebody may be. */
  refusal(): Refusal | undefined {
    return this.isDraining ? restarting() : this.suspension();
  }

  /** The store is out of reach, and nothing may be announced that is not stored. */
  suspension(): Refusal | undefined {
    return this.#store.state === "suspended" ? notStorable() : undefined;
  }

  /** What `/readyz` says; undefined when all is in order. */
  whyNotReady(): string | undefined {
    if (this.isDraining) return "draining";
    if (this.#store.state === "ok") return undefined;
    return `the store is out of reach: ${this.#store.why ?? "unknown"}`;
  }
}
