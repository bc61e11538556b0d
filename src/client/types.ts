// The client's public vocabulary: what an application gives, sees and calls. Types only; the bottom of the client's folders.
import type { Json } from "../protocol/json.ts";
import type { RefusalReason } from "../protocol/refusal.ts";
import type {
  AuthorsAnnouncement,
  DisconnectReason,
  LeaveReason,
  ParticipantJoined,
  ParticipantLeft,
  ParticipantReconnected,
  ParticipantStatus,
  ParticipantTemporarilyDisconnected,
} from "../protocol/messages.ts";

/**
 * - `connecting`: the first join is under way (and is tried again until it is answered, or given up)
 * - `connected`: in the event; the roster is live
 * - `reconnecting`: the connection is lost and being won back; the roster is as it last was
 * - `left`: over, by somebody's word: `leave()`, a kick, the event's end, another tab or device with the same identity
 * - `failed`: over, without one: refused, or nobody answered for `giveUpAfterMs`
 */
export type SessionStatus = "connecting" | "connected" | "reconnecting" | "left" | "failed";

/** Why a session is over. `replaced`: a newer tab or page has the seat; `reconnectNow()` takes it back. */
export type EndReason = "consented" | "kicked" | "event_closed" | "replaced" | "refused" | "unreachable";

/** Why a connection was given up: what the status `reconnecting` is about. */
export type OutageReason =
  | "connection_lost"
  | "silence" // nothing inbound for `silenceTimeoutMs`: the path is dead under an open socket
  | "wake" // the page was away (sleep, back/forward cache), and what it had did not answer
  | "offline" // the browser says that there is no network
  | "server_restart"
  | "asked"; // reconnectNow()

/** Everything there is to know of a session's state, at once. */
export interface SessionState {
  /** Where the session stands. */
  readonly status: SessionStatus;
  /** Set when `left` or `failed`. */
  readonly endReason?: EndReason;
  /** The server's own sentence, or ours, for a person. */
  readonly sentence?: string;
  /** The server's code of a refusal (400-503). */
  readonly code?: number;
  /** The server's reason for a refusal, for programs: one of a closed list. */
  readonly reason?: RefusalReason;
  /** Set while `reconnecting`. */
  readonly outage?: Outage;
}

/** A time without a connection, from its loss to the return. */
export interface Outage {
  /** Why the connection was given up; `offline` whenever the browser says that there is no network. */
  readonly reason: OutageReason;
  /** When it was noticed, in the server's time, epoch milliseconds (see `serverNow`). */
  readonly since: number;
  /** Attempts so far. */
  readonly attempts: number;
  /**
   * Until when the seat is surely ours, in the server's time, epoch milliseconds: the grace period from the close, or,
   * when the path fell silent, from what last came in (the server may have noticed before we did).
   */
  readonly seatUntil: number;
}

/** How the connection came back: the session's own socket path, its token over HTTP, or a join by identity. */
export type ReturnPath = "socket" | "token" | "join";

/** How an outage ended. */
export interface Returned {
  /** How the connection came back. */
  readonly path: ReturnPath;
  /** From the loss of the connection to the return, in milliseconds, sleep included. */
  readonly outageMs: number;
  /** True: the presence events and announcements that were missed have been emitted, all of them, just before this. False: take the roster as it is. */
  readonly resumed: boolean;
  /** True when the grace was over and this is a new seat. Never true for an observer, who has none. */
  readonly isNewSeat: boolean;
}

/** One participant as everyone sees it. Instants are the server's epoch milliseconds, 0 when not applicable. */
export interface RosterEntry {
  /** The device whose seat this is: unique in the event. */
  readonly deviceId: string;
  /** Whose device it is; several devices may be one user's. */
  readonly userId: string;
  /** What to call them; may be empty, and may be anything that a person has typed: never put it into HTML as it is. */
  readonly displayName: string;
  readonly status: ParticipantStatus;
  /** Why they are away; empty while they are connected. */
  readonly reason: DisconnectReason | "";
  /** When this seat began. */
  readonly joinedAt: number;
  /** When they were lost; 0 while they are connected. */
  readonly disconnectedAt: number;
  /** Until when the seat is kept; 0 while they are connected. */
  readonly graceExpiresAt: number;
  /** It is the seat of this session's own device. */
  readonly isMe: boolean;
}

