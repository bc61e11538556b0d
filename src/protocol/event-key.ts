// The keys of events and of seats, worked out from their ids: any process can say where an event lives without asking.
import { hash } from "node:crypto";

/** `ev-` and the whole SHA-256 of the event's id: Colyseus paths allow `[A-Za-z0-9_-]` only. */
export function roomIdOf(eventId: string): string {
  return `ev-${hash("sha256", eventId, "base64url")}`;
}

/** Names a seat among those of all events: no id holds a line feed. */
export function seatKeyOf(roomId: string, deviceId: string): string {
  return `${roomId}\n${deviceId}`;
}
