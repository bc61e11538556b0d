// The synchronised state of one room as a whole: ours (StateWriter), the author's (OwnState), and the serializer that
// carries both. What goes into the store from it, and what comes back after a restart.
import type { HeldSeat, Seat } from "../seats/seat.ts";
import type { StoredEvent } from "../store/seat-store.ts";
import { fingerprintOf, type OwnParts } from "../event/event-record.ts";
import { type Guard, type OwnSnapshot, OwnState } from "./own-state.ts";
import type { PatchSink } from "./patch-scheduler.ts";
import { EventSerializer } from "../rooms/internals/serializer.ts";
import { type EventSchema, isFlat, type ParticipantOf, type StateOf } from "../rooms/schema/EventState.ts";
import { type EventFacts, StateWriter } from "./state-writer.ts";

export class RoomState<S extends EventSchema> {
  readonly state: StateOf<S>;
  readonly serializer: EventSerializer<never>;
  readonly #writer: StateWriter<S>;
  readonly #own: OwnState<S>;
  readonly #guard: Guard;
  readonly #isFlat: boolean;
  #fingerprint: string | undefined;

  /** @param sink is given the frame of each patch, for everyone who has the state */
  constructor(schema: S, facts: EventFacts, snapshot: OwnSnapshot, guard: Guard, sink: PatchSink) {
    this.#isFlat = isFlat(schema);
    this.serializer = new EventSerializer(sink, this.#isFlat);
    this.#writer = new StateWriter(schema, facts);
    this.state = this.#writer.state;
    this.#own = new OwnState(schema, this.state, snapshot, guard);
    this.#guard = guard;
  }

  entry(deviceId: string): ParticipantOf<S> | undefined {
    return this.#writer.entry(deviceId);
  }

  write(seat: Seat): ParticipantOf<S> {
    const isNew = this.#writer.entry(seat.deviceId) === undefined;
    const entry = this.#writer.write(seat);
    if (seat.status === "permanently_left") this.#own.forget(seat.deviceId);
    else if (isNew) this.#own.ofParticipant(seat); // an entry's defaults need no storing
    return entry;
  }

  get own(): OwnParts {
    return {
      schema: () => (this.#fingerprint ??= fingerprintOf(this.serializer.handshake())),
      ofParticipant: (seat) => this.#own.ofParticipant(seat),
      ofEvent: () => this.#own.ofEvent(),
    };
  }

  /** The number of the last patch; undefined for a state that nobody can resume. */
  get patchNumber(): number | undefined {
    return this.#isFlat ? this.serializer.patchNumber : undefined;
  }

  /** What of the author's has changed since the last patch, and has to be stored. */
  ownChanges(): { devices: string[]; event: boolean } {
    let changes: { devices: string[]; event: boolean } = { devices: [], event: false };
    this.#guard("own", () => {
      changes = this.#own.changed(this.serializer.changes);
    });
    return changes;
  }

  restore(stored: StoredEvent, seats: readonly HeldSeat[]): void {
    const own = new Map(stored.seats.map((seat) => [seat.record.deviceId, seat.own]));
    this.#writer.restore(seats, (entry) => {
      const json = own.get(entry.device_id);
      if (json) this.#guard("restore", () => this.#own.restoreParticipant(entry, json));
    });
    const { own: ofEvent } = stored.facts;
    if (ofEvent !== null) this.#guard("restore", () => this.#own.restoreEvent(ofEvent));
  }
}
