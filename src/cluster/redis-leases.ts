// Leases in Redis: which process lives, and whose an event is. One lease for each process, renewed by one script
// whatever the number of its events; an event names its owner and its epoch. Decides nothing: see the scripts beside.
// Keys (prefix `holdfast:`; the scripts touch several at once: one Redis, not a Redis Cluster):
//   process:<id>   a process's lease (hash: since, address, draining, types), gone when it has run out
//   processes      every process that may own something        owned:<id>   room ids of a process's events
//   lease:<hash>   an event (hash: owner, epoch, event, type)  released     room ids given up, for anyone to take
//   redis          which Redis this is, and since when it counts; the highest epoch of what is over
//                  (hash: run, data, since, over)
//   missing        processes that are waited for since Redis forgot everything (hash: id -> until when, address)
//   alive          last-alive instants (the store's)           secret       by which processes know each other
import { randomBytes, randomUUID } from "node:crypto";
import { RedisClient } from "../store/redis/redis-client.ts";
import { aliveKey, keyOfRoom, prefix } from "../store/redis/redis-keys.ts";
import { luaScript, type Scripted, withScripts } from "../store/redis/redis-scripts.ts";
import type { Peer } from "./absent-peers.ts";
import type { Renewal } from "./lease-proof.ts";

/** A renewal may take this part of a lease: timers run before I/O, and a stall is not an outage. */
const patiencePart = 0.8;
const longestRetryMs = 500;
/** After Redis has forgotten everything, new events wait so long at most for processes that were there before. */
const missedMs = 30_000;

type Renewed = [
  since: string,
  previousAt: string | null,
  secret: string,
  redis: string,
  now: string,
  others: string[],
];
/** `which` asks which Redis answers. */
const scripts = {
  renew: luaScript<Renewed>(import.meta.url, 6, "which", "renew"),
  claim: luaScript<(string | number | null)[]>(import.meta.url, 8, "which", "claim"),
  confirm: luaScript<number>(import.meta.url, 3, "confirm"),
  release: luaScript<number>(import.meta.url, 4, "release"),
  missing: luaScript<number>(import.meta.url, 1, "missing"),
};

export type Claimed =
  | {
      readonly is: "mine";
      readonly epoch: number;
      readonly eventId: string;
      readonly existed: boolean;
      /** Its type, as it is stored. */
      readonly type: string;
    }
  | { readonly is: "theirs"; readonly address: string }
  /** It is of a type that this process does not define: `address` is that of one that does; "" while none does. */
  | { readonly is: "unserved"; readonly address: string; readonly type: string }
  | { readonly is: "wait"; readonly ms: number }
  /** `unknown`: no process knows this room id. `unproven`: this process has no lease just now. */
  | { readonly is: "unknown" | "unproven" };

/** The types of events that this process defines, as they are stored. Implemented by rooms/directory/event-types. */
export interface ServedTypes {
  readonly served: readonly string[];
  /** What a new event is stored as that is asked for by the name of a type; the default type without one. */
  storedFor(name: string | undefined): string;
}

/** Of a process with one type without a name, and of any of version 0.1.0. */
const defaultType: ServedTypes = { served: [""], storedFor: () => "" };

/** Types in one text, each between two line feeds: none holds one. */
const typesText = (types: readonly string[]) => `\n${types.join("\n")}\n`;

/** Another process that lives. */
export interface LivingPeer {
  readonly address: string;
  readonly isDraining: boolean;
  /** The types that it defines, as they are stored. */
  readonly types: ReadonlySet<string>;
}

/** What a renewal brings beside the proof. */
interface Answer extends Renewal {
  /** By which processes know each other. */
  readonly secret: string;
  /** The other processes that live. */
  readonly peers: readonly Peer[];
}

/** This process as its peers know it. */
export interface Self {
  readonly id: string;
  readonly address: string;
  readonly isDraining: boolean;
}

const leaseKey = (roomId: string) => keyOfRoom("lease", roomId);
const processKey = (id: string) => `${prefix}process:${id}`;
const ownedKey = (id: string) => `${prefix}owned:${id}`;
const processesKey = `${prefix}processes`;
const redisKey = `${prefix}redis`;
const releasedKey = `${prefix}released`;
const missingKey = `${prefix}missing`;

/** What Redis calls this process's claims. */
export const newProcessId = randomUUID;

export class RedisLeases {
  readonly #client: RedisClient;
  readonly #redis: Scripted<typeof scripts>;
  readonly #id: string;
  readonly #types: ServedTypes;
  readonly #leaseMs: number;
  /** A command that takes longer has failed. */
  readonly commandTimeoutMs: number;
  readonly #ownSecret = randomBytes(24).toString("base64url");
  /** By how much Redis's clock is ahead of this process's, as of the last renewal; undefined before the first. */
  #aheadMs: number | undefined;

  constructor(url: string, id: string, leaseMs: number, types: ServedTypes = defaultType) {
    this.#types = types;
    this.#id = id;
    this.#leaseMs = leaseMs;
    this.commandTimeoutMs = leaseMs * patiencePart;
    this.#client = new RedisClient(url, { commandTimeoutMs: this.commandTimeoutMs, longestRetryMs });
    this.#redis = withScripts(this.#client.redis, scripts);
  }

  open(): Promise<void> {
    return this.#client.open("REDIS_URL");
  }

  close(): void {
    this.#client.close();
  }