/**
 * What `on` can listen to. Presence events and announcements come once each and in order, also those that were missed in an
 * outage.
 */
export interface SessionEvents {
  /** The state has changed, an attempt of an outage included. */
  status: SessionState;
  /** The connection was lost, once for each outage; the state is `reconnecting` already. */
  outage: Outage;
  /** Connected again after an outage; the state is `connected` already. */
  returned: Returned;
  /** The roster has changed (at most once a patch). */
  roster: ReadonlyMap<string, RosterEntry>;
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

/** What is kept over a reload: `localStorage` has this shape. */
export interface KeyValueStorage {
  /** The value, or null when there is none. */
  getItem(key: string): string | null;
  /** Keeps the value; may throw when there is no room. */
  /** May throw: what cannot be written is kept in memory where that does no harm, and else refused to its caller. */
  setItem(key: string, value: string): void;
  /** Forgets it; nothing happens when there is none. */
  removeItem(key: string): void;
}

/** What `joinEvent` needs; only `url` and `eventId` have to be given. */
export interface JoinEventOptions {
  /** The server, as http(s):// or ws(s)://, with a path if it is behind one. */
  readonly url: string;
  /** The event: 1 to 128 characters. */
  readonly eventId: string;
  /** This device; made up once, one for all events, and kept in `storage`, when left out. */
  readonly deviceId?: string;
  /**
   * The proof: in token mode the JWT (a function is asked before every join, and once more when the server says 401);
   * in open mode made up once for this event and device, and kept.
   */
  readonly sessionToken?: string | (() => string | Promise<string>);
  /** Whose device this is, in open mode; the device's own id when left out. In token mode it must not contradict the token. */
  readonly userId?: string;
  /** What others see, up to 64 characters. */
  readonly displayName?: string;
  /** What the room's author asks of a join beside (`joinOptions`): JSON of up to 4096 characters. Sent with every join. */
  readonly joinOptions?: Readonly<Record<string, Json>>;
  /** `observer` watches without a seat; a host's token makes it a host. */
  readonly role?: "participant" | "observer";
  /**
   * The type of events that it is to be, by its name on the server (letters, digits, `_` and `-`): a new event is opened
   * as one, and one of another type is refused (409 `other_type`). Left out, it is any, and the default one for a new event.
   */
  readonly eventType?: string;
  /** It never opens the event: one that does not exist is refused (404 `no_such_event`). */
  readonly mustExist?: boolean;
  /** Where identity and outbox are kept; `localStorage` in a browser, memory elsewhere. */
  readonly storage?: KeyValueStorage;
  /** Nothing inbound for this long, in ms, and the path is dead. 15,000. */
  readonly silenceTimeoutMs?: number;
  /** One attempt waits this long for an answer, in ms. 5,000. */
  readonly attemptTimeoutMs?: number;
  /** Trying for this long, in ms, in vain, the session fails as `unreachable`; sleep and time without a network do not count. 600,000. */
  readonly giveUpAfterMs?: number;
}

/** Why `publish` failed: nothing of it has taken effect, or will, except where it says so. */
export type PublishFailure =
  | "too_large" // one message must fit into a frame
  | "outbox_full" // too many are waiting
  | "not_json"
  | "refused" // the room's handler said no; the message is its sentence
  | "seat_lost" // the grace was over before it was acknowledged: it may or may not have taken effect
  | "handed_over" // another tab of this browser has taken the outbox over, and delivers it
  | "ended"; // the session is over; the message and docs/client.md say what becomes of what was waiting

/** What a handler of `onTold` gets beside the payload. */
export interface ToldMessage {
  /** The same for every delivery of this message: give it to whatever outside the page must see it once. */
  readonly id: string;
  /** As the room told it. */
  readonly type: string;
}

/** Handles what a participant is told. It is handled when this has returned. */
export type ToldHandler<Payload> = (payload: Payload, message: ToldMessage) => void;

/** A participant's or observer's place in one event, over any number of connections. */
export interface EventSession {
  /** Status, outage and end, as of now; a new object with each change. */
  readonly state: SessionState;
  /** The same as `state.status`. */
  readonly status: SessionStatus;
  /** Who this device is in the event. */
  readonly deviceId: string;
  /** The event that was asked for. */
  readonly eventId: string;
  /** Everyone in the event, by device id; as it last was while the connection is lost. */
  readonly roster: ReadonlyMap<string, RosterEntry>;
  /** The room's synchronised state (Colyseus schema) of the connection that is; undefined before the first. */
  readonly roomState: unknown;
  /** For how long a seat is kept, in milliseconds; undefined before the first state. */
  readonly gracePeriodMs: number | undefined;
  /** Published messages that are not acknowledged yet. */
  readonly pendingPublishes: number;
  /**
   * The server's clock, epoch milliseconds, as far as we know it: count down with this, not with `Date.now()`.
   * @example const leftMs = session.state.outage.seatUntil - session.serverNow();
   */
  serverNow(): number;
  /** Resolves at the first `connected`; rejects with a SessionEndedError when the session ends before. */
  joined(): Promise<void>;
  /**
   * Listens to what the session announces; returns what stops it. An error in a listener stops nobody else: it is thrown
   * again, uncaught.
   * @example session.on("status", ({ status }) => { banner.hidden = status === "connected"; });
   */
  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (event: SessionEvents[Type]) => void,
  ): () => void;
  /**
   * Listens to a room author's message, over all connections; returns what stops it.
   * @param type as the room sends it
   */
  onMessage<Payload = unknown>(type: string, listener: (payload: Payload) => void): () => void;
  /**
   * Handles what the room tells this participant (`participants.tell`): each message once and in order, over drops,
   * returns, reloads and restarts, also what it was told while it was away. A message waits until its type has a handler,
   * and all after it wait with it. It counts as handled when every handler of its type has returned, or thrown (the error
   * is reported); the storage knows it before the next one comes. What a handler does outside this page may happen twice
   * around a crash: it gets the message's id for that.
   * @param type as the room's author tells it; "*" for all that have no handler of their own
   * @param handler synchronous: what it does later is not waited for
   * @returns what stops it
   * @example session.onTold<{ card: string }>("dealt", ({ card }) => hand.add(card));
   */
  onTold<Payload = unknown>(type: string, handler: ToldHandler<Payload>): () => void;
  /**
   * Sends at once, or not at all: false when not connected. Use `publish` for what must arrive.
   * @param payload anything that msgpack can encode
   * @throws RangeError when it does not fit into a frame (4,096 bytes): the server would close the connection.
   */
  send(type: string, payload?: unknown): boolean;
  /**
   * Asks the room and waits for its answer, up to 10 s; rejects when the room refuses, when not connected, or when the
   * connection is lost meanwhile (the room may have done it all the same), and with a RangeError as `send` throws it.
   */
  request<Answer = unknown>(type: string, payload?: unknown): Promise<Answer>;
  /**
   * Takes effect once and in order, over drops, returns, reloads and restarts.
   * @param type 1 to 128 characters, as the room's author knows it
   * @returns a promise that resolves when the server has stored it, and rejects with a PublishError, whose `reason` says why
   * @example await session.publish("answer", { question: 3, choice: "b" });
   */
  publish(type: string, payload?: Json): Promise<void>;
  /** Gives the seat up, and ends the session as `left`. Resolves when the server knows, or cannot be told. */
  leave(): Promise<void>;
  /** Tries now, whatever the back-off says; takes the seat back after `replaced`, starts again after `failed`. */
  reconnectNow(): void;
}

export type { Json, LeaveReason, RefusalReason };
