// What is asked and answered over HTTP under `/api/v1` (docs/http-api.md): types only, for whoever speaks it.
// Every request but for a session's carries `Authorization: Bearer <host token>`. snake_case:
// these are wire names.
import type { EventChange, EventDetails, HostEventDetails } from "./event-details.ts";

/** Where all of it is. */
export const apiPath = "/api/v1";

/** `GET /server`, by anybody: what a page may know of this server before it has a token. */
export interface ServerFacts {
  readonly protocol_version: number;
  /** Whoever types a code that is no event's opens one with it: OPEN_PLAY. */
  readonly open_play: boolean;
  /** Hosts come by a link or a code (`POST /session`); false: by a token of their own. */
  readonly host_codes: boolean;
  /** There is a monitor at `/monitor`. */
  readonly monitor: boolean;
  /** Seats of an event at most, and where its host says nothing: MAX_PARTICIPANTS. */
  readonly max_capacity: number;
  /** Of an event whose host says nothing of it, in ms. */
  readonly grace_period_ms: number;
}

/** `POST /session`: a code from a link or an invitation, which is spent by it. */
export interface SessionRequest {
  readonly code: string;
}
/** What a code is exchanged for. */
export interface ApiSession {
  /** Good until it is revoked; over a restart of the server, too. */
  readonly host_token: string;
  /** The one event that it is for; `"*"` is all. */
  readonly event_id: string;
}

/** `POST /invitations`: a code for another browser, which is a host then, too. */
export interface InvitationRequest {
  /** For this event alone; left out: for whatever the token itself is for. */
  readonly event_id?: string;
}
/** A code that makes another browser a host. */
export interface Invitation {
  /** Good once. */
  readonly code: string;
  readonly expires_at: number;
}

/** `POST /events`: an event that is to be there. */
export interface EventRequest extends EventChange {
  /** Left out: a fresh code of 6 characters. */
  readonly event_id?: string;
  /** The name of its type; the server's default one where it is left out. */
  readonly type?: string;
  /** For the author of its type (`onEventOpened`): JSON, 16,384 characters of it at most. */
  readonly options?: unknown;
}
/** 201 for a new event; 200 for one that was there, which stays as it is. `GET`, `PATCH` and `DELETE /events/{id}`: 200. */
export interface EventAnswer {
  readonly event: HostEventDetails & EventNumbers;
}

/** How many are in an event, and whether it is over. */
export interface EventNumbers {
  readonly connected: number;
  /** Seats of those who are away. */
  readonly held: number;
  /** How many have left since the event began. */
  readonly left: number;
  readonly is_closed: boolean;
}

/** `GET /events`: those that the token is for. */
export interface EventListAnswer {
  readonly server_time: number;
  readonly events: readonly ListedEvent[];
}
/** One of them, as of a second ago at most. */
export type ListedEvent = Pick<
  EventDetails,
  "event_id" | "type" | "title" | "capacity" | "is_locked" | "created_at"
> &
  EventNumbers;
