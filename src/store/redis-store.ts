// Events in Redis, the engine that Colyseus scales on. One script a commit and event; the scripts are files beside.
// Keys (prefix `holdfast:`), all but the first two with a time to live of a week that every commit and `alive` renew:
//   events               set of event ids
//   alive                a hash: process id -> its last-alive instant
//   facts:<hash>         an event, a hash: facts -> JSON, owner -> the process that last wrote it
//                        <hash> is base64url(sha256(event id))
//   seats:<hash>         its seats, a hash: device id -> JSON of the record and the author's own fields
//   lease:<hash>         in a cluster, whose event it is (src/cluster); a commit of anyone else's writes nothing
// Redis acknowledges before it writes to disk: set `appendonly yes` if its own crash may not cost the last second.
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ChainableCommander, Redis } from "ioredis";
import { RedisClient } from "./redis-client.ts";
import type { EventBatch, EventFacts, Kept, SeatStore, StoredEvent, StoredSeat } from "./seat-store.ts";

const weekMs = 7 * 86_400_000;
const renewEveryMs = 3_600_000;
/** A command that takes longer has failed: the room is suspended rather than left to wait. */
const commandTimeoutMs = 1500;
const longestRetryMs = 1000;

const script = (name: string) => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), "utf8");
const noFacts: EventFacts = { isClosed: false, epoch: 0, kicked: [], schema: "", own: null };

interface Scripts {
  holdfastCommit(...keysAndArguments: string[]): Promise<number>;
  holdfastForget(...keysAndArguments: string[]): Promise<number>;
  holdfastAlive(key: string, owner: string, at: string): Promise<string | null>;
}

/** In a cluster: as whom, and at which epoch of an event's lease, this process writes. */
export interface Fence {
  readonly owner: string;
  /** Undefined for an event that is not this process's: nothing of it is written. */
  epochOf(eventId: string): number | undefined;
}

export class RedisStore implements SeatStore {
  readonly onFailure = "suspend";
  readonly #client: RedisClient;
  readonly #redis: Redis & Scripts;
  /** This process, as far as Redis is concerned. */
  readonly #owner: string;
  readonly #fence: Fence | undefined;
  #renewedAt = 0;
  /** The last instant that Redis has taken from us; -1 before the first. */
  #acknowledgedAt = -1;

  constructor(url: string, fence?: Fence) {
    this.#fence = fence;
    this.#owner = fence?.owner ?? randomUUID();
    this.#client = new RedisClient(url, { commandTimeoutMs, longestRetryMs });
    const { redis } = this.#client;
    redis.defineCommand("holdfastCommit", { numberOfKeys: 4, lua: script("commit") });
    redis.defineCommand("holdfastForget", { numberOfKeys: 4, lua: script("forget") });
    redis.defineCommand("holdfastAlive", { numberOfKeys: 1, lua: script("alive") });
    this.#redis = redis as Redis & Scripts;
  }

  open(): Promise<void> {
    return this.#client.open("STORE_URL");
  }

  async commit(batch: readonly EventBatch[]): Promise<readonly string[]> {
    const pipeline = this.#redis.pipeline() as ChainableCommander & Scripts;
    for (const event of batch) void pipeline.holdfastCommit(...this.#commitArguments(event));
    const results = (await this.#ask(pipeline.exec())) ?? [];
    const failure = results.find(([error]) => error !== null)?.[0];
    if (failure) throw this.#client.explain(failure);
    if (results.length < batch.length) throw new Error("Redis closed the connection during a commit");
    return batch.filter((_, i) => results[i]?.[1] === 0).map(({ eventId }) => eventId);
  }

  async load(eventId: string): Promise<StoredEvent | undefined> {
    const [event, seats] = await Promise.all([
      this.#redis.hgetall(key("facts", eventId)),
      this.#redis.hgetall(key("seats", eventId)),
    ]);
    if (event.owner === undefined) return undefined;
    const alive = await this.#redis.hget("holdfast:alive", event.owner);
    return {
      eventId,
      facts: { ...noFacts, ...(JSON.parse(event.facts ?? "{}") as Partial<EventFacts>) },
      seats: Object.values(seats).map((json) => JSON.parse(json) as StoredSeat),
      lastAliveAt: Number(alive ?? 0),
    };
  }

  async eventIds(): Promise<readonly string[]> {
    const ids = await this.#redis.smembers("holdfast:events");
    const known = await Promise.all(ids.map((id) => this.#redis.exists(key("facts", id))));
    return ids.filter((_, i) => known[i] === 1);
  }

  async forget(eventId: string): Promise<void> {
    await this.#redis.holdfastForget(...keysOf(eventId), eventId, this.#owner, this.#epochOf(eventId));
  }

  async alive(at: number): Promise<Kept> {
    const instant = String(Math.floor(at));
    const previous = await this.#ask(this.#redis.holdfastAlive("holdfast:alive", this.#owner, instant));
    // Not only gone, but older than what Redis has acknowledged: restored from a snapshot, or a replica that lagged.
    const isLost = Number(previous ?? -1) < this.#acknowledgedAt;
    this.#acknowledgedAt = Math.floor(at);
    if (at - this.#renewedAt > renewEveryMs) {
      this.#renewedAt = at;
      await this.#renew();
    }
    return isLost ? "lost" : "kept";
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  /** An answer, or an error that names its cause. */
  async #ask<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw this.#client.explain(error);
    }
  }

  /** "-" is nobody's epoch. */
  #epochOf(eventId: string): string {
    return this.#fence === undefined ? "" : String(this.#fence.epochOf(eventId) ?? "-");
  }

  #commitArguments({ eventId, upserts, removals, facts, isWhole }: EventBatch): string[] {
    return [
      ...keysOf(eventId),
      eventId,
      String(weekMs),
      isWhole ? "1" : "0",
      facts === undefined ? "" : JSON.stringify(facts),
      this.#owner,
      this.#epochOf(eventId),
      String(removals.length),
      ...removals,
      ...upserts.flatMap((seat) => [seat.record.deviceId, JSON.stringify(seat)]),
    ];
  }

  async #renew(): Promise<void> {
    const pipeline = this.#redis.pipeline();
    // Processes whose events have all gone by now, too.
    for (const [owner, at] of Object.entries(await this.#redis.hgetall("holdfast:alive")))
      if (this.#acknowledgedAt - Number(at) > 2 * weekMs) pipeline.hdel("holdfast:alive", owner);
    for (const id of await this.#redis.smembers("holdfast:events")) {
      pipeline.pexpire(key("facts", id), weekMs).pexpire(key("seats", id), weekMs);
    }
    await pipeline.exec();
  }
}

/** The part of an event's keys that is its own. */
function hashOf(eventId: string): string {
  return createHash("sha256").update(eventId).digest("base64url");
}

function key(kind: "facts" | "seats" | "lease", eventId: string): string {
  return `holdfast:${kind}:${hashOf(eventId)}`;
}

function keysOf(eventId: string): string[] {
  return ["holdfast:events", key("facts", eventId), key("seats", eventId), key("lease", eventId)];
}
