// Where an event is in Redis, and how it is read.
import type { Redis } from "ioredis";
import { roomIdOf } from "../../protocol/event-key.ts";
import { type EventFacts, noFacts, type StoredEvent, type StoredSeat } from "../seat-store.ts";

/** What every key of ours begins with. */
export const prefix = "holdfast:";
export const eventsKey = `${prefix}events`;
export const aliveKey = `${prefix}alive`;
export const keptKey = `${prefix}kept`;
export const ordersKey = `${prefix}orders`;
export const secretsKey = `${prefix}secrets`;

type Kind = "facts" | "seats" | "lease";

/** A key of the event that has this room: the room's id without `ev-` names it. */
export function keyOfRoom(kind: Kind, roomId: string): string {
  return `${prefix}${kind}:${roomId.replace(/^ev-/, "")}`;
}

export function key(kind: Kind, eventId: string): string {
  return keyOfRoom(kind, roomIdOf(eventId));
}

/** What an entry's field of the event's hash begins with. */
const entryField = "entry:";

/**
 * What 0.1.0 finds where it looks for the facts of an event that has a type. It can serve none, and would write one of its
 * own over it: but an event that it cannot read it leaves alone, with the first ten characters of this in its log.
 */
const notForOlder = "of a newer version: an event of a type, which 0.1.0 does not know";

/** The facts as the fields of an event's hash. */
export function factsFields({ type, ...facts }: EventFacts): [facts: string, typed: string] {
  if (type === "") return [JSON.stringify(facts), ""];
  return [notForOlder, JSON.stringify({ type, ...facts })];
}

function factsOf(event: Record<string, string>): EventFacts {
  const json = event.typed ?? event.facts ?? "{}";
  return { ...noFacts, ...(JSON.parse(json) as Partial<EventFacts>) };
}

function entriesOf(event: Record<string, string>): Map<string, string> {
  const entries = new Map<string, string>();
  for (const [field, value] of Object.entries(event))
    if (field.startsWith(entryField)) entries.set(field.slice(entryField.length), value);
  return entries;
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
    facts: factsOf(event),
    seats: Object.values(seats).map((json) => JSON.parse(json) as StoredSeat),
    entries: entriesOf(event),
    lastAliveAt: Number(alive ?? 0),
  };
}
