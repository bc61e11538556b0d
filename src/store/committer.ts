// The commit queue and the rooms, as they see each other, and what a cluster has to prove to the queue.
import type { EventBatch } from "./seat-store.ts";

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
  /** The whole store has gone to another, which happens to a process without a cluster. */
  taken?(): void;
}
