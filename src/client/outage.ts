// What is told of an outage when it is noticed. Pure: all times are passed in.
import type { Outage, OutageReason } from "./types.ts";

export interface Loss {
  readonly reason: OutageReason;
  /** The server's time, epoch ms. */
  readonly serverNow: number;
  /** So many ms ago the grace cannot have begun yet. */
  readonly seenMsAgo: number;
  readonly gracePeriodMs: number;
  readonly isOnline: boolean;
}

export function outageOf({ reason, serverNow, seenMsAgo, gracePeriodMs, isOnline }: Loss): Outage {
  return {
    reason: isOnline ? reason : "offline",
    since: serverNow,
    attempts: 0,
    seatUntil: Math.round(serverNow - seenMsAgo + gracePeriodMs),
  };
}
