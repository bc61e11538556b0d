// The Redis store of version 0.1.0, as far as an older process of a rolling deploy can meet what a newer one wrote: its
// scripts word for word, and what its code did around them.
import type { Redis } from "ioredis";
import { key, prefix } from "../../src/store/redis/redis-keys.ts";
import type { StoredSeat } from "../../src/store/seat-store.ts";

const commit = `
if ARGV[6] ~= "" then
  local lease = redis.call("HMGET", KEYS[4], "owner", "epoch")
  if lease[1] ~= ARGV[5] or lease[2] ~= ARGV[6] then return 0 end
end
redis.call("SADD", KEYS[1], ARGV[1])
if ARGV[3] == "1" then redis.call("DEL", KEYS[3]) end
if ARGV[4] ~= "" then redis.call("HSET", KEYS[2], "facts", ARGV[4]) end
redis.call("HSET", KEYS[2], "owner", ARGV[5])
local removals = tonumber(ARGV[7])
for i = 8, 7 + removals do redis.call("HDEL", KEYS[3], ARGV[i]) end
for i = 8 + removals, #ARGV, 2 do redis.call("HSET", KEYS[3], ARGV[i], ARGV[i + 1]) end
redis.call("PEXPIRE", KEYS[2], ARGV[2])
redis.call("PEXPIRE", KEYS[3], ARGV[2])
return 1`;
const forget = `
if ARGV[3] ~= "" then
  local lease = redis.call("HMGET", KEYS[4], "owner", "epoch")
  if lease[1] ~= ARGV[2] or lease[2] ~= ARGV[3] then return 0 end
end
redis.call("SREM", KEYS[1], ARGV[1])
redis.call("DEL", KEYS[2], KEYS[3])
return 1`;
const weekMs = 7 * 86_400_000;

/** What 0.1.0 knew of an event. */
export interface OldFacts {
  readonly isClosed: boolean;
  readonly epoch: number;
  readonly kicked: readonly string[];
  readonly schema: string;
  readonly own: string | null;
}

export class OldRedisStore {
  readonly #redis: Redis;
  readonly #owner = "a process of 0.1.0";

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @throws SyntaxError for an event that it cannot read; its room is then not opened, and joins get 503 */
  async load(eventId: string): Promise<{ facts: OldFacts; seats: StoredSeat[] } | undefined> {
    const [event, seats] = await Promise.all([
      this.#redis.hgetall(key("facts", eventId)),
      this.#redis.hgetall(key("seats", eventId)),
    ]);
    if (event.owner === undefined) return undefined;
    const noFacts: OldFacts = { isClosed: false, epoch: 0, kicked: [], schema: "", own: null };
    return {
      facts: { ...noFacts, ...(JSON.parse(event.facts ?? "{}") as Partial<OldFacts>) },
      seats: Object.values(seats).map((json) => JSON.parse(json) as StoredSeat),
    };
  }

  /** As 0.1.0 wrote every event that it had restored, or whose facts had changed. */
  async write(eventId: string, seats: StoredSeat[], facts: OldFacts, isWhole: boolean): Promise<void> {
    const written = seats.flatMap((seat) => [seat.record.deviceId, JSON.stringify(seat)]);
    const json = JSON.stringify(facts);
    const given = [eventId, weekMs, isWhole ? "1" : "0", json, this.#owner, "", "0", ...written];
    await this.#redis.eval(commit, 4, ...this.#keys(eventId), ...given);
  }

  async forget(eventId: string): Promise<void> {
    await this.#redis.eval(forget, 4, ...this.#keys(eventId), eventId, this.#owner, "");
  }

  #keys(eventId: string): string[] {
    return [`${prefix}events`, ...(["facts", "seats", "lease"] as const).map((kind) => key(kind, eventId))];
  }
}
