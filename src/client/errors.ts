// The errors that a session's promises reject with.
import type { EndReason, PublishFailure } from "./types.ts";

/** `publish()` failed; `reason` says how, the message is a sentence. */
export class PublishError extends Error {
  readonly reason: PublishFailure;

  constructor(reason: PublishFailure, sentence: string) {
    super(sentence);
    this.name = "PublishError";
    this.reason = reason;
  }
}

/** `joined()` was in vain: the session is over. */
export class SessionEndedError extends Error {
  readonly reason: EndReason;
  /** The server's code, when it was the one who said no. */
  readonly code: number | undefined;

  constructor(reason: EndReason, sentence: string, code?: number) {
    super(sentence);
    this.name = "SessionEndedError";
    this.reason = reason;
    this.code = code;
  }
}
