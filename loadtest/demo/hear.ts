// From a message of the room to a line of an observer's log.
// Decides only what is an announcement; what it means is the judge's business.
import { now } from "../support/sdk.ts";
import type { Heard } from "./evidence.ts";

/** The simulated phones; whoever else is in the event has come by the page, and is nobody's evidence. */
export const isPhone = (device: string) => /^phone-\d+$/.test(device);

/** The announcement about a phone in a message, or undefined. */
export function hear(type: unknown, payload: unknown): Heard | undefined {
  if (typeof type !== "string" || !type.startsWith("participant_")) return undefined;
  const told = payload as { device_id: string; reason?: string; grace_expires_at?: number };
  if (!isPhone(told.device_id)) return undefined;
  return {
    type,
    device: told.device_id,
    reason: told.reason,
    graceExpiresAt: told.grace_expires_at,
    at: now(),
  };
}
