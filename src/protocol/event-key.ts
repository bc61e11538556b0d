// One event, one room id: any process can say where an event lives without asking anyone.
import { hash } from "node:crypto";

/** `ev-` and the whole SHA-256 of the event's id: Colyseus paths allow `[A-Za-z0-9_-]` only. */
export function roomIdOf(eventId: string): string {
  return `ev-${hash("sha256", eventId, "base64url")}`;
}
