// What makes a signed JWT good: its key, who has issued it and for whom, its times. Signatures are jose's business; what a
// verified token is good for is that of token-mode and user-tokens.
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from "jose";
import { type Clock, systemClock } from "../../clock.ts";
import { whyNotAUserId } from "../../protocol/incoming/join-options.ts";
import { Refusal, retryLater } from "../../protocol/refusal.ts";
import type { Claims } from "../../seats/seat.ts";

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
/** Less than an identity may take: "the keys cannot be reached" says more than "it took too long". */
const keysWithinMs = 2500;

/** What signs the tokens: a shared secret (HS256), or a public key of the set at this URL. */
export type TokenKeys = { readonly secret: string } | { readonly jwksUrl: string };

/** What a token must say beside its signature and `exp`. What is left out is not asked for. */
export interface TokenRules {
  /** `aud` must be, or hold, this. */
  readonly audience?: string | undefined;
  /** `iss` must be this. */
  readonly issuer?: string | undefined;
  /** `iat` must be there, and no longer ago than this, in ms. */
  readonly maxAgeMs?: number | undefined;
  /** How far the issuer's clock may be from ours, in ms; 0 when left out. */
  readonly toleranceMs?: number | undefined;
  /** `systemClock` when left out. */
  readonly clock?: Clock | undefined;
}

type Verify = (token: string, currentDate: Date) => Promise<JWTPayload>;

/** Loaded when the first reader is made: in open mode nobody needs it. */
type Jose = typeof import("jose");

function verifierFor(jose: Promise<Jose>, keys: TokenKeys, rules: TokenRules, required: string[]): Verify {
  const { audience, issuer, maxAgeMs, toleranceMs } = rules;
  const options: JWTVerifyOptions = {
    algorithms: "secret" in keys ? ["HS256"] : publicKeyAlgorithms,
    requiredClaims: required,
    ...(audience === undefined ? {} : { audience }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(maxAgeMs === undefined ? {} : { maxTokenAge: maxAgeMs / 1000 }),
    ...(toleranceMs === undefined ? {} : { clockTolerance: toleranceMs / 1000 }),
  };
  if ("secret" in keys) {
    const secret = new TextEncoder().encode(keys.secret);
    return async (token, currentDate) =>
      (await (await jose).jwtVerify(token, secret, { ...options, currentDate })).payload;
  }
  const url = new URL(keys.jwksUrl);
  const getKey: Promise<JWTVerifyGetKey> = jose.then(({ createRemoteJWKSet }) =>
    createRemoteJWKSet(url, { timeoutDuration: keysWithinMs }),
  );
  return async (token, currentDate) =>
    (await (await jose).jwtVerify(token, await getKey, { ...options, currentDate })).payload;
}

/** Reads tokens that are signed by one of these keys and say what they must. */
export class TokenReader {
  readonly #jose: Promise<Jose> = import("jose");
  readonly #verify: Verify;
  readonly #clock: Clock;

  /** @param required claims that there must be, beside what `rules` ask for */
  constructor(keys: TokenKeys, rules: TokenRules, required: string[]) {
    this.#verify = verifierFor(this.#jose, keys, rules, required);
    this.#clock = rules.clock ?? systemClock;
  }

  /** @throws Refusal 401 for a token that is not good, 503 when the keys cannot be reached */
  async read(token: string): Promise<JWTPayload> {
    try {
      return await this.#verify(token, new Date(this.#clock.now()));
    } catch (error) {
      throw refusalOf(error, (await this.#jose).errors);
    }
  }
}

/** @throws Refusal 400 where there is none */
export function requiredToken(token: string | undefined): string {
  if (token !== undefined) return token;
  throw new Refusal(400, "Missing session_token", { reason: "missing_field" });
}

/** A claim that becomes the `user_id` that everyone sees, so it is held to the same alphabet. @throws Refusal 401 */
export function userIn(claim: unknown, what = "subject"): string {
  const why = typeof claim === "string" ? whyNotAUserId(claim) : "it must be a string";
  if (why !== undefined)
    throw new Refusal(401, `The session token's ${what} is not a user_id: ${why}`, { reason: "bad_token" });
  return claim as string;
}

/** Names that are registered for the token itself (RFC 7519); the rest are claims about its owner. */
export const registeredClaims: readonly string[] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/** As JSON, in characters. A token of 4096 characters has less. */
export const longestClaims = 4096;

/** Claims for `client.auth`. @throws Refusal 401 when they are too long */
export function claimsIn(entries: readonly (readonly [string, unknown])[]): Claims | undefined {
  if (entries.length === 0) return undefined;
  const claims = Object.fromEntries(entries);
  if (JSON.stringify(claims).length > longestClaims)
    throw new Refusal(401, "The session token's claims are too long", { reason: "bad_token" });
  return claims;
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
