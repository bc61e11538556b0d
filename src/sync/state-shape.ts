// What sync knows of a room's synchronised state: our own fields, by their names on the wire, and that the participants are
// in a map. The classes are src/schema's (schema/event-state), and so are a room author's fields.
import type { DisconnectReason, ParticipantStatus } from "../protocol/messages.ts";

/** A participant, as everyone sees it. Instants are epoch milliseconds, 0 when not applicable. */
export interface SeatEntry {
  device_id: string;
  user_id: string;
  display_name: string;
  status: ParticipantStatus;
  reason: DisconnectReason | "";
  joined_at: number;
  disconnected_at: number;
  grace_expires_at: number;
}

export interface StateShape {
  event_id: string;
  grace_period_ms: number;
  heartbeat_interval_ms: number;
  participants: {
    get(deviceId: string): SeatEntry | undefined;
    set(deviceId: string, entry: SeatEntry): unknown;
    delete(deviceId: string): boolean;
  };
}

/** A kind of state: how an entry begins, and which fields are the author's own. */
export interface StateKind {
  readonly Participant: new () => SeatEntry;
  readonly own: { readonly participant: readonly string[]; readonly event: readonly string[] };
}

/** What encodes a state. Implemented by rooms/internals/serializer. */
export interface StateEncoder {
  /** What the state's schema is, as a short string: the same for the same fields in the same order. */
  readonly fingerprint: string;
  /** The number of the last patch. */
  readonly patchNumber: number;
  /** False when no client can be sent patches to a state that it has kept. */
  readonly isResumable: boolean;
  /**
   * Calls `visit` with each instance that has changed since the last patch and then with what contains it, up to the root
   * or until `visit` returns false.
   */
  visitChanged(visit: (instance: object) => boolean): void;
}