  /** Says that this process lives, at this instant of its clock. */
  async renew({ id, address, isDraining }: Self, at: number): Promise<Answer> {
    const sentAt = performance.now();
    const renewal = this.#redis.renew(
      processKey(id),
      aliveKey,
      processesKey,
      `${prefix}secret`,
      redisKey,
      missingKey,
      id,
      String(Math.floor(at)),
      String(this.#leaseMs),
      address,
      isDraining ? "1" : "0",
      this.#ownSecret,
      ...this.#clockArguments(),
      processKey(""),
      typesText(this.#types.served),
    );
    const [since, previous, secret, name, redisNow, others] = await renewal.catch((error: unknown) => {
      throw this.#client.explain(error);
    });
    this.#aheadMs = Number(redisNow) - (sentAt + performance.now()) / 2;
    const peers = others.flatMap((id, i) => (i % 2 === 0 ? [[id, others[i + 1] as string] as const] : []));
    return { since, previousAt: Number(previous ?? -1), secret, redis: name, peers };
  }

  /** What Redis's clock should say, and which difference from that is no delay: a command that takes so long has failed. */
  #clockArguments(): [string, string] {
    const expected = this.#aheadMs === undefined ? "" : String(Math.round(performance.now() + this.#aheadMs));
    return [expected, String(this.commandTimeoutMs)];
  }

  /**
   * Whose event this is; this process's from now on if it was nobody's, and is of a type that this process defines.
   * Without an event id nothing new is claimed.
   * @param name of the type that it has if it is new
   */
  async claim(roomId: string, eventId = "", name?: string): Promise<Claimed> {
    const reply = await this.#redis.claim(
      leaseKey(roomId),
      processKey(this.#id),
      ownedKey(this.#id),
      releasedKey,
      keyOfRoom("facts", roomId),
      redisKey,
      missingKey,
      processesKey,
      this.#id,
      roomId,
      eventId,
      String(this.#leaseMs),
      processKey(""),
      ownedKey(""),
      ...this.#clockArguments(),
      String(missedMs),
      typesText(this.#types.served),
      this.#types.storedFor(name),
    );
    const [is, first, second, third, type = ""] = reply.map(String);
    if (is === "mine")
      return { is, epoch: Number(first), eventId: second as string, existed: third === "1", type };
    if (is === "unserved") return { is, address: first as string, type: second as string };
    if (is === "theirs") return { is, address: first as string };
    if (is === "wait") return { is, ms: Number(first) };
    return { is: is === "unknown" ? "unknown" : "unproven" };
  }

  /** Where the event's owner is, if it has one that lives. */
  async addressOf(roomId: string): Promise<string | undefined> {
    const owner = await this.#redis.hget(leaseKey(roomId), "owner");
    if (!owner) return undefined;
    return (await this.#redis.hget(processKey(owner), "address")) ?? undefined;
  }

  /** Which of these are still this process's; those that Redis had forgotten are written again. */
  async confirm(
    held: readonly { roomId: string; eventId: string; type?: string; epoch: number }[],
  ): Promise<boolean[]> {
    const confirmed = held.map(({ roomId, eventId, type = "", epoch }) =>
      this.#redis.confirm(
        leaseKey(roomId),
        ownedKey(this.#id),
        releasedKey,
        this.#id,
        String(epoch),
        eventId,
        roomId,
        type,
      ),
    );
    return (await Promise.all(confirmed)).map((answer) => answer === 1);
  }

  /** Notes processes that are to be waited for, but for those that live. */
  async missing(peers: readonly Peer[]): Promise<void> {
    await this.#redis.missing(missingKey, String(missedMs), processKey(""), ...peers.flat());
  }

  /** This process is back, and has written all leases of its own again: nobody need wait for it. */
  async isBack(): Promise<void> {
    await this.#redis.hdel(missingKey, this.#id);
  }

  /** Gives an event up; with `isOver` it is forgotten, otherwise anyone may take it at once. */
  async release(roomId: string, epoch: number, isOver: boolean): Promise<void> {
    const keys = [leaseKey(roomId), ownedKey(this.#id), releasedKey, redisKey];
    await this.#redis.release(...keys, this.#id, String(epoch), roomId, isOver ? "1" : "0");
  }

  /** The other processes that live. */
  async peers(): Promise<LivingPeer[]> {
    const ids = (await this.#redis.smembers(processesKey)).filter((id) => id !== this.#id);
    const known = await Promise.all(
      ids.map((id) => this.#redis.hmget(processKey(id), "address", "draining", "types")),
    );
    return known.flatMap(([address, draining, types]) => {
      if (address == null) return [];
      const defined = types?.slice(1, -1).split("\n") ?? defaultType.served;
      return [{ address, isDraining: draining === "1", types: new Set(defined) }];
    });
  }

  /** Room ids of the events that are this process's as far as Redis is concerned. */
  owned(): Promise<string[]> {
    return this.#redis.smembers(ownedKey(this.#id));
  }

  /** Room ids of events whose owner has died, or has given them up. */
  async orphans(): Promise<string[]> {
    const ids = (await this.#redis.smembers(processesKey)).filter((id) => id !== this.#id);
    const lives = await Promise.all(ids.map((id) => this.#redis.exists(processKey(id))));
    const orphans = await this.#redis.smembers(releasedKey);
    for (const id of ids.filter((_, i) => lives[i] === 0)) {
      const owned = await this.#redis.smembers(ownedKey(id));
      orphans.push(...owned);
      if (owned.length === 0) await this.#redis.srem(processesKey, id);
    }
    return orphans;
  }

  /** Which of these room ids nobody has ever claimed. */
  async unclaimed(roomIds: readonly string[]): Promise<string[]> {
    const known = await Promise.all(roomIds.map((roomId) => this.#redis.exists(leaseKey(roomId))));
    return roomIds.filter((_, i) => known[i] === 0);
  }
}
