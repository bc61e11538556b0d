// Everything that travels between a client and this server, by name: what docs/wire.schema.json and the tables of
// docs/wire-protocol.md are made of. Another message, answer or route of ours has to be put here.
import { z } from "zod";
import { joinByIdOptions, joinOptions } from "../incoming/join-options.ts";
import { heartbeatType } from "../messages.ts";
import { hostAction, outboxPublish, presenceResume, toldAck } from "../incoming/requests.ts";
import {
  eventDetailsType,
  hostActionType,
  outboxAckType,
  outboxPublishType,
  presenceResumedType,
  presenceResumeType,
  serverStopsType,
  signOfLifeType,
  toldAckType,
  toldType,
} from "../session.ts";
import * as http from "./http.ts";
import * as sent from "./messages.ts";

/** One thing that is said: what of it may be, and when it is said. */
export interface WirePart {
  readonly schema: z.ZodType;
  /** When it is sent, by whom, and what follows, as a sentence without its full stop. */
  readonly when: string;
}

/** Messages of a room (`ROOM_DATA`), by their type. A room author's own come on top. */
export const toClient: Readonly<Record<string, WirePart>> = {
  participant_joined: {
    schema: sent.participantJoined,
    when: "A participant has a new seat; to everyone else",
  },
  participant_temporarily_disconnected: {
    schema: sent.participantTemporarilyDisconnected,
    when: "A participant is away, and its seat is kept; to everyone who is connected",
  },
  participant_reconnected: {
    schema: sent.participantReconnected,
    when: "A participant is back; to everyone, or after a takeover to the returner alone, without `epoch`, `seq` and `at`",
  },
  participant_left: { schema: sent.participantLeft, when: "A participant has left for good; to everyone" },
  announcement: { schema: sent.announcement, when: "A room's author announces something; to everyone" },
  heartbeat_ack: { schema: sent.heartbeatAck, when: "The answer to `heartbeat`" },
  [presenceResumedType]: { schema: sent.presenceResumed, when: "The answer to `presence_resume`" },
  [signOfLifeType]: {
    schema: z.unknown(),
    when: "The server lives; behind each ping, to who asked for it in its `presence_resume`. It has no payload",
  },
  [eventDetailsType]: {
    schema: sent.eventDetails,
    when: "What a host has said of the event; to who asked for it in its `presence_resume`, once and at each change",
  },
  [serverStopsType]: {
    schema: z.unknown(),
    when: "For now nobody serves the event, and nobody is charged for that time; before a close with 4010, to who asked for signs of life. It has no payload",
  },
  [outboxAckType]: { schema: sent.outboxAck, when: "The answer to `outbox_publish`, when it is stored" },
  [toldType]: {
    schema: sent.told,
    when: "A room's author tells one participant something; again until there is a receipt",
  },
};

/** Messages of a client (`ROOM_DATA`, and `host_action` as `ROOM_REQUEST`), by their type. */
export const toRoom: Readonly<Record<string, WirePart>> = {
  [heartbeatType]: {
    schema: z.unknown(),
    when: "The client lives; every `heartbeat_interval_ms`. Its payload is ignored",
  },
  [presenceResumeType]: {
    schema: presenceResume,
    when: "Once after each JOIN_ROOM: what was missed. Unreadable, it counts as one that has seen nothing",
  },
  [outboxPublishType]: { schema: outboxPublish, when: "Messages that take effect once and in order" },
  [toldAckType]: { schema: toldAck, when: "What was told is handled. Unreadable, it is ignored" },
  [hostActionType]: {
    schema: hostAction,
    when: "A host's, by `ROOM_REQUEST`; answered with `host_action_result`",
  },
};

/** Answers to a client's `ROOM_REQUEST`, by the type of that. */
export const responses: Readonly<Record<string, WirePart & { readonly name: string }>> = {
  [hostActionType]: {
    name: "host_action_result",
    schema: sent.hostActionResult,
    when: "The answer to `host_action`, as `ROOM_RESPONSE`",
  },
};

/** A route of ours: what is asked and what is answered, by the names of `bodies`. */
export interface WireRoute {
  readonly method: "GET" | "POST";
  /** As a regular expression of the whole path. */
  readonly path: string;
  readonly request?: string;
  /** What a 200 carries; any other status carries a `refusal`, but for `otherwise`. */
  readonly answer: string;
  readonly otherwise?: string;
}

/** Bodies over HTTP, by name. */
export const bodies: Readonly<Record<string, WirePart>> = {
  join_options: { schema: joinOptions, when: "A join's body; other fields are for a room's author" },
  join_by_id_options: {
    schema: joinByIdOptions,
    when: "The body of `joinById`; the room says which event it is",
  },
  reconnect_options: { schema: http.reconnectOptions, when: "The body of a return by reconnection token" },
  reservation: { schema: http.reservation, when: "A place is kept for 15 s: open its socket" },
  refusal: { schema: http.refusal, when: "Any request, or upgrade, that is not granted" },
  health: { schema: http.healthAnswer, when: "The process lives" },
  ready: { schema: http.readyAnswer, when: "Whether joins are taken" },
  host_session_request: { schema: http.hostSessionRequest, when: "The code of a host's link" },
  host_session: { schema: http.hostSession, when: "A host's token: the `session_token` of a host's join" },
  host_code: { schema: http.hostCode, when: "A code for another browser of this host" },
  host_event_list: { schema: http.hostEventList, when: "The events that a host's token is for" },
};

const name = "[A-Za-z0-9_-]+";
const matchmaking = { method: "POST", answer: "reservation" } as const;

/** Every route of ours that answers JSON. */
export const routes: readonly WireRoute[] = [
  { ...matchmaking, path: `/matchmake/(?:joinOrCreate|join)/${name}`, request: "join_options" },
  { ...matchmaking, path: `/matchmake/joinById/${name}`, request: "join_by_id_options" },
  { ...matchmaking, path: `/matchmake/reconnect/${name}`, request: "reconnect_options" },
  { method: "GET", path: "/healthz", answer: "health" },
  { method: "GET", path: "/readyz", answer: "ready", otherwise: "ready" },
  { method: "POST", path: "/host/session", request: "host_session_request", answer: "host_session" },
  { method: "POST", path: "/host/code", answer: "host_code" },
  { method: "GET", path: "/host/events", answer: "host_event_list" },
];
