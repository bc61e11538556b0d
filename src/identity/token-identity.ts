// Token mode: a signed JWT says who sits where. Claims: sub (the user), event_id, device_id, role, exp.
// Signatures are jose's business; this file decides what a verified token is good for.
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from "jose";
import type { Clock } from "../clock.ts";
import { type JoinRequest, whyNotAUserId } from "../protocol/join-options.ts";
import { Refusal, retryLater } from "../protocol/refusal.ts";
import type { Claims, HeldSeat } from "../seats/seat.ts";
import type { Claim, Identity, ParticipantClaim } from "./identity.ts";

/** Asymmetric algorithms only for a public key set: a public key must never be taken for an HMAC secret. */
const publicKeyAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
];
const keysRetryMs = 1000;

export type TokenKeys = { readonly secret: string } | { readonly jwksUrl: string };

/** What a token must say beside its signature, `sub` and `exp`. What is left out is not asked for. */
export interface TokenRules {
  /** `aud` must be, or hold, this. */
  readonly audience?: string;
  /** `iss` must be this. */
  readonly issuer?: string;
  /** `iat` must be there, and no longer ago than this, in ms. */
  readonly maxAgeMs?: number;
}

/** `event_id` of a token for every event (hosts and observers). No event can have this name in token mode. */
const everyEvent = "*";

type Verify = (token: string, currentDate: Date) => Promise<JWTPayload>;

/** Loaded when an identity is made: in open mode nobody needs it. */
type Jose = typeof import("jose");

function verifierFor(
  jose: Promise<Jose>,
  keys: TokenKeys,
  { audience, issuer, maxAgeMs }: TokenRules,
): Verify {
  const options: JWTVerifyOptions = {
    algorithms: "secret" in keys ? ["HS256"] : publicKeyAlgorithms,
    requiredClaims: ["sub", "exp"],
    ...(audience === undefined ? {} : { audience }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(maxAgeMs === undefined ? {} : { maxTokenAge: maxAgeMs / 1000 }),
  };
  if ("secret" in keys) {
    const secret = new TextEncoder().encode(keys.secret);
    return async (token, currentDate) =>
      (await (await jose).jwtVerify(token, secret, { ...options, currentDate })).payload;
  }
  const url = new URL(keys.jwksUrl);
  const getKey: Promise<JWTVerifyGetKey> = jose.then(({ createRemoteJWKSet }) => createRemoteJWKSet(url));
  return async (token, currentDate) =>
    (await (await jose).jwtVerify(token, await getKey, { ...options, currentDate })).payload;
}

export class TokenIdentity implements Identity {
  readonly #jose: Promise<Jose> = import("jose");
  readonly #verify: Verify;
  readonly #clock: Clock;

  constructor(keys: TokenKeys, clock: Clock, rules: TokenRules = {}) {
    this.#verify = verifierFor(this.#jose, keys, rules);
    this.#clock = clock;
  }

  async claim(request: JoinRequest): Promise<Claim> {
    if (request.sessionToken === undefined)
      throw new Refusal(400, "Missing session_token", { reason: "missing_field" });
    if (request.eventId === everyEvent)
      throw new Refusal(400, 'Invalid event_id: "*" stands for every event in session tokens', {
        reason: "invalid_field",
      });
    const payload = await this.#read(request.sessionToken);
    const subject = subjectOf(payload);
    const { eventId } = request;
    const claims = claimsOf(payload);
    const isForAll = payload.event_id === everyEvent && request.role === "observer";
    if (payload.event_id !== request.eventId && !isForAll)
      throw new Refusal(403, "The session token is for another event", { reason: "wrong_event" });
    if (request.role === "observer") {
      if (payload.role === "host" || payload.role === "observer")
        return { role: "observer", eventId, isHost: payload.role === "host", userId: subject, ...claims };
      throw new Refusal(403, "The session token does not allow observing", { reason: "not_allowed" });
    }
    if (payload.device_id !== request.deviceId)
      throw new Refusal(403, "The session token is for another device", { reason: "wrong_device" });
    if (request.userId !== undefined && request.userId !== subject)
      throw new Refusal(403, "The session token is for another user_id", { reason: "wrong_user" });
    return {
      role: "participant",
      eventId,
      deviceId: request.deviceId,
      userId: subject,
      displayName: request.displayName ?? null,
      digest: "",
      ...claims,
    };
  }

  async hostOf(token: string): Promise<string> {
    const { role, event_id } = await this.#read(token);
    if (role === "host" && typeof event_id === "string") return event_id;
    throw new Refusal(403, "The session token does not make a host", { reason: "not_allowed" });
  }

  proofOf(): string {
    return "";
  }

  whyNot(claim: ParticipantClaim, seat: HeldSeat): Refusal | undefined {
    if (claim.userId === seat.userId) return undefined;
    return new Refusal(403, "This seat belongs to another user_id", { reason: "wrong_user" });
  }

  async #read(token: string): Promise<JWTPayload> {
    try {
      return await this.#verify(token, new Date(this.#clock.now()));
    } catch (error) {
      throw refusalOf(error, (await this.#jose).errors);
    }
  }
}

/** What says that a token is good, and for what: the rest are claims about its owner. */
const ownClaims = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "event_id", "device_id", "role"];
/** As JSON, in characters. A token of 4096 has less. */
const longestClaims = 4096;

/** What the token says of its owner beside, for `client.auth`. */
function claimsOf(payload: JWTPayload): { claims?: Claims } {
  const claims = Object.fromEntries(Object.entries(payload).filter(([name]) => !ownClaims.includes(name)));
  if (Object.keys(claims).length === 0) return {};
  if (JSON.stringify(claims).length > longestClaims)
    throw new Refusal(401, "The session token's claims are too long", { reason: "bad_token" });
  return { claims: Object.freeze(claims) };
}

/** The subject becomes the `user_id` that everyone sees, so it is held to the same alphabet. */
function subjectOf({ sub }: JWTPayload): string {
  const why = typeof sub === "string" ? whyNotAUserId(sub) : "it must be a string";
  if (why !== undefined)
    throw new Refusal(401, `The session token's subject is not a user_id: ${why}`, { reason: "bad_token" });
  return sub as string;
}

/** The key set could not be fetched or read: the token may be good, so say "later", not "no". */
function areKeysOutOfReach(cause: unknown, errors: Jose["errors"]): boolean {
  if (!(cause instanceof errors.JOSEError)) return true;
  const isGeneric = cause.code === errors.JOSEError.code; // jose 6: the key set's answer was not 200, or not JSON
  return isGeneric || cause instanceof errors.JWKSTimeout || cause instanceof errors.JWKSInvalid;
}

function refusalOf(cause: unknown, errors: Jose["errors"]): Refusal {
  const badToken = (sentence: string) => new Refusal(401, sentence, { reason: "bad_token", cause });
  if (cause instanceof errors.JWTExpired && cause.claim === "iat")
    return badToken("The session token was issued too long ago");
  if (cause instanceof errors.JWTExpired) return badToken("The session token has expired");
  if (cause instanceof errors.JWSSignatureVerificationFailed || cause instanceof errors.JWKSNoMatchingKey)
    return badToken("The session token is not signed by a key that this server trusts");
  if (cause instanceof errors.JWTClaimValidationFailed && (cause.claim === "aud" || cause.claim === "iss"))
    return badToken(`The session token's ${cause.claim} is not the one that this server asks for`);
  if (areKeysOutOfReach(cause, errors))
    return retryLater("The keys for session tokens cannot be reached", keysRetryMs);
  return badToken("The session token cannot be read as a signed token for this server");
}
