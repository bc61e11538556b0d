// Chooses who says who somebody is, by the settings: the open mode, tokens for seats, or tokens that name a user.
import type { Clock } from "../../clock.ts";
import { HostKeys } from "../host-keys.ts";
import { OpenMode } from "./open-mode.ts";
import type { IdentityProvider } from "../provider.ts";
import { TokenMode } from "./token-mode.ts";
import { UserTokens } from "./user-tokens.ts";

/** Settings of these names, in lower case; "" and 0 are not set. */
export interface IdentitySettings {
  readonly authMode: "open" | "token" | "user" | "custom";
  readonly sessionSecret: string;
  readonly sessionJwksUrl: string;
  readonly sessionAudience: string;
  readonly sessionIssuer: string;
  readonly sessionMaxAgeMs: number;
  readonly sessionUserClaim: string;
  readonly sessionRoleClaim: string;
  /** Names, separated by commas. */
  readonly sessionClaims: string;
}

/** The provider that the settings ask for. @throws TypeError for `custom`: somebody else has to bring that one */
export function createProvider(settings: IdentitySettings, clock: Clock): IdentityProvider {
  const { authMode, sessionSecret: secret, sessionJwksUrl: jwksUrl } = settings;
  if (authMode === "open") return new OpenMode(new HostKeys(clock));
  if (authMode === "custom") throw noProvider();
  const { sessionAudience: audience, sessionIssuer: issuer, sessionMaxAgeMs: maxAgeMs } = settings;
  const keys = jwksUrl === "" ? { secret } : { jwksUrl };
  const age = maxAgeMs === 0 ? {} : { maxAgeMs };
  if (authMode === "user") {
    const { sessionUserClaim: userClaim, sessionRoleClaim: roleClaim, sessionClaims: claims } = settings;
    return new UserTokens({
      ...keys,
      ...age,
      issuer,
      audience,
      clock,
      userClaim: userClaim || undefined,
      roleClaim: roleClaim || undefined,
      claims: claims === "" ? [] : claims.split(","),
    });
  }
  const named = { ...(audience === "" ? {} : { audience }), ...(issuer === "" ? {} : { issuer }) };
  return new TokenMode(keys, { ...named, ...age, clock });
}

const noProvider = () => new TypeError("AUTH_MODE=custom needs the option `identity`");

/** @throws TypeError for what cannot say who somebody is, and where somebody should and there is none */
export function checkProvider(provider: IdentityProvider | undefined, authMode: string | undefined): void {
  if (provider === undefined && authMode === "custom") throw noProvider();
  if (provider !== undefined && typeof provider?.verify !== "function")
    throw new TypeError("identity must be an object with a method verify, such as userTokens(...)");
}
