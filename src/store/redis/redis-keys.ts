// Where an event is in Redis, and how it is read.
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import type { EventFacts, StoredEvent, StoredSeat } from "../seat-store.ts";

const noFacts: EventFacts = { isClosed: false, epoch: 0, kicked: [], schema: "", own: null };

export const eventsKey = "holdfast:events";
export const aliveKey = "holdfast:alive";
export const keptKey = "holdfast:kept";
export const ordersKey = "holdfast:orders";

/** The part of an event's keys that is its own. */
function hashOf(eventId: string): string {
  return createHash("sha256").update(eventId).digest("base64url");
}

export function key(kind: "facts" | "seats" | "lease", eventId: string): string {
  return `holdfast:${kind}:${hashOf(eventId)}`;
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
