// The errors that a phone's calls reject with.
import type { RefusalReason } from "../../protocol/refusal.ts";

/** The server refused a join or a return, as it would any client's. */
export class JoinRefused extends Error {
  /** The status of the answer, or the code of the room's error. */
  readonly code: number;
  /** For programs; undefined where only a room's error said no. */
  readonly reason: RefusalReason | undefined;
  /** When to try again, in ms, where the server says so. */
  readonly retryAfterMs: number | undefined;

  constructor(code: number, sentence: string, reason?: RefusalReason, retryAfterMs?: number) {
    super(sentence);
    this.name = "JoinRefused";
    this.code = code;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The room refused a message or a request of a phone's; the message is its sentence. */
export class MessageRefused extends Error {
  /** The code of a `Refusal`, or of the room's error, where there was one. */
  readonly code: number | undefined;

  constructor(sentence: string, code?: number) {
    super(sentence);
    this.name = "MessageRefused";
    this.code = code;
  }
}

/** The connection went before the room had answered. */
export class ConnectionLost extends Error {
  constructor(what: string) {
    super(`${what}: the connection went before the room had answered`);
    this.name = "ConnectionLost";
  }
}
