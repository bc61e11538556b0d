// Who a client is, as its room's author may read it (`client.auth`): nothing secret, and the same after every way back.
import type { Claim } from "../identity/identity.ts";
import type { Claims, HeldSeat } from "../seats/seat.ts";
import { noClaims } from "../seats/seat.ts";

/** Somebody who has a seat. */
export interface ParticipantAuth {
  readonly role: "participant";
  readonly userId: string;
  readonly deviceId: string;
  /** The same as `deviceId`: its name in version 0.1.0. */
  readonly device_id: string;
  /** What its last join by identity has proved beside; empty in open mode. */
  readonly claims: Claims;
}

/** Somebody who has no seat: it watches, and a host may act, too. */
export interface ObserverAuth {
  readonly role: "observer" | "host";
  /** The user of its token; undefined where nobody has said who it is (open mode). */
  readonly userId: string | undefined;
  readonly deviceId: undefined;
  readonly claims: Claims;
}

/** Who a client is. Never its token, nor anything else that proves it. */
export type ClientAuth = ParticipantAuth | ObserverAuth;

/**
 * Who comes with a claim, or comes back by its reconnection token to a seat.
 * @param seat the one that is returned to; undefined for a new seat, and for an observer
 */
export function authOf(claim: Claim | undefined, seat: HeldSeat | undefined): ClientAuth | undefined {
  if (claim?.role === "observer") {
    const { isHost, userId, claims = noClaims } = claim;
    return { role: isHost ? "host" : "observer", userId, deviceId: undefined, claims };
  }
  const deviceId = claim?.deviceId ?? seat?.deviceId;
  if (deviceId === undefined) return undefined;
  const userId = claim?.userId ?? seat?.userId ?? deviceId;
  const claims = (claim === undefined ? seat?.session.claims : claim.claims) ?? noClaims;
  return { role: "participant", userId, deviceId, device_id: deviceId, claims };
}
