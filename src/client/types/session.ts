// A session as an application holds it.
import type { Json } from "../../protocol/json.ts";
import type { SessionDetails } from "./details.ts";
import type { SessionEvents } from "./events.ts";
import type { ToldHandler } from "./messages.ts";
import type { RosterEntry } from "./roster.ts";
import type { EventSchema, RoomState } from "./state.ts";
import type { ConnectionQuality, SessionState, SessionStatus } from "./status.ts";

/** A participant's or observer's place in one event, over any number of connections. */
export interface EventSession<S extends EventSchema = EventSchema> {
  /** Status, outage and end, as of now; a new object with each change. */
  readonly state: SessionState;
  /** The same as `state.status`. */
  readonly status: SessionStatus;
  /** Who this device is in the event. */
  readonly deviceId: string;
  /** The event that was asked for. */
  readonly eventId: string;
  /** Everyone in the event, by device id; as it last was while the connection is lost. */
  readonly roster: ReadonlyMap<string, RosterEntry<S>>;
  /** Everyone's device id, in the state's order; the same array for as long as nobody comes, goes or changes places. */
  readonly participantIds: readonly string[];
  /**
   * The room's synchronised state (Colyseus schema); undefined before the first. It changes with every patch, and is
   * another object after a connection that could not go on from it: read it where you draw, and do not keep parts of it.
   */
  readonly roomState: RoomState<S> | undefined;
  /**
   * What a host has said of the event: title, capacity, who may join, lock; for a host also `expected_names` and `removed`.
   * Another object with each change (`on("details")`); as it last was while the connection is lost; undefined before it
   * has come, and for a server that does not say it.
   */
  readonly details: SessionDetails | undefined;
  /** For how long a seat is kept, in milliseconds; undefined before the first state. */
  readonly gracePeriodMs: number | undefined;
  /** What can be said of the connection now: whether the server answers. `on("quality")` tells when it changes. */
  readonly quality: ConnectionQuality;
  /**
   * When something last came from the server, in the server's time, epoch milliseconds; from the last visit until something
   * comes in this one, and undefined where nothing ever did. It goes on while nothing is amiss (a room shows every few
   * seconds that it lives).
   * @example const silentS = Math.floor((session.serverNow() - (session.lastReceivedAt ?? 0)) / 1000);
   */
  readonly lastReceivedAt: number | undefined;
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
  on<Type extends keyof SessionEvents<S>>(
    type: Type,
    listener: (event: SessionEvents<S>[Type]) => void,
  ): () => void;
  /**
   * Listens to one participant's entry: to each change of it (own fields included), and to its coming and going (then it
   * is undefined). Whoever listens to one of thousands is not called for the others.
   * @returns what stops it
   * @example session.onParticipant(session.deviceId, (me) => { points.textContent = String(me?.own.score ?? 0); });
   */
  onParticipant(deviceId: string, listener: (entry: RosterEntry<S> | undefined) => void): () => void;
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
  /**
   * Lets go of the connection without a goodbye, and ends the session for good as `left`, reason `closed`: for others it is
   * a drop, and the seat is kept for its grace (`leave()` gives it up). What was published and not acknowledged stays in
   * the storage for this device's next session; its promises, and those of `joined()` and `request()`, reject. Nothing of
   * the session can be used after that: `publish()` rejects with `closed`, `reconnectNow()` does nothing. May be called at any
   * time, and again.
   * @example window.addEventListener("vite:beforeFullReload", () => session.close());
   */
  close(): void;
  /**
   * Tries now, whatever the back-off says; takes the seat back after `replaced`, starts again after `failed`, and asks again
   * after `kicked`: a host may have let this device come again, as someone new. Nothing after `close()`.
   */
  reconnectNow(): void;
}
