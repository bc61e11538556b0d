// The port to whatever keeps seats. Declared here, implemented by the stores beside it; rooms know only this.
// Obligation: when `commit` has resolved, everything in the batch survives the death of the process.
import type { Seat } from "../seats/seat.ts";

/** What one event's seats became. A seat that is `permanently_left` may be forgotten once it is committed. */
export interface EventBatch {
  readonly eventId: string;
  readonly seats: readonly Seat[];
}

export interface SeatStore {
  /** Makes a batch durable, all of it or nothing. One call per process at a time. Rejects when it could not. */
  commit(batch: readonly EventBatch[]): Promise<void>;
  /** The seats that an event had when they were last committed; empty for an event nobody knows. */
  load(eventId: string): Promise<readonly Seat[]>;
  /** True while commits are expected to succeed: what `/readyz` asks. */
  isReachable(): boolean;
  close(): Promise<void>;
}
