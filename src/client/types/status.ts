// Where a session stands, and what becomes of its connection.
import type { RefusalReason } from "../../protocol/refusal.ts";

/**
 * - `connecting`: the first join is under way (and is tried again until it is answered, or given up)
 * - `connected`: in the event; the roster is live
 * - `reconnecting`: the connection is lost and being won back; the roster is as it last was
 * - `left`: over, by somebody's word: `leave()`, a kick, the event's end, another tab or device with the same identity
 * - `failed`: over, without one: refused, or nobody answered for `giveUpAfterMs`
 */
export type SessionStatus = "connecting" | "connected" | "reconnecting" | "left" | "failed";

/**
 * Why a session is over. `replaced`: a newer tab or page has the seat; `reconnectNow()` takes it back. `closed`: by `close()`;
 * the seat itself stays for its grace.
 */
export type EndReason =
  | "consented"
  | "kicked"
  | "event_closed"
  | "replaced"
  | "closed"
  | "refused"
  | "unreachable";

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
  /**
   * When it began, in the server's time, epoch milliseconds (see `serverNow`): when the connection was closed, or, when the
   * path fell silent, when something last came in.
   */
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
