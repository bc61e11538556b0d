// A JWT that only names the user, as an ordinary identity provider issues it: any event, any device. A seat is its
// device's and its user's, so that two devices of one user are two seats, and nobody else returns to either.
import type { JWTPayload } from "jose";
import { Refusal } from "../../protocol/refusal.ts";
import type { IdentityProvider, IdentityRequest, VerifiedIdentity } from "../provider.ts";
import {
  claimsIn,
  requiredToken,
  type TokenKeys,
  TokenReader,
  type TokenRules,
  userIn,
} from "./token-rules.ts";

/** Which claim is what. A name with dots is also looked for inside of objects (`realm_access.roles`). */
export interface UserClaims {
  /** The user; `sub` when left out. */
  readonly userClaim?: string | undefined;
  /** `host`, `observer` or `participant`, or a list of roles that may hold them; left out, everyone is a participant. */
  readonly roleClaim?: string | undefined;
  /** What else becomes `client.auth.claims`; nothing when left out. */
  readonly claims?: readonly string[] | undefined;
}

/** What `userTokens` needs to know of an identity provider. */
export type UserTokenOptions = TokenKeys &
  TokenRules &
  UserClaims & {
    /** Without both, a token that the same provider issued for any other application would be good here. */
    readonly audience: string;
    readonly issuer: string;
  };

/** Clocks of two machines that are kept in order differ by less. */
const toleranceMs = 5000;

export class UserTokens implements IdentityProvider {
  readonly #tokens: TokenReader;
  readonly #claims: UserClaims;

  /** @throws TypeError without an issuer or an audience */
  constructor(options: UserTokenOptions) {
    const missing = (["issuer", "audience"] as const).find((name) => !options[name]);
    if (missing !== undefined)
      throw new TypeError(
        `userTokens: ${missing} is missing, and any other application's token would be good`,
      );
    this.#tokens = new TokenReader(options, { toleranceMs, ...options }, ["exp"]);
    this.#claims = options;
  }

  async verify({ token, role }: IdentityRequest): Promise<VerifiedIdentity> {
    const payload = await this.#tokens.read(requiredToken(token));
    const { userClaim = "sub", claims = [] } = this.#claims;
    const userId = userIn(claimOf(payload, userClaim), userClaim === "sub" ? "subject" : userClaim);
    const entries = claims.flatMap((name) => {
      const value = claimOf(payload, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { userId, role: this.#roleOf(payload, role), claims: claimsIn(entries) };
  }

  async hostOf(token: string): Promise<string> {
    if (this.#roleOf(await this.#tokens.read(token), "observer") === "host") return "*";
    throw new Refusal(403, "The session token does not make a host", { reason: "not_allowed" });
  }

  #roleOf(payload: JWTPayload, asked: IdentityRequest["role"]): VerifiedIdentity["role"] {
    const { roleClaim } = this.#claims;
    const claim = roleClaim === undefined ? undefined : claimOf(payload, roleClaim);
    const roles: unknown[] = Array.isArray(claim) ? claim : [claim];
    if (roles.includes("host")) return "host";
    if (!roles.includes("observer")) return "participant";
    return asked === "participant" && roles.includes("participant") ? "participant" : "observer";
  }
}

/** A claim by its name, which may hold dots itself (`https://example.com/roles`), or by its path. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let value: unknown = payload;
  for (const part of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/**
 * Tokens of an ordinary identity provider (Auth0, Keycloak, Entra, ...), which name a user and no seat.
 * @example userTokens({ jwksUrl: "https://id.example.com/jwks", issuer: "https://id.example.com/", audience: "quiz" })
 */
export function userTokens(options: UserTokenOptions): IdentityProvider {
  return new UserTokens(options);
}
