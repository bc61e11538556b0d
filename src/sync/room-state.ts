// The synchronised state of one room as a whole: ours (StateWriter) and the author's (OwnState). What goes into the store
// from it, and what comes back after a restart. Never encodes it, and never decides what is in it.
import type { HeldSeat, Seat } from "../seats/seat.ts";
import type { Guard } from "./guard.ts";
import { type OwnSnapshot, OwnState } from "./own-state.ts";
import type { SeatEntry, StateEncoder, StateKind, StateShape } from "./state-shape.ts";
import { type EventFacts, StateWriter } from "./state-writer.ts";

/** What is stored of an author's own fields. The store's StoredEvent is one. */
export interface StoredOwnParts {
  readonly seats: readonly { readonly record: { readonly deviceId: string }; readonly own: string | null }[];
  readonly facts: { readonly own: string | null };
}

/** What came back of a stored event. event/stored/event-record's RestoredEvent is one. */
export interface RestoredSeats {
  readonly seats: readonly HeldSeat[];
  /** For how long nobody had the event, in ms. */
  readonly downMs: number;
}

const noChanges = { devices: [], event: false };

export class RoomState<Entry extends SeatEntry> {
  readonly #encoder: StateEncoder;
  readonly #writer: StateWriter<Entry>;
  readonly #own: OwnState;
  readonly #guard: Guard;

  /** @param snapshot what the author keeps out of the state */
  constructor(
    kind: StateKind,
    state: StateShape,
    encoder: StateEncoder,
    facts: EventFacts,
    snapshot: OwnSnapshot,
    guard: Guard,
  ) {
    this.#encoder = encoder;
    this.#writer = new StateWriter(kind, state, facts);
    this.#own = new OwnState(kind, state, snapshot, guard);
    this.#guard = guard;
  }

  setGracePeriod(ms: number): void {
    this.#writer.setGracePeriod(ms);
  }

  entry(deviceId: string): Entry | undefined {
    return this.#writer.entry(deviceId);
  }

  write(seat: Seat): Entry {
    const isNew = this.#writer.entry(seat.deviceId) === undefined;
    const entry = this.#writer.write(seat);
    if (isNew) this.#beginParticipant(entry, seat);
    if (seat.status === "permanently_left") this.#own.forget(seat.deviceId);
    else if (isNew) this.#own.ofParticipant(seat); // an entry's defaults need no storing
    return entry;
  }

  /** A new seat begins with these own fields, as JSON, when it is written first. */
  begin(seat: Seat, json: string): void {
    this.#own.begin(seat, json);
  }

  #beginParticipant(entry: Entry, seat: Seat): void {
    try {
      this.#own.beginParticipant(entry, seat);
    } catch (error) {
      this.#guard.reportError("onSeatRequested", error);
    }
  }

  /** The number of the last patch; undefined for a state that nobody can resume. */
  get patchNumber(): number | undefined {
    return this.#encoder.isResumable ? this.#encoder.patchNumber : undefined;
  }

  // --- for the store ---

  /** The fingerprint of the state's schema. */
  schema(): string {
    return this.#encoder.fingerprint;
  }

  /** A participant's own fields of the author's, as JSON; null when there are none. */
  ofParticipant(seat: HeldSeat): string | null {
    return this.#own.ofParticipant(seat);
  }

  /** The event's own fields of the author's, and what it saves beside the state, as JSON; null when there are none. */
  ofEvent(): string | null {
    return this.#own.ofEvent();
  }

  /** What of the author's has changed since the last patch, and has to be stored. */
  ownChanges(): { readonly devices: readonly string[]; readonly event: boolean } {
    try {
      return this.#own.changed(this.#encoder);
    } catch (error) {
      this.#guard.reportError("own", error);
      return noChanges;
    }
  }

  /** Writes everyone whom a stored event had, with the author's own fields, and then the event's. */
  restore(stored: StoredOwnParts, { seats, downMs }: RestoredSeats): void {
    const own = new Map(stored.seats.map((seat) => [seat.record.deviceId, seat.own]));
    for (const seat of seats) this.#restoreParticipant(this.#writer.write(seat), own.get(seat.deviceId));
    this.#restoreEvent(stored.facts.own, downMs);
  }

  #restoreParticipant(entry: Entry, json: string | null | undefined): void {
    try {
      if (json) this.#own.restoreParticipant(entry, json);
    } catch (error) {
      this.#guard.reportError("restore", error);
    }
  }

  #restoreEvent(json: string | null, downMs: number): void {
    try {
      if (json !== null) this.#own.restoreEvent(json, downMs);
    } catch (error) {
      this.#guard.reportError("restore", error);
    }
  }
}
