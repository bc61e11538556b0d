// Open mode: whoever claims a seat first brings the token that proves it from then on. Trust on first use.
// The token must be unguessable (16 random bytes or more): it is the only thing between a seat and a stranger.
import { Refusal } from "../../protocol/refusal.ts";
import { everyEvent } from "../host-codes.ts";
import { HostKeys } from "../host-keys.ts";
import type { IdentityProvider, IdentityRequest, VerifiedIdentity } from "../provider.ts";
import { requiredToken } from "./token-rules.ts";

export class OpenMode implements IdentityProvider {
  readonly hosts: HostKeys;

  constructor(hosts = new HostKeys()) {
    this.hosts = hosts;
  }

  async hostOf(token: string): Promise<string> {
    const eventId = await this.hosts.eventOf(token);
    if (eventId !== undefined) return eventId;
    throw new Refusal(401, "The host token is not valid any more; follow a new link", {
      reason: "bad_token",
    });
  }

  verify({
    role,
    token,
    userId,
    eventId,
    isLocal,
  }: IdentityRequest): VerifiedIdentity | Promise<VerifiedIdentity> {
    if (role === "participant") return { userId, seatKey: requiredToken(token) };
    return this.#observing(token, eventId, isLocal);
  }

  async #observing(token: string | undefined, eventId: string, isLocal: boolean): Promise<VerifiedIdentity> {
    const of = token === undefined ? undefined : await this.hosts.eventOf(token);
    const isHost = of === everyEvent || (of !== undefined && of === eventId);
    // [O2] no other token could say who may watch, so only this machine may
    if (!isHost && !isLocal)
      throw new Refusal(403, "In open mode observers join from localhost, or with a host's link", {
        reason: "not_allowed",
      });
    return { role: isHost ? "host" : "observer" };
  }
}

/** Open mode as a provider: the first token claims the seat, and hosts follow the server's one-time link. */
export function openMode(): IdentityProvider {
  return new OpenMode();
}
