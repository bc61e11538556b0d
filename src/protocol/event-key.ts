// The keys of events and of seats, worked out from their ids: any process can say where an event lives without asking.
import { hash } from "node:crypto";

const eventRoomId = /^ev-[\w-]{43}$/;

/** `ev-` and the whole SHA-256 of the event's id: Colyseus paths allow `[A-Za-z0-9_-]` only. */
export function roomIdOf(eventId: string): string {
  return `ev-${hash("sha256", eventId, "base64url")}`;
}

/** True for what `roomIdOf` makes, and for no id that the framework makes up for a room of its own (9 characters). */
export function isEventRoomId(roomId: string): boolean {
  return eventRoomId.test(roomId);
}

/** Names a seat among those of all events: no id holds a line feed. */
export function seatKeyOf(roomId: string, deviceId: string): string {
  return `${roomId}\n${deviceId}`;
}
