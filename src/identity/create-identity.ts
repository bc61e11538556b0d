// Chooses who says who somebody is: the open mode, or signed tokens.
import type { Clock } from "../clock.ts";
import type { HostKeys } from "./host-keys.ts";
import type { Identity } from "./identity.ts";
import { OpenIdentity } from "./open-identity.ts";
import { TokenIdentity } from "./token-identity.ts";

/** Settings of these names, in lower case; "" and 0 are not set. */
export interface IdentitySettings {
  readonly sessionSecret: string;
  readonly sessionJwksUrl: string;
  readonly sessionAudience: string;
  readonly sessionIssuer: string;
  readonly sessionMaxAgeMs: number;
}

/** @param hosts the open mode's hosts; undefined for token mode */
export function createIdentity(
  settings: IdentitySettings,
  clock: Clock,
  hosts: HostKeys | undefined,
): Identity {
  if (hosts !== undefined) return new OpenIdentity(hosts);
  const { sessionSecret: secret, sessionJwksUrl: jwksUrl } = settings;
  const { sessionAudience: audience, sessionIssuer: issuer, sessionMaxAgeMs: maxAgeMs } = settings;
  return new TokenIdentity(jwksUrl === "" ? { secret } : { jwksUrl }, clock, {
    ...(audience === "" ? {} : { audience }),
    ...(issuer === "" ? {} : { issuer }),
    ...(maxAgeMs === 0 ? {} : { maxAgeMs }),
  });
}
