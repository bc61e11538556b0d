// Seats as everyone sees them: the only code that writes our own fields into the synchronised state. A room author's
// fields are beside them: the author writes those, and after a restart own-state.ts.
import type { HeldSeat, Seat } from "../seats/seat.ts";
import { seenAway, statusOf } from "../seats/seat.ts";
import { guardMapKeys } from "../rooms/internals/schema.ts";
import type { EventSchema, ParticipantOf, StateOf } from "../rooms/schema/EventState.ts";

export interface EventFacts {
  readonly eventId: string;
  readonly gracePeriodMs: number;
  readonly heartbeatIntervalMs: number;
}

export class StateWriter<S extends EventSchema> {
  readonly state: StateOf<S>;
  readonly #schema: S;

  constructor(schema: S, facts: EventFacts) {
    this.#schema = schema;
    const state = new schema.State();
    guardMapKeys(state.participants);
    state.event_id = facts.eventId;
    state.grace_period_ms = facts.gracePeriodMs;
    state.heartbeat_interval_ms = facts.heartbeatIntervalMs;
    this.state = state as StateOf<S>;
  }

  /** Writes everyone whom a stored event had; `restore` puts the author's own fields into each entry. */
  restore(seats: readonly HeldSeat[], restore: (entry: ParticipantOf<S>) => void): void {
    for (const seat of seats) restore(this.write(seat));
  }

  entry(deviceId: string): ParticipantOf<S> | undefined {
    return this.state.participants.get(deviceId) as ParticipantOf<S> | undefined;
  }

  /**
   * Writes a seat; every seat's leave is written before its device's next seat. Returns its entry, which for one
   * who has left is not in the state any more: hooks still tell of it.
   */
  write(seat: Seat): ParticipantOf<S> {
    const shown = this.entry(seat.deviceId);
    const entry = shown ?? (new this.#schema.Participant() as ParticipantOf<S>);
    if (seat.status === "permanently_left") {
      if (shown === undefined) fill(entry, { ...seat, status: "connected", connection: "" });
      else this.state.participants.delete(seat.deviceId);
      return entry;
    }
    fill(entry, seat);
    if (shown === undefined) this.state.participants.set(seat.deviceId, entry);
    return entry;
  }
}

function fill(entry: InstanceType<EventSchema["Participant"]>, seat: HeldSeat): void {
  const away = seenAway(seat);
  entry.device_id = seat.deviceId;
  entry.user_id = seat.userId;
  entry.display_name = seat.displayName;
  entry.status = statusOf(seat);
  entry.reason = away?.reason ?? "";
  entry.joined_at = seat.joinedAt;
  entry.disconnected_at = away?.disconnectedAt ?? 0;
  entry.grace_expires_at = away?.graceExpiresAt ?? 0;
}
