// Open mode: whoever claims a seat first brings the token that proves it from then on. Trust on first use.
// The token must be unguessable (16 random bytes or more): it is the only thing between a seat and a stranger.
import { hash, timingSafeEqual } from "node:crypto";
import type { JoinRequest } from "../protocol/join-options.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { HeldSeat } from "../seats/seat.ts";
import type { HostKeys } from "./host-keys.ts";
import type { Claim, Identity, ParticipantClaim } from "./identity.ts";
import { randomBytes } from "./random.ts";

/** SHA-256 of a salt and what is salted with it. */
const salted = (salt: Buffer, text: string): Buffer =>
  hash("sha256", Buffer.concat([salt, Buffer.from(text)]), "buffer");

const saltBytes = 16;

export class OpenIdentity implements Identity {
  readonly #hosts: HostKeys;

  constructor(hosts: HostKeys) {
    this.#hosts = hosts;
  }

  async hostOf(token: string): Promise<string> {
    if (this.#hosts.isHost(token)) return "*";
    throw new Refusal(401, "The host token is not valid any more; follow a new link", {
      reason: "bad_token",
    });
  }

  async claim(request: JoinRequest, isLocal: boolean): Promise<Claim> {
    if (request.role === "observer") {
      const isHost = request.sessionToken !== undefined && this.#hosts.isHost(request.sessionToken);
      // [O2] no other token could say who may watch, so only this machine may
      if (!isHost && !isLocal)
        throw new Refusal(403, "In open mode observers join from localhost, or with a host's link", {
          reason: "not_allowed",
        });
      return { role: "observer", eventId: request.eventId, isHost };
    }
    return {
      role: "participant",
      eventId: request.eventId,
      deviceId: request.deviceId,
      userId: request.userId ?? null,
      displayName: request.displayName ?? null,
      digest: hash("sha256", request.sessionToken, "base64url"),
    };
  }

  proofOf(claim: ParticipantClaim): string {
    const salt = randomBytes(saltBytes);
    return Buffer.concat([salt, salted(salt, claim.digest)]).toString("base64url");
  }

  whyNot(claim: ParticipantClaim, seat: HeldSeat): Refusal | undefined {
    const kept = Buffer.from(seat.proof, "base64url");
    const salt = kept.subarray(0, saltBytes);
    const expected = kept.subarray(saltBytes);
    const given = salted(salt, claim.digest);
    if (expected.length !== given.length || !timingSafeEqual(expected, given))
      return new Refusal(401, "The session token is not the one that claimed this seat", {
        reason: "bad_token",
      });
    if (claim.userId !== null && claim.userId !== seat.userId)
      return new Refusal(403, "This seat belongs to another user_id", { reason: "wrong_user" });
    return undefined;
  }
}
