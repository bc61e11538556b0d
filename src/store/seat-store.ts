// The port to whatever keeps events and their seats. Declared here, implemented by the stores beside it; one contract
// suite (harness/contracts/store-contract.ts) holds for all of them. Rooms know only this.
// Obligation: when commit has resolved, every event's part of the batch survives the death of the process, whole.
import type { SeatRecord } from "../seats/snapshot.ts";

/** A seat, and what a room author keeps with it. */
export interface StoredSeat {
  readonly record: SeatRecord;
  /** The room author's own fields of this participant, as JSON; null when there are none. */
  readonly own: string | null;
}

/** What an event is, beside its seats. Stored whole whenever any of it changes. */
export interface EventFacts {
  /** Which of the server's event types it is of; "" for the default one, which all events of 0.1.0 are of. */
  readonly type: string;
  readonly isClosed: boolean;
  /** The epoch of the room that wrote this; 0 when nothing is known of it. */
  readonly epoch: number;
  readonly kicked: readonly string[];
  /** Fingerprint of the state's schema: a reconnecting SDK keeps the old one, and must not meet another. */
  readonly schema: string;
  /** The room author's own fields and snapshot of the event, as JSON; null when there are none. */
  readonly own: string | null;
}

/** The facts of an event of which only seats were stored yet. */
export const noFacts: EventFacts = {
  type: "",
  isClosed: false,
  epoch: 0,
  kicked: [],
  schema: "",
  own: null,
};

/** What has become of an event's entries: small texts by key, which are stored one by one. */
export interface EntryChanges {
  /** Key and value; each replaces what its key had. */
  readonly put: readonly (readonly [key: string, value: string])[];
  /** Keys that are gone. None of them is in `put`. */
  readonly drop: readonly string[];
}

/** What one event became. */
export interface EventBatch {
  readonly eventId: string;
  readonly upserts: readonly StoredSeat[];
  /** Devices whose seats are given up. */
  readonly removals: readonly string[];
  readonly facts: EventFacts | undefined;
  readonly entries: EntryChanges | undefined;
  /** True when `upserts` and `entries` are everything: whatever else is stored of the event is not true any more. */
  readonly isWhole: boolean;
}

/** An event as `load` returns it. */
export interface StoredEvent {
  readonly eventId: string;
  readonly facts: EventFacts;
  readonly seats: readonly StoredSeat[];
  /** In no particular order. */
  readonly entries: ReadonlyMap<string, string>;
  /** When the process that last wrote this event was last known to be alive, on its own clock; 0 for never. */
  readonly lastAliveAt: number;
}

/**
 * `lost`: what was stored is gone (a flushed or emptied Redis), and has to be written again.
 * `taken`: another server has taken the store over; nothing of this process's will be written any more.
 */
export type Kept = "kept" | "lost" | "taken";

/**
 * Where events and their seats outlive the process. Implement it to keep them elsewhere; the suite that every store has
 * to pass is `harness/contracts/store-contract.ts`.
 */
export interface SeatStore {
  /**
   * What a failure means. `serve`: only this process writes, so it goes on from memory and rewrites everything later.
   * `suspend`: another process could take over, so nothing is announced that is not stored [D7] [D8].
   */
  readonly onFailure: "serve" | "suspend";
  /** Called once, before anything else. Rejects with one sentence when the store cannot be used. */
  open(): Promise<void>;
  /**
   * Makes a batch durable, and this process its events' owner; each event's part as a whole. One call at a time.
   * Rejects when it could not. In a cluster it may resolve with the ids of events that were not written, because their
   * lease has gone to another process.
   */
  commit(batch: readonly EventBatch[]): Promise<readonly string[] | void>;
  /** Everything that is stored of an event; undefined when nothing is. */
  load(eventId: string): Promise<StoredEvent | undefined>;
  /** The ids of all events that are stored. */
  eventIds(): Promise<readonly string[]>;
  /** Forgets an event and everything of it, before anything that is asked for later. */
  forget(eventId: string): Promise<void>;
  /**
   * A secret of the server's own that outlives its processes: the one that is kept under this name, or, when none is,
   * `fresh`, which is kept from then on. All processes of a cluster get the same one.
   * @param fresh a new secret; it is not kept when there is one
   * @param replaces the one that `fresh` takes the place of, where that is the one that is kept
   */
  secret(name: string, fresh: string, replaces?: string): Promise<string>;
  /** False while another process may have taken the store over: nothing may be announced. A store without it is never taken. */
  holds?(): boolean;
  /** Notes that this process lives (no other's instant is touched), at this instant of its clock. Rejects when the store is out of reach. */
  alive(at: number): Promise<Kept>;
  /** Lets go of file or connection; nothing is asked after it. */
  close(): Promise<void>;
}
