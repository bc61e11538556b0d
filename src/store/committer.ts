// The ports of the commit queue: who hands it what is decided (event/stored/commit-batch, one for each event), who says whether
// this process may still write (cluster/member, rooms/directory/sole-process), and who is given errors (ops/telemetry).
import type { EventBatch } from "./seat-store.ts";

/** An event, as the queue sees it: hands over what it has decided, and is called when that is durable. */
export interface Committer {
  /** Takes everything decided so far, or with `isWhole` everything there is; undefined when there is nothing. */
  takeDecided(isWhole: boolean): EventBatch | undefined;
  /** What was taken is durable, or as durable as it will be. Must not throw. */
  committed(): void;
  /** What was taken is not stored: it will be asked for again. Must not throw. */
  putBack(): void;
  /** The store was out of reach for this long, in ms: nobody pays for that. */
  postpone(byMs: number): void;
}

/** `degraded`: serving from memory what is not stored. `suspended`: announcing nothing until it is. */
export type StoreState = "ok" | "degraded" | "suspended";

/** Whether this process may still write, and announce what it has written. */
export interface Proof {
  /** False when its lease may have run out by `now` (epoch ms). */
  holds(now: number): boolean;
  /** The event's lease has gone to another, or Redis remembers an older one: nothing of this commit was written. */
  fenced(eventId: string): void;
  /** The whole store has gone to another, which happens to a process without a cluster. */
  taken?(): void;
}

/** Who is given errors that nobody else handles. Must not throw. */
export interface ErrorReporter {
  reportError(where: string, error: unknown): void;
}
