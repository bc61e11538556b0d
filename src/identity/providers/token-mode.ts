// Token mode: a JWT that is made for this server says who sits where. Claims: sub (the user), event_id, device_id, role, exp.
import type { JWTPayload } from "jose";
import { Refusal } from "../../protocol/refusal.ts";
import type { IdentityProvider, IdentityRequest, VerifiedIdentity } from "../provider.ts";
import {
  claimsIn,
  registeredClaims,
  requiredToken,
  type TokenKeys,
  TokenReader,
  type TokenRules,
  userIn,
} from "./token-rules.ts";

/** `event_id` of a token for every event (hosts and observers). No event can have this name in token mode. */
const everyEvent = "*";
/** What says for which seat a token is: the rest are claims about its owner. */
const ownClaims = new Set([...registeredClaims, "event_id", "device_id", "role"]);

export class TokenMode implements IdentityProvider {
  readonly #tokens: TokenReader;

  constructor(keys: TokenKeys, rules: TokenRules = {}) {
    this.#tokens = new TokenReader(keys, rules, ["sub", "exp"]);
  }

  async verify({ token, eventId, deviceId, role }: IdentityRequest): Promise<VerifiedIdentity> {
    const given = requiredToken(token);
    if (eventId === everyEvent)
      throw new Refusal(400, 'Invalid event_id: "*" stands for every event in session tokens', {
        reason: "invalid_field",
      });
    const payload = await this.#tokens.read(given);
    const userId = userIn(payload.sub);
    const isForAll = payload.event_id === everyEvent && role === "observer";
    if (payload.event_id !== eventId && !isForAll)
      throw new Refusal(403, "The session token is for another event", { reason: "wrong_event" });
    const claims = claimsIn(Object.entries(payload).filter(([name]) => !ownClaims.has(name)));
    const allowed = roleIn(payload);
    if (role === "observer") return { userId, role: allowed, claims };
    if (payload.device_id !== deviceId)
      throw new Refusal(403, "The session token is for another device", { reason: "wrong_device" });
    return { userId, role: allowed === "host" ? allowed : "participant", claims };
  }

  async hostOf(token: string): Promise<string> {
    const { role, event_id } = await this.#tokens.read(token);
    if (role === "host" && typeof event_id === "string") return event_id;
    throw new Refusal(403, "The session token does not make a host", { reason: "not_allowed" });
  }
}

function roleIn({ role }: JWTPayload): "host" | "observer" | "participant" {
  return role === "host" || role === "observer" ? role : "participant";
}

/** Tokens for this server's seats: `sub`, `event_id`, `device_id`, `role`, `exp`, signed by one of these keys. */
export function tokenMode(options: TokenKeys & TokenRules): IdentityProvider {
  return new TokenMode(options, options);
}
