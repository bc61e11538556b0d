// Where an event is in Redis, and how it is read.
import type { Redis } from "ioredis";
import { roomIdOf } from "../../protocol/event-key.ts";
import type { EventFacts, StoredEvent, StoredSeat } from "../seat-store.ts";

const noFacts: EventFacts = { isClosed: false, epoch: 0, kicked: [], schema: "", own: null };

/** What every key of ours begins with. */
export const prefix = "holdfast:";
export const eventsKey = `${prefix}events`;
export const aliveKey = `${prefix}alive`;
export const keptKey = `${prefix}kept`;
export const ordersKey = `${prefix}orders`;

type Kind = "facts" | "seats" | "lease";

/** A key of the event that has this room: the room's id without `ev-` names it. */
export function keyOfRoom(kind: Kind, roomId: string): string {
  return `${prefix}${kind}:${roomId.replace(/^ev-/, "")}`;
}

export function key(kind: Kind, eventId: string): string {
  return keyOfRoom(kind, roomIdOf(eventId));
}

/** What Redis has of an event; undefined when it has nothing. */
export async function loadEvent(redis: Redis, eventId: string): Promise<StoredEvent | undefined> {
  const [event, seats] = await Promise.all([
    redis.hgetall(key("facts", eventId)),
    redis.hgetall(key("seats", eventId)),
  ]);
  if (event.owner === undefined) return undefined;
  const alive = await redis.hget(aliveKey, event.owner);
  return {
    eventId,
    facts: { ...noFacts, ...(JSON.parse(event.facts ?? "{}") as Partial<EventFacts>) },
    seats: Object.values(seats).map((json) => JSON.parse(json) as StoredSeat),
    lastAliveAt: Number(alive ?? 0),
  };
}
