// Events in Redis, the engine that Colyseus scales on. One script a commit and event; the scripts are files beside.
// Keys (prefix `holdfast:`), the events' own with a time to live of a week that every commit and `alive` renew:
//   events               set of event ids
//   alive, kept, orders  hashes: process id -> its last-alive instant; the marker by which it knows that nothing was lost;
//                        the number of its last write
//   server               whose this Redis is without a cluster (hash: owner, epoch, beat, until)
//   facts:<hash>         an event, a hash: facts -> JSON, owner -> the process that last wrote it, entry:<key> -> an entry;
//                        for an event that has a type: typed -> JSON, and in facts a sentence
//                        <hash> is base64url(sha256(event id))
//   seats:<hash>         its seats, a hash: device id -> JSON of the record and the author's own fields
//   secrets              hash: name -> a secret of the servers' own
//   lease:<hash>         in a cluster, whose event it is (src/cluster); a commit of anyone else's writes nothing
// Redis acknowledges before it writes to disk: set `appendonly yes` if its own crash may not cost the last second.
import { randomUUID } from "node:crypto";
import { RedisClient, usualCommandTimeoutMs } from "./redis-client.ts";
import { holdKeys, holdLeaseMs, holdScripts, takeHold } from "./redis-hold.ts";
import {
  aliveKey,
  eventsKey,
  factsFields,
  keptKey,
  key,
  loadEvent,
  ordersKey,
  secretsKey,
} from "./redis-keys.ts";
import { luaScript, type Scripted, withScripts } from "./redis-scripts.ts";
import type { EventBatch, Kept, SeatStore, StoredEvent } from "../seat-store.ts";

const weekMs = 7 * 86_400_000;
const renewEveryMs = 3_600_000;

const scripts = {
  ...holdScripts,
  commit: luaScript<number>(import.meta.url, 6, "may", "commit"),
  forget: luaScript<number>(import.meta.url, 6, "may", "forget"),
  alive: luaScript<Kept>(import.meta.url, 3, "alive"),
  prune: luaScript<number>(import.meta.url, 2, "prune"),
};

/** Clocks of two machines do not run at quite the same speed. */
const provenPart = 0.9;

/**
 * In characters. A commit of many large events, after an outage, goes in several writes: each has to be answered within
 * `commandTimeoutMs`, or all of it would be tried again for ever. So much takes 1.3 s at 50 Mbit/s, 40 ms on loopback.
 */
const longestWrite = 8_000_000;

/** What the scripts that write answer: see may.lua. */
const [fenced, tooLate] = [0, -1];

/** In a cluster: as whom, and at which epoch of an event's lease, this process writes. */
export interface Fence {
  readonly owner: string;
  /** Undefined for an event that is not this process's: nothing of it is written. */
  epochOf(eventId: string): number | undefined;
}

export interface RedisStoreOptions {
  /** How long `open` waits for a server that is still draining, or was killed, to let go of this Redis. */
  readonly lockWaitMs?: number;
  /** False for a store that holds nothing back: for those who only read, and for tests that take a guard away. */
  readonly isHolding?: boolean;
  readonly isOrdered?: boolean;
  /** A command that takes longer has failed: the room is suspended rather than left to wait. */
  readonly commandTimeoutMs?: number;
}

/** Events in a Redis, which outlive the machine; `redis://<host>:<port>`. */
export class RedisStore implements SeatStore {
  readonly onFailure = "suspend";
  readonly #url: string;
  readonly #client: RedisClient;
  readonly #redis: Scripted<typeof scripts>;
  /** This process, as far as Redis is concerned. */
  readonly #owner: string;
  readonly #fence: Fence | undefined;
  readonly #options: Required<RedisStoreOptions>;
  /** Events that this process has written, and that have not gone to another. */
  readonly #own = new Set<string>();
  /** Those that were asked for, to be written again when Redis has lost them. */
  readonly #secrets = new Map<string, string>();
  /** The hold's epoch; "" without one. */
  #hold = "";
  /** Until then, by this process's own clock, nobody can have taken the hold over. */
  #heldUntil = 0;
  #order = 0;
  #renewedAt = 0;
  /** The last instant that Redis has taken from us; -1 before the first. */
  #acknowledgedAt = -1;
  /** What Redis loses with anything else that it loses; undefined until it is to have everything (again). */
  #marker: string | undefined;

