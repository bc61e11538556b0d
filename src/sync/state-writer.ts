// Seats as everyone sees them: the only code that writes our own fields into the synchronised state. A room author's
// fields are beside them: the author writes those, and after a restart own-state.ts.
import type { HeldSeat, Seat } from "../seats/seat.ts";
import { announcedAbsence, statusOf } from "../seats/seat.ts";
import type { SeatEntry, StateKind, StateShape } from "./state-shape.ts";

export interface EventFacts {
  readonly eventId: string;
  readonly gracePeriodMs: number;
  readonly heartbeatIntervalMs: number;
}

export class StateWriter<Entry extends SeatEntry> {
  readonly #kind: StateKind;
  readonly #state: StateShape;

  constructor(kind: StateKind, state: StateShape, facts: EventFacts) {
    this.#kind = kind;
    this.#state = state;
    state.event_id = facts.eventId;
    state.grace_period_ms = facts.gracePeriodMs;
    state.heartbeat_interval_ms = facts.heartbeatIntervalMs;
  }

  /** How long a seat is held from now on, in ms. */
  setGracePeriod(ms: number): void {
    this.#state.grace_period_ms = ms;
  }

  entry(deviceId: string): Entry | undefined {
    return this.#state.participants.get(deviceId) as Entry | undefined;
  }

  /**
   * Writes a seat; every seat's leave is written before its device's next seat. Returns its entry, which for one
   * who has left is not in the state any more: hooks are still called with it.
   */
  write(seat: Seat): Entry {
    const shown = this.entry(seat.deviceId);
    const entry = shown ?? (new this.#kind.Participant() as Entry);
    if (seat.status === "permanently_left") {
      if (shown === undefined) fill(entry, { ...seat, status: "connected", connection: "" });
      else this.#state.participants.delete(seat.deviceId);
      return entry;
    }
    fill(entry, seat);
    if (shown === undefined) this.#state.participants.set(seat.deviceId, entry);
    return entry;
  }
}

function fill(entry: SeatEntry, seat: HeldSeat): void {
  const away = announcedAbsence(seat);
  entry.device_id = seat.deviceId;
  entry.user_id = seat.userId;
  entry.display_name = seat.displayName;
  entry.status = statusOf(seat);
  entry.reason = away?.reason ?? "";
  entry.joined_at = seat.joinedAt;
  entry.disconnected_at = away?.disconnectedAt ?? 0;
  entry.grace_expires_at = away?.graceExpiresAt ?? 0;
}
