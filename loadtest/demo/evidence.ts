// What a run of the demo leaves behind for its judge: the witness's log, and each phone's own journal.
// Types only. Every instant is epoch milliseconds of the one monotonic clock that server and phones share here.

/** How a phone comes back: the SDK's own retry, `client.reconnect(token)`, or a fresh `joinOrCreate`. */
export type ReturnPath = "sdk" | "token" | "join";
export const returnPaths = ["sdk", "token", "join"] as const satisfies ReturnPath[];

/** An announcement about `device`, as somebody heard it. */
export interface Heard {
  readonly type: string;
  readonly device: string;
  readonly reason: string | undefined;
  readonly graceExpiresAt: number | undefined;
  readonly at: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One try to be in the event. */
export interface Attempt {
  readonly path: ReturnPath;
  readonly startedAt: number;
  /** JOIN_ROOM arrived, or the try failed; null while neither has happened. */
  endedAt: number | null;
  isIn: boolean;
  /** The phone was told its own `participant_reconnected`. */
  confirmedAt: number | null;
  /** The phone knew that this connection was lost, or gave it up. */
  lostAt: number | null;
}

/** What a phone, and the network in front of it, know of themselves. */
export interface Journal {
  readonly device: string;
  readonly attempts: Attempt[];
  /** When its network did not work. */
  readonly outages: Span[];
  /** When it closed, or abandoned, a socket of its own accord. */
  readonly closes: number[];
  /** In each of these it must be seen as away at some instant: it was in, and its link was cut for long enough. */
  readonly mustBeAway: Span[];
  /** What it heard as an observer, one list per connection. */
  readonly segments: Heard[][];
  /** What it has to complain about: a hang, a refusal without reason, a wrong last view. */
  readonly complaints: string[];
}

export interface Evidence {
  readonly graceMs: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The log of an observer that never dropped. */
  readonly witness: readonly Heard[];
  readonly journals: readonly Journal[];
}
