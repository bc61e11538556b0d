// A refusal is an answer, not a failure: a code of HTTP's, a reason for programs and a sentence for the person at the
// other end. Never carries a secret, an internal text or a stack to the client. Shared by server, client and pages.

/** The only codes that a join is refused with. */
export type RefusalCode = 400 | 401 | 403 | 404 | 409 | 410 | 413 | 429 | 503;

/**
 * Why a request was refused: the closed list behind `reason` in every refusal's body. A client decides by it and never
 * by the sentence. A client takes an answer with another reason for somebody else's, so add to the list sparingly.
 */
export const refusalReasons = [
  /** 400: a required field is not there. */
  "missing_field",
  /** 400: a field is not what it may be; the sentence says which and why. */
  "invalid_field",
  /** 400: the request as a whole cannot be read (no JSON, a malformed path). */
  "unreadable",
  /** 400: a body of another content type than JSON's. */
  "wrong_content_type",
  /** 400: a matchmaking method or room that does not exist. */
  "no_such_method",
  /** 401: the token, code or password is missing, unreadable, expired, badly signed, or not the seat's. */
  "bad_token",
  /** 401: the seat or its reconnection token is gone: join again. */
  "seat_gone",
  /** 403: the token is for another event. */
  "wrong_event",
  /** 403: the token is for another device. */
  "wrong_device",
  /** 403: the token, or the seat, is another user's. */
  "wrong_user",
  /** 403: whoever asks may not do this (watch, host, use the monitor). */
  "not_allowed",
  /** 403: an origin that ALLOWED_ORIGINS does not name. */
  "wrong_origin",
  /** 403: the device was removed from the event. */
  "kicked",
  /** 403: the event is for those on its list, and this display name is not on it. */
  "not_listed",
  /** 404: there is no such event, and this join must not open one. */
  "no_such_event",
  /** 404: there is nothing at this path. */
  "not_found",
  /** 409: no seat is free. */
  "full",
  /** 409: the event takes no new seats now. */
  "locked",
  /** 409: the event is of another type. */
  "other_type",
  /** 409: there is an event of this name already. */
  "already_there",
  /** 410: the event is closed. */
  "closed",
  /** 413: the body is too large. */
  "too_large",
  /** 429: too many of these requests from one address, or for one seat. */
  "too_many",
  /** 503: the server is about to stop. */
  "draining",
  /** 503: the store or the lease is out of reach, and nothing may be promised meanwhile. */
  "suspended",
  /** 503: too many come at once; everyone gets in, one after the other. */
  "busy",
  /** 503: the server holds as many events as it may. */
  "too_many_events",
  /** 503: the event is being closed, opened or moved to another process. */
  "moving",
  /** 503: it could not be done now, for a reason that the client can do nothing about. */
  "unavailable",
  /** 4xx: a room author's own refusal; the sentence says why. */
  "refused",
  /** 500: an error of ours. */
  "internal",
] as const;
/** One of `refusalReasons`. */
export type RefusalReason = (typeof refusalReasons)[number];

/** What a refused HTTP request is answered with, as JSON. Absent `retry_after_ms`: the server does not know. */
export interface RefusalBody {
  readonly code: number;
  readonly error: string;
  readonly reason: RefusalReason;
  readonly retry_after_ms?: number;
}

/** What a refusal says beside its code and sentence, and its `cause`. */
export interface RefusalOptions extends ErrorOptions {
  /** Why, for programs. */
  readonly reason?: RefusalReason;
  /** In how many ms the same request may be answered otherwise. */
  readonly retryAfterMs?: number;
  /** What the log says instead of the sentence, where that may hold what was sent. */
  readonly logAs?: string;
}

/**
 * The answer to a request that is not granted: `throw new Refusal(403, "Only for members")`.
 * Without a reason it is an author's own: `refused` (429: `too_many`, 503: `unavailable`).
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly reason: RefusalReason;
  readonly retryAfterMs: number | undefined;
  /** What the log says of it. */
  readonly logAs: string;

  /**
   * @param code the status, and the `code` that the client gets
   * @param sentence for a person; it reaches the client, so nothing secret belongs in it
   * @param options `reason` for programs, `retryAfterMs` in milliseconds, `cause` for the log
   */
  constructor(
    code: RefusalCode,
    sentence: string,
    { reason, retryAfterMs, logAs, ...options }: RefusalOptions = {},
  ) {
    super(sentence, options);
    this.name = "Refusal";
    this.code = code;
    this.reason = reason ?? (code === 503 ? "unavailable" : code === 429 ? "too_many" : "refused");
    this.retryAfterMs = retryAfterMs;
    this.logAs = logAs ?? sentence;
  }

  /** The same as an HTTP answer's body. */
  get body(): RefusalBody {
    return refusalBody(this.code, this.message, this.reason, this.retryAfterMs);
  }
}

/** The body of a refusal that is no join's, with whatever code it has. */
export function refusalBody(
  code: number,
  error: string,
  reason: RefusalReason,
  retryAfterMs?: number,
): RefusalBody {
  return { code, error, reason, ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }) };
}

/**
 * A refusal in the server's own form: its `code` is the status, and its `reason`, which version 0.1 had not, is on the
 * list. Undefined for what anybody else on the way (a captive portal, a gateway) answers, whatever its status.
 */
export function refusalIn(
  status: number,
  answer: unknown,
): (Omit<RefusalBody, "reason"> & Partial<RefusalBody>) | undefined {
  const body = (answer ?? {}) as Partial<RefusalBody>;
  const { code, error, reason } = body;
  const isKnown = reason === undefined || refusalReasons.includes(reason);
  return code === status && typeof error === "string" && isKnown ? { ...body, code, error } : undefined;
}

/** The hint where nothing better is known: a moment, in ms. */
export const retryHintMs = 1000;

/**
 * A refusal that says when to try again: 503, or 429 when the reason is `too_many`. The hint is in the sentence, too:
 * the stock SDK keeps only code and sentence.
 */
export function retryLater(
  sentence: string,
  retryInMs: number,
  reason: RefusalReason = "unavailable",
): Refusal {
  const retryAfterMs = Math.round(retryInMs);
  const code = reason === "too_many" ? 429 : 503;
  return new Refusal(code, `${sentence}; retry in ${retryAfterMs} ms`, { reason, retryAfterMs });
}
