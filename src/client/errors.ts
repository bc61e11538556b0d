// The errors that a session's promises reject with. Part of the public vocabulary; nothing else.
import type { EndReason, PublishFailure } from "./types/index.ts";

/** `publish()` failed; `reason` says how, the message is a sentence. */
export class PublishError extends Error {
  /** For programs. */
  readonly reason: PublishFailure;

  constructor(reason: PublishFailure, sentence: string) {
    super(sentence);
    this.name = "PublishError";
    this.reason = reason;
  }
}

/** `joined()` was in vain: the session is over. */
export class SessionEndedError extends Error {
  /** Why it is over. */
  readonly reason: EndReason;
  /** The server's code (400-503), when it was the one who refused. */
  readonly code: number | undefined;

  constructor(reason: EndReason, sentence: string, code?: number) {
    super(sentence);
    this.name = "SessionEndedError";
    this.reason = reason;
    this.code = code;
  }
}
