// The framework's listing of rooms in Redis, for the monitor and the host's page: a row is written by the owner of its
// event only, at most twice a second, and no failure of it reaches a join. Which room an event has is not asked here.
import { type IRoomCache, initializeRoomCache, matchMaker } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import type { Redis } from "ioredis";
import { roomIdOf } from "../../protocol/event-key.ts";
import { keyOfRoom } from "../../store/redis/redis-keys.ts";
import { luaScript, type Scripted, withScripts } from "../../store/redis/redis-scripts.ts";
import { listingOf } from "../internals/core.ts";

/** Where the driver keeps its listing (redis-driver 0.18.3). */
export const listingKey = "roomcaches";
const writeEveryMs = 500;
const scripts = {
  list: luaScript<number>(import.meta.url, 2, "list"),
  unlist: luaScript<number>(import.meta.url, 1, "unlist"),
};

export class FencedDriver extends RedisDriver {
  readonly #owner: string;
  readonly #redis: Scripted<typeof scripts>;
  readonly #dirty = new Map<string, IRoomCache>();
  #timer: NodeJS.Timeout | undefined;

  /** `owner`: the name that event leases have for this process. */
  constructor(redis: Redis, owner: string) {
    super(redis);
    this.#redis = withScripts(redis, scripts);
    this.#owner = owner;
  }

  /** One room of an id: a second one in this process, or one whose event is not ours, is discarded. */
  async insert(room: IRoomCache): Promise<boolean> {
    if (this.#local(room.roomId) !== undefined) return false;
    await this.#write(room); // not being listed is no reason not to serve
    return true;
  }

  override async persist(room: IRoomCache): Promise<boolean> {
    this.#dirty.set(room.roomId, room);
    this.#timer ??= setTimeout(() => void this.#flush(), writeEveryMs).unref();
    return true;
  }

  override async update(
    room: IRoomCache,
    { $set = {}, $inc = {} }: Partial<{ $set: Partial<IRoomCache>; $inc: Partial<IRoomCache> }>,
  ): Promise<boolean> {
    Object.assign(room, $set);
    room.clients += $inc.clients ?? 0;
    return this.persist(room);
  }

  override async remove(roomId: string): Promise<boolean> {
    this.#dirty.delete(roomId);
    return this.#redis.unlist(listingKey, roomId, matchMaker.processId).then(
      (removed) => removed === 1,
      () => false,
    );
  }

  /** Rows of a process that has gone, unless they have become another's meanwhile. */
  override async cleanup(processId: string): Promise<void> {
    const rows = await this.query({ processId }).catch(() => []);
    await Promise.all(
      rows.map(({ roomId }) => this.#redis.unlist(listingKey, roomId, processId).catch(() => 0)),
    );
  }

  /** An event's room is looked for in this process only: whoever asks has been routed here, and would open it here. */
  override async findOne(conditions: Partial<IRoomCache>): Promise<IRoomCache> {
    const { event_id: eventId } = conditions as { event_id?: unknown };
    const roomId = typeof eventId === "string" ? roomIdOf(eventId) : conditions.roomId;
    return (roomId === undefined ? undefined : this.#local(roomId)) as IRoomCache; // undefined is allowed: none
  }

  override async shutdown(): Promise<void> {
    clearTimeout(this.#timer);
    this.#redis.disconnect();
  }

  #local(roomId: string): IRoomCache | undefined {
    const room = matchMaker.getLocalRoomById(roomId);
    return room === undefined ? undefined : listingOf(room);
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    const rooms = [...this.#dirty.values()];
    this.#dirty.clear();
    await Promise.all(rooms.map((room) => this.#write(room)));
  }

  async #write(room: IRoomCache): Promise<void> {
    if (!room.roomId) return;
    const lease = keyOfRoom("lease", room.roomId);
    const row = JSON.stringify(initializeRoomCache(room));
    await this.#redis.list(listingKey, lease, room.roomId, row, this.#owner).catch(() => 0);
  }
}
