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
  /**
   * The server's reason for a refusal, for programs: one of a closed list. `full` while `connecting` or `reconnecting`: it
   * waits for a place (see the option `waitForPlace`).
   */
  readonly reason?: RefusalReason;
  /** Set while `reconnecting`. */
  readonly outage?: Outage;
  /**
   * How long the seat is kept meanwhile. Set while `reconnecting`, and while `connecting` when this device had a seat here
   * before (the page was loaded again, perhaps without a network); not for an observer, who has none.
   */
  readonly keptSeat?: KeptSeat;
}

/** How long a seat is kept whose device is away, as far as that device can know. Instants are the server's epoch milliseconds. */
export interface KeptSeat {
  /** When something last came from the server. */
  readonly since: number;
  /** Until then the seat is surely ours; after it, it may be free. Once the server has said until when, it is that. */
  readonly atLeastUntil: number;
  /**
   * What the server has said: until when it keeps the seat, or `paused` when it restarts or cannot reach its store: that time
   * is charged to nobody. Undefined: no word has come, and it is `atLeastUntil` or a little later.
   */
  readonly deadline?: number | "paused";
  /** When the seat began; if the roster's own entry says another instant after the return, it is another seat. */
  readonly joinedAt: number;
}

/**
 * What a page can say of its connection.
 * - `none`: there is none that can be used (the status says why)
 * - `good`: the server answers, and has for a minute
 * - `unsteady`: it answers, but within the last minute it did not, or the connection was lost
 * - `no_answer`: nothing has come for 4 s (a second longer than the room's signs of life are apart, if that is more), see
 *   `lastReceivedAt`. It may come yet: nothing is given up
 */
export type ConnectionQuality = "none" | "good" | "unsteady" | "no_answer";

/** A time without a connection, from its loss to the return. */
export interface Outage {
  /** Why the connection was given up; `offline` whenever the browser says that there is no network. */
  readonly reason: OutageReason;
  /** When it began, in the server's time, epoch milliseconds (see `serverNow`): when something last came in, a close frame included. */
  readonly since: number;
  /** Attempts so far. */
  readonly attempts: number;
  /**
   * Until when the seat is surely ours, in the server's time, epoch milliseconds: the grace period from what last came in
   * (the server may have noticed before we did), or what the server has said. `state.keptSeat` tells them apart.
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
