// The framework's listing of rooms in Redis. Rows of event rooms are their owner's (event-rows); those of plain rooms are
// as the framework's own driver has them (plain-rows). An event is never looked for here in other processes.
import type { IRoomCache, SortOptions } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import type { Redis } from "ioredis";
import { isEventRoomId, roomIdOf } from "../../protocol/event-key.ts";
import { EventRows } from "./event-rows.ts";
import { type Listing, listingKey, listingOn } from "./listing.ts";
import { PlainRows } from "./plain-rows.ts";

/** The names under which events are joined. */
export interface EventNames {
  has(name: string): boolean;
}

export class FencedDriver extends RedisDriver {
  readonly #listing: Listing;
  readonly #events: EventRows;
  readonly #plain: PlainRows;
  readonly #names: EventNames;

  /** `owner`: the name that event leases have for this process. */
  constructor(redis: Redis, owner: string, names: EventNames) {
    super(redis);
    this.#listing = listingOn(redis);
    this.#names = names;
    this.#events = new EventRows(this.#listing, owner);
    this.#plain = new PlainRows(this.#listing);
  }

  /** @throws Error for a plain room, when Redis does not answer */
  async insert(room: IRoomCache): Promise<boolean> {
    return isEventRoomId(room.roomId) ? this.#events.insert(room) : this.#plain.insert(room);
  }

  override async persist(room: IRoomCache): Promise<boolean> {
    if (!room.roomId) return false; // discarded
    if (!isEventRoomId(room.roomId)) return this.#plain.write(room);
    this.#events.persist(room);
    return true;
  }

  override async update(
    room: IRoomCache,
    { $set = {}, $inc = {} }: Partial<{ $set: Partial<IRoomCache>; $inc: Partial<IRoomCache> }>,
  ): Promise<boolean> {
    Object.assign(room, $set);
    const counts = room as unknown as Record<string, number>;
    for (const [field, by] of Object.entries($inc)) counts[field] = Number(counts[field]) + Number(by);
    return this.persist(room);
  }

  override async remove(roomId: string): Promise<boolean> {
    if (!roomId) return false; // discarded
    return isEventRoomId(roomId) ? this.#events.remove(roomId) : this.#plain.remove(roomId);
  }

  /** Rows of a process that has gone, unless they have become another's meanwhile. */
  override async cleanup(processId: string): Promise<void> {
    const rows = await this.query({ processId }).catch(() => []);
    await Promise.all(
      rows.map(({ roomId }) => this.#listing.unlist(listingKey, roomId, processId).catch(() => 0)),
    );
  }

  override async findOne(conditions: Partial<IRoomCache>, sortOptions?: SortOptions): Promise<IRoomCache> {
    const {
      roomId,
      name = "",
      event_id: eventId,
    } = conditions as Partial<IRoomCache> & { event_id?: unknown };
    if (roomId !== undefined && !isEventRoomId(roomId)) return super.findOne({ roomId });
    if (roomId === undefined && !this.#names.has(name)) return super.findOne(conditions, sortOptions);
    const ofEvent = typeof eventId === "string" ? roomIdOf(eventId) : roomId;
    return (ofEvent === undefined ? undefined : this.#events.find(ofEvent)) as IRoomCache; // undefined is allowed: none
  }

  override async shutdown(): Promise<void> {
    this.#events.stop();
    this.#plain.stop();
    this.#listing.disconnect();
  }
}
