// What our client and a room say to each other beside the contract; invisible to a stock client, which never asks.
// Types, names and limits only (no validator: a browser's bundle holds this file). snake_case: these are wire names.
import type { EventChange } from "./event-details.ts";
import type { HistoryEntry } from "./messages.ts";

/** Client to room, after every JOIN_ROOM: what did I miss? Answered with `presence_resumed`. */
export const presenceResumeType = "presence_resume";
export interface PresenceResume {
  /** The last announcement that the client has seen; absent when it has seen none. */
  epoch?: number;
  seq?: number;
  /** It wants a `sign_of_life` behind each ping of this connection: script does not see a WebSocket's pings. */
  signs_of_life?: boolean;
  /** It wants to be sent `event_details`: once, and again whenever they have changed. */
  event_details?: boolean;
  /** How far it has handled what its seat was told. A client that leaves it out acknowledges nothing of that. */
  told?: ToldPosition;
}

export const presenceResumedType = "presence_resumed";
export interface PresenceResumed {
  /** True: `events` is exactly what was missed. False: take the state as it is; `events` is empty. */
  resumed: boolean;
  /** The room's position now: whatever has a higher `seq` comes live. */
  epoch: number;
  seq: number;
  events: HistoryEntry[];
  /** The participant's seat began at this instant (another seat, other outbox); 0 for an observer. */
  joined_at: number;
  /** What the seat has taken of an outbox; null when nothing yet. */
  outbox: OutboxPosition | null;
  server_time: number;
  /** The last patch of the state that this client has been sent; absent where the state cannot be resumed. */
  patch?: number;
  /** How often a `sign_of_life` comes, in ms; absent for a client that has not asked for them. */
  sign_of_life_interval_ms?: number;
  /** The room gives a path up when nothing has come over it for so long, in ms; present with the one above. */
  detection_ms?: number;
}

/**
 * Room to a client that asked for it: `EventDetails`, or to a host `HostEventDetails`; after `presence_resumed`, and behind
 * the patch of whatever changes them.
 */
export const eventDetailsType = "event_details";

/** Room to a client that asked for them, behind each ping: the server lives, and so does the path. No payload. */
export const signOfLifeType = "sign_of_life";

/**
 * Room to a client that asked for signs of life, before its socket is closed with 4010: for now nobody serves the event (a
 * restart, a drain, a hand-over), and nobody is charged for that time. No payload.
 */
export const serverStopsType = "server_stops";

/**
 * Client to room, instead of the one byte that acknowledges JOIN_ROOM: that byte and what the client has kept of the
 * state, as two float64. The room then sends the patches since, if it has them, as the first state.
 */
export interface KeptState {
  readonly epoch: number;
  /** The last patch that it has been sent. */
  readonly patch: number;
}

/** No state: what our client says when it has kept none. By it the room knows that `presence_resume` comes next. */
export const nothingKept: KeptState = { epoch: 0, patch: 0 };

/** Colyseus's byte for "the client has JOIN_ROOM" (shared-types Protocol.JOIN_ROOM), both ways. */
export const joinRoomByte = 10;
const acknowledgementBytes = 17;

/** An acknowledgement that says what is there already. */
export function acknowledgementOf({ epoch, patch }: KeptState): Uint8Array {
  const bytes = new Uint8Array(acknowledgementBytes);
  bytes[0] = joinRoomByte;
  const view = new DataView(bytes.buffer);
  view.setFloat64(1, epoch);
  view.setFloat64(9, patch);
  return bytes;
}

/** What an acknowledgement says of a kept state; undefined for a stock client's, and for anything else. */
export function keptStateIn(bytes: Uint8Array): KeptState | undefined {
  if (bytes.length !== acknowledgementBytes || bytes[0] !== joinRoomByte) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [epoch, patch] = [view.getFloat64(1), view.getFloat64(9)];
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(patch) && patch >= 0
    ? { epoch, patch }
    : undefined;
}

/** Client to room: messages `first`, `first + 1`, ... of one outbox. Answered with `outbox_ack` when they are stored. */
export const outboxPublishType = "outbox_publish";
export interface OutboxPublish {
  /** The outbox: random, kept with it; 1-64 characters. */
  stream: string;
  first: number;
  messages: OutboxMessage[];
}
export interface OutboxMessage {
  type: string;
  payload?: unknown;
}

export const outboxAckType = "outbox_ack";
export interface OutboxPosition {
  stream: string;
  /** Everything up to here has taken effect (or was refused) once, and is stored. */
  last: number;
  /** Those of the last `outboxWindow` that the room refused, with its sentence. */
  refused: { n: number; error: string }[];
}
export interface OutboxAck extends OutboxPosition {
  /** Set when the request itself could not be read. */
  error?: string;
}

/** Room to a participant: what its seat was told, oldest first, until it says that it is handled. */
export const toldType = "told";
/** One message of a mailbox. */
export interface Told {
  /** Rises with every message of a seat; not always by one, and never to a number that was there before. */
  no: number;
  type: string;
  payload?: unknown;
  /** Of what was announced to all: nothing for who has had the `announcement` with this `id`. */
  announcement_id?: string;
  /** When the seat began that it is for: another seat, other numbers. */
  joined_at: number;
}

/** How far a client has handled what its seat was told. */
export interface ToldPosition {
  /** When that seat began; 0 when it was told nothing yet. */
  joined_at: number;
  /** Everything up to this number is handled. */
  through: number;
}

/** Client to room: everything up to `through` is handled. */
export const toldAckType = "told_ack";
export interface ToldAck {
  through: number;
}

/** How many of an outbox may be under way, and how many refusals a seat remembers. */
export const outboxWindow = 64;
/** [E12] a frame over this closes the socket with 1009. */
export const maxFrameBytes = 4096;

/** Host to room (`room.request`), from a connection whose token has the role `host`. */
export const hostActionType = "host_action";
/** What a host does in an event: one form for the socket's `host_action` and for HTTP. */
export type HostAction =
  | ({ action: "kick" | "readmit" | "end_grace" } & Whom)
  | ({ action: "extend_grace"; by_ms: number } & Whom)
  | ({ action: "message"; text: string } & Whom)
  | { action: "lock" | "unlock" }
  | ({ action: "change" } & EventChange)
  | { action: "close_event" };
/** One participant, up to 1,000, everyone who is away, or everyone. */
export type Whom = { device_id: string } | { device_ids: readonly string[] } | { to: "away" | "all" };
/** How many `device_ids` one action may name. */
export const mostDevices = 1000;
/** How long a host's message may be, in code points. */
export const longestHostMessage = 500;
/** A host's message, `{ text }`: told to one or some, announced to all, and told to those who are away then. */
export const hostMessageType = "host_message";
/** What became of a host's action. */
export interface HostActionResult {
  /** False when there was nobody it could be done to. */
  done: boolean;
  /** For whom it was done, where it was asked for several; not for a message to all. */
  done_for?: string[];
  /** Why it was refused, as a sentence. */
  error?: string;
}

/** `GET /host/events`, with `Authorization: Bearer <host token>`. */
export interface HostEventList {
  server_time: number;
  events: HostEvent[];
}
export interface HostEvent {
  event_id: string;
  /** The name of its type; `event` on a server whose one type has no name. */
  type: string;
  connected: number;
  held: number;
  /** How many have left since the event began here. */
  left: number;
}

/** `POST /host/session` with `{ "code": "<from the one-time link>" }` (open mode): a host token for this browser. */
export interface HostSession {
  host_token: string;
}
