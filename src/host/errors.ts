// Why a host's request came to nothing: what the server said, or that nobody said anything.
import type { RefusalReason } from "../protocol/refusal.ts";

/** What a `HostError` may say beside its code and sentence. */
export interface HostErrorOptions extends ErrorOptions {
  /** Why, for programs; `unreachable` when left out. */
  readonly reason?: RefusalReason | "unreachable";
  /** In how many milliseconds the same request may be answered otherwise. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * A host's request was refused, or not answered by the server. Decide by `reason` and never by the sentence.
 * @example
 * const isSignedOut = error instanceof HostError && error.reason === "bad_token";
 */
export class HostError extends Error {
  override readonly name = "HostError";
  /** The HTTP status; 0 when the server did not answer. */
  readonly code: number;
  /**
   * One of the server's closed list, or `unreachable`: nothing answered in time, or something else on the way did (a captive
   * portal, a gateway). Whether the request took effect is not known then: look before you ask again.
   */
  readonly reason: RefusalReason | "unreachable";
  /** In how many milliseconds to try again, where the server says so. */
  readonly retryAfterMs: number | undefined;

  /** @param sentence for a person */
  constructor(
    code: number,
    sentence: string,
    { reason = "unreachable", retryAfterMs, ...options }: HostErrorOptions = {},
  ) {
    super(sentence, options);
    this.code = code;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }

  /** What happened, for a person: the server's own words. The same as `message`. */
  get sentence(): string {
    return this.message;
  }
}