  /** `fence` for a process of a cluster; without one this process takes the whole Redis for itself. */
  constructor(url: string, fence?: Fence, options: RedisStoreOptions = {}) {
    this.#url = url;
    this.#fence = fence;
    this.#owner = fence?.owner ?? randomUUID();
    const usual = { lockWaitMs: 12_000, isHolding: true, isOrdered: true };
    this.#options = { ...usual, commandTimeoutMs: usualCommandTimeoutMs, ...options };
    const { commandTimeoutMs } = this.#options;
    this.#client = new RedisClient(url, { commandTimeoutMs });
    this.#redis = withScripts(this.#client.redis, scripts);
  }

  async open(): Promise<void> {
    const setting = this.#fence === undefined ? "STORE_URL" : "REDIS_URL";
    await this.#client.open(setting);
    if (!this.#options.isHolding) return;
    const owner = this.#fence === undefined ? this.#owner : "cluster";
    const askedAt = performance.now();
    try {
      const { lockWaitMs: waitMs } = this.#options;
      const epoch = await takeHold(this.#redis, owner, { url: this.#url, setting, waitMs });
      if (this.#fence === undefined) this.#hold = epoch;
      this.#heldUntil = askedAt + provenPart * holdLeaseMs;
    } catch (error) {
      this.#client.close();
      const { message } = this.#client.explain(error);
      if (message.startsWith(setting)) throw error;
      throw new Error(`${setting}: Redis cannot be used: ${message.replace(/\.$/, "")}.`, { cause: error });
    }
  }

  /** False when another server may have taken this Redis over: nothing may be announced. Counts on this process's own clock. */
  holds(): boolean {
    return this.#hold === "" || performance.now() < this.#heldUntil;
  }

  async commit(batch: readonly EventBatch[]): Promise<readonly string[]> {
    const answers: unknown[] = [];
    while (answers.length < batch.length) answers.push(...(await this.#write(batch.slice(answers.length))));
    if (answers.includes(tooLate))
      throw new Error("a commit reached Redis after a later one, and was not written");
    const lost = batch.filter((_, i) => answers[i] === fenced).map(({ eventId }) => eventId);
    for (const { eventId } of batch) this.#own.add(eventId);
    for (const eventId of lost) this.#own.delete(eventId);
    return lost;
  }

  /** Writes the first events of a batch, as many as one answer may be waited for. Returns what the script answered. */
  async #write(batch: readonly EventBatch[]): Promise<unknown[]> {
    const pipeline = this.#redis.pipeline();
    let size = 0;
    for (const event of batch) {
      const given = this.#commitArguments(event);
      void pipeline.commit(...given);
      size += given.reduce((sum, { length }) => sum + length, 0);
      if (size > longestWrite) break;
    }
    const results = (await this.#ask(pipeline.exec())) ?? [];
    const failure = results.find(([error]) => error !== null)?.[0];
    if (failure) throw this.#client.explain(failure);
    if (results.length < pipeline.length) throw new Error("Redis closed the connection during a commit");
    return results.map(([, answer]) => answer);
  }

  load(eventId: string): Promise<StoredEvent | undefined> {
    return this.#ask(loadEvent(this.#redis, eventId));
  }

  async eventIds(): Promise<readonly string[]> {
    const ids = await this.#redis.smembers(eventsKey);
    const known = await Promise.all(ids.map((id) => this.#redis.exists(key("facts", id))));
    return ids.filter((_, i) => known[i] === 1);
  }

  async forget(eventId: string): Promise<void> {
    const answer = await this.#ask(this.#redis.forget(...this.#writing(eventId)));
    if (answer === tooLate)
      throw new Error("Redis was asked to forget an event after a later commit, and did not");
    this.#own.delete(eventId);
  }

  async alive(at: number): Promise<Kept> {
    const askedAt = performance.now();
    const isFirst = this.#acknowledgedAt === -1;
    let kept: Kept = this.#marker === undefined && !isFirst ? "lost" : await this.#alive(at, isFirst);
    if (kept === "lost") {
      this.#marker = undefined;
      for (const [name, secret] of this.#secrets) await this.#keepSecret(name, secret);
      // A new marker before everything is written again: whatever is lost from here on takes it along.
      if ((await this.#alive(at, true)) === "taken") kept = "taken";
    }
    if (kept !== "taken") this.#heldUntil = askedAt + provenPart * holdLeaseMs;
    if (at - this.#renewedAt > renewEveryMs) {
      this.#renewedAt = at;
      await this.#renew();
    }
    return kept;
  }

  async secret(name: string, fresh: string, replaces?: string): Promise<string> {
    let kept = await this.#keepSecret(name, fresh);
    if (kept === replaces) {
      await this.#ask(this.#redis.hset(secretsKey, name, fresh));
      kept = fresh;
    }
    this.#secrets.set(name, kept);
    return kept;
  }

  async #keepSecret(name: string, secret: string): Promise<string> {
    await this.#ask(this.#redis.hsetnx(secretsKey, name, secret));
    return (await this.#ask(this.#redis.hget(secretsKey, name))) ?? secret;
  }

  async close(): Promise<void> {
    if (this.#hold !== "" && this.holds())
      await this.#redis.letGo(holdKeys.server, this.#owner, this.#hold).catch(() => {}); // its lease runs out
    this.#client.close();
  }

  async #alive(at: number, isBeginning: boolean): Promise<Kept> {
    const instant = String(Math.floor(at));
    const marker = isBeginning ? randomUUID() : (this.#marker ?? "");
    const kept = await this.#ask(
      this.#redis.alive(
        aliveKey,
        keptKey,
        holdKeys.server,
        this.#owner,
        instant,
        String(this.#acknowledgedAt),
        marker,
        isBeginning ? "1" : "0",
        this.#hold,
        String(holdLeaseMs),
      ),
    );
    // What Redis remembers may be older than what it has acknowledged: restored from a snapshot, or a replica that lagged.
    this.#acknowledgedAt = Math.floor(at);
    if (isBeginning) this.#marker = marker;
    return kept;
  }

  /** An answer, or an error that names its cause. */
  async #ask<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw this.#client.explain(error);
    }
  }

  /** The keys of an event, and who writes: "-" is nobody's epoch. */
  #writing(eventId: string): string[] {
    this.#order += 1;
    return [
      eventsKey,
      ...(["facts", "seats", "lease"] as const).map((kind) => key(kind, eventId)),
      holdKeys.server,
      ordersKey,
      eventId,
      this.#owner,
      this.#fence === undefined ? "" : String(this.#fence.epochOf(eventId) ?? "-"),
      this.#hold,
      this.#options.isOrdered ? String(this.#order) : "",
    ];
  }

  #commitArguments({ eventId, upserts, removals, facts, entries, isWhole }: EventBatch): string[] {
    const { put, drop } = entries ?? { put: [], drop: [] };
    return [
      ...this.#writing(eventId),
      String(weekMs),
      isWhole ? "1" : "0",
      ...(facts === undefined ? ["", ""] : factsFields(facts)),
      String(removals.length),
      ...removals,
      String(drop.length),
      ...drop,
      String(put.length),
      ...put.flat(),
      ...upserts.flatMap((seat) => [seat.record.deviceId, JSON.stringify(seat)]),
    ];
  }

  async #renew(): Promise<void> {
    const pipeline = this.#redis.pipeline();
    // Processes whose events have all gone by now, too.
    for (const [owner, at] of Object.entries(await this.#redis.hgetall(aliveKey)))
      if (this.#acknowledgedAt - Number(at) > 2 * weekMs)
        for (const hash of [aliveKey, keptKey, ordersKey]) pipeline.hdel(hash, owner);
    for (const id of this.#own) pipeline.pexpire(key("facts", id), weekMs).pexpire(key("seats", id), weekMs);
    for (const id of await this.#redis.smembers(eventsKey))
      void pipeline.prune(eventsKey, key("facts", id), id);
    await pipeline.exec();
  }
}
