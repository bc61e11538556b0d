// What a session announces to its application.
import type {
  AuthorsAnnouncement,
  ParticipantJoined,
  ParticipantLeft,
  ParticipantReconnected,
  ParticipantTemporarilyDisconnected,
} from "../../protocol/messages.ts";
import type { SessionDetails } from "./details.ts";
import type { RosterEntry } from "./roster.ts";
import type { EventSchema, RoomState } from "./state.ts";
import type { ConnectionQuality, Outage, Returned, SessionState } from "./status.ts";

/**
 * What `on` can listen to. Presence events and announcements come once each and in order, also those that were missed in an
 * outage.
 */
export interface SessionEvents<S extends EventSchema = EventSchema> {
  /** The state has changed, an attempt of an outage included. */
  status: SessionState;
  /** The connection was lost, once for each outage; the state is `reconnecting` already. */
  outage: Outage;
  /** Connected again after an outage; the state is `connected` already. */
  returned: Returned;
  /** What can be said of the connection has changed; the session's `quality` is this already. */
  quality: ConnectionQuality;
  /** The state has changed, or is another object after a connection that could not go on from it (at most once a patch). */
  state: RoomState<S>;
  /** What a host has said of the event is there, or has changed. */
  details: SessionDetails;
  /** The roster has changed, own fields included (at most once a patch). */
  roster: ReadonlyMap<string, RosterEntry<S>>;
  /** Somebody has a seat who had none. */
  participant_joined: ParticipantJoined;
  /** Somebody's connection was lost; the seat is kept until `grace_expires_at`. */
  participant_temporarily_disconnected: ParticipantTemporarilyDisconnected;
  /** Somebody is back in time. One's own return is `returned`. */
  participant_reconnected: ParticipantReconnected;
  /** Somebody's seat is free again, for good. */
  participant_left: ParticipantLeft;
  /** What the room's author announces to all (`this.announce`), in one order with the four above, also what was missed. */
  announcement: AuthorsAnnouncement;
  /** Without an outage, presence events or announcements went missing that cannot be announced any more: take the roster as it is, at `at` (server's time). */
  presence_gap: { readonly at: number };
  /** The number of published messages that are not yet acknowledged has changed. */
  outbox: { readonly pending: number };
}
