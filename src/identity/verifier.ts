// Between the provider that says who somebody is and everyone who asks: bounds how long it may take, checks what it says,
// keeps what it throws from the client, and makes of it a claim, in which no secret is left, and the proof of a seat.
import { hash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type JoinRequest, maxTokenLength, whyNotAUserId } from "../protocol/incoming/join-options.ts";
import { Refusal, retryHintMs, retryLater } from "../protocol/refusal.ts";
import type { Claims, HeldSeat } from "../seats/seat.ts";
import type { Caller, Claim, Identity, ParticipantClaim } from "./identity.ts";
import { JoinToVerify } from "./join-to-verify.ts";
import type { IdentityProvider, IdentityRequest, VerifiedIdentity } from "./provider.ts";
import { randomBytes } from "./random.ts";
import { withoutSecrets } from "./scrubbed-error.ts";
import { longestClaims } from "./providers/token-rules.ts";

/** SDKs give up a join after 5 s, and its seat has still to be stored. */
const verifyWithinMs = 3000;
const saltBytes = 16;
const roles: readonly unknown[] = ["participant", "observer", "host", undefined];

/** Where a provider's error is reported. Implemented by ops/telemetry. */
export interface IdentityReports {
  reportError(where: "identity", error: unknown, fields?: Record<string, unknown>): void;
}

/** SHA-256 of a salt and what is salted with it. */
const salted = (salt: Buffer, text: string): Buffer =>
  hash("sha256", Buffer.concat([salt, Buffer.from(text)]), "buffer");

export class Verifier implements Identity {
  readonly #provider: IdentityProvider;
  readonly #clock: Clock;
  readonly #reports: IdentityReports;

  constructor(provider: IdentityProvider, clock: Clock, reports: IdentityReports) {
    this.#provider = provider;
    this.#clock = clock;
    this.#reports = reports;
  }

  async claim(request: JoinRequest, caller: Caller): Promise<Claim> {
    const join = new JoinToVerify(request, caller);
    const { eventId } = request;
    const found = await this.#asked(
      () => this.#verified(join),
      () => join.secrets(),
      eventId,
    );
    const { userId, role = "participant", claims, seatKey } = found;
    const beside = claims === undefined ? {} : { claims };
    if (request.role === "observer") {
      if (role === "participant")
        throw new Refusal(403, "The session token does not allow observing", { reason: "not_allowed" });
      const user = userId === undefined ? {} : { userId };
      return { role: "observer", eventId, isHost: role === "host", ...user, ...beside };
    }
    if (role === "observer")
      throw new Refusal(403, "The session token does not allow taking a seat", { reason: "not_allowed" });
    if (request.userId !== undefined && userId !== undefined && request.userId !== userId)
      throw new Refusal(403, "The session token is for another user_id", { reason: "wrong_user" });
    return {
      role: "participant",
      eventId,
      deviceId: request.deviceId,
      userId: userId ?? null,
      displayName: request.displayName ?? null,
      ...(role === "host" ? { isHost: true } : {}),
      ...(request.options === undefined ? {} : { options: request.options }),
      ...(request.hasTooManyOptions ? { hasTooManyOptions: true } : {}),
      digest: seatKey === undefined ? "" : hash("sha256", seatKey, "base64url"),
      ...beside,
    };
  }

  async hostOf(token: string): Promise<string> {
    const { hostOf } = this.#provider;
    if (hostOf === undefined) throw nobodysHost();
    const scope: unknown = await this.#asked(
      () => hostOf.call(this.#provider, token),
      () => [token],
    );
    if (typeof scope !== "string") throw nobodysHost();
    return scope;
  }

  proofOf({ digest }: ParticipantClaim): string {
    if (digest === "") return "";
    const salt = randomBytes(saltBytes);
    return Buffer.concat([salt, salted(salt, digest)]).toString("base64url");
  }

  whyNot(claim: ParticipantClaim, seat: HeldSeat): Refusal | undefined {
    const isKeyed = claim.digest !== "" || seat.proof !== ""; // a user may have the name that a stranger's device has
    if (isKeyed && !isProvedBy(claim.digest, seat.proof))
      return new Refusal(401, "The session token is not the one that claimed this seat", {
        reason: "bad_token",
      });
    if (claim.userId !== null && claim.userId !== seat.userId)
      return new Refusal(403, "This seat belongs to another user_id", { reason: "wrong_user" });
    return undefined;
  }

  /** @throws Refusal, whatever the provider throws */
  async #asked<T>(
    ask: () => T | Promise<T>,
    secretsOf: () => readonly string[],
    event_id?: string,
  ): Promise<T> {
    try {
      const answer = ask();
      return isPromise(answer) ? await this.#inTime(answer) : answer;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const fields = event_id === undefined ? {} : { event_id };
      this.#reports.reportError("identity", withoutSecrets(error, secretsOf()), fields);
      throw retryLater("Who you are cannot be checked just now", retryHintMs);
    }
  }

  #inTime<T>(answer: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const limit = this.#clock.after(verifyWithinMs, () =>
        reject(new Error(`The identity provider has not answered within ${verifyWithinMs} ms`)),
      );
      void Promise.resolve(answer)
        .then(resolve, reject)
        .finally(() => limit.cancel());
    });
  }

  #verified(join: JoinToVerify): VerifiedIdentity | Promise<VerifiedIdentity> {
    const found = this.#provider.verify(join);
    if (!isPromise(found)) return checked(found, join);
    return Promise.resolve(found).then((answer) => checked(answer, join));
  }
}

function isPromise<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  return typeof (answer as PromiseLike<T> | undefined)?.then === "function";
}

const nobodysHost = () =>
  new Refusal(403, "The session token does not make a host", { reason: "not_allowed" });

function isProvedBy(digest: string, proof: string): boolean {
  const kept = Buffer.from(proof, "base64url");
  const expected = kept.subarray(saltBytes);
  const given = salted(kept.subarray(0, saltBytes), digest);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** @throws TypeError for what no provider may say: the author's mistake, and nobody's refusal */
function checked(found: VerifiedIdentity, asked: IdentityRequest): VerifiedIdentity {
  const refuse = (why: string): never => {
    throw new TypeError(`identity.verify: ${why}`);
  };
  if (typeof found !== "object" || found === null) return refuse("it must return { userId, role, claims }");
  const { userId, role, claims, seatKey } = found;
  const why =
    userId === undefined ? undefined : typeof userId === "string" ? whyNotAUserId(userId) : "no text";
  if (why !== undefined) refuse(`its userId is not a user_id: ${why}`);
  if (!roles.includes(role)) refuse("its role must be participant, observer or host");
  const isKey = typeof seatKey === "string" && seatKey.length > 0 && seatKey.length <= maxTokenLength;
  if (seatKey !== undefined && !isKey) refuse(`its seatKey must have 1 to ${maxTokenLength} characters`);
  // or anybody could return to the seat
  if (userId === undefined && seatKey === undefined && asked.role === "participant")
    refuse("it must return a userId, or a seatKey");
  return claims === undefined ? found : { ...found, claims: plain(claims, refuse) };
}

/** What comes back from the store is what was given to it. */
function plain(claims: Claims, refuse: (why: string) => never): Claims | undefined {
  const json = JSON.stringify(claims) as string | undefined;
  if (json === undefined || !json.startsWith("{")) return refuse("its claims must be an object");
  if (json.length > longestClaims) refuse(`its claims must have ${longestClaims} characters as JSON at most`);
  return json === "{}" ? undefined : Object.freeze(JSON.parse(json) as Claims);
}
