// One event, one room id: any process can say where an event lives without asking anyone.
import { createHash } from "node:crypto";

/** `ev-` and the whole SHA-256 of the event's id: Colyseus paths allow `[A-Za-z0-9_-]` only. */
export function roomIdOf(eventId: string): string {
  return `ev-${createHash("sha256").update(eventId).digest("base64url")}`;
}
