// A process of a cluster with a part of it slowed or taken away: SLOW_OPEN_MS delays the opening of every event,
// SLOW_COMMIT_MS every commit; GUARD_OFF takes one of the guards away (see `guards`). Its rooms have an author who
// speaks all the time, and who asks everyone back when told to. Otherwise src/index.ts.
import type { Client } from "@colyseus/core";
import { createApp } from "../../../src/app.config.ts";
import type { Cluster } from "../../../src/cluster/cluster.ts";
import { loadConfig } from "../../../src/config.ts";
import { EventRoom } from "../../../src/holdfast.ts";
import { serve } from "../../../src/ops/lifecycle.ts";
import { type Fence, RedisStore } from "../../../src/store/redis/redis-store.ts";

const config = loadConfig(process.env);
const slowMs = Number(process.env.SLOW_OPEN_MS ?? 0);
const slowCommitMs = Number(process.env.SLOW_COMMIT_MS ?? 0);
const wordEveryMs = 250;

let epochOf: (eventId: string) => number | undefined = () => undefined;

class Speaking extends EventRoom {
  override messages = {
    end: (_: Client, code: unknown) => void this.disconnect(typeof code === "number" ? code : undefined),
  };

  #speaking: NodeJS.Timeout | undefined;

  override onEventOpened(): void {
    const epoch = epochOf(this.state.event_id);
    // A timer of the process's, not the room's: due at once after a stall, before anything else is heard.
    this.#speaking = setInterval(() => this.broadcast("word", { epoch, at: Date.now() }), wordEveryMs);
  }

  override onEventEnded(): void {
    clearInterval(this.#speaking);
  }
}

/** Writes without a fence, or without an order. */
function commitBy(store: Cluster["store"], fence: Fence | undefined, isOrdered: boolean): void {
  const other = new RedisStore(config.redisUrl, fence, { isHolding: false, isOrdered });
  const isOpen = other.open();
  store.commit = async (batch) => {
    await isOpen;
    return other.commit(batch);
  };
}

/** What keeps a cluster right, each taken away alone. */
const guards: Record<string, (cluster: Cluster) => void> = {
  /** Whoever believes that it owns an event goes on writing and telling. */
  fence: ({ store, member, leases }) => {
    member.holds = () => true;
    leases.confirm = async (held) => held.map(() => true);
    commitBy(store, undefined, true);
  },
  /** A process believes in its lease, however long it has not renewed it. */
  proof: ({ member }) => {
    member.holds = () => true;
    member.maySpeak = () => true;
  },
  /** Which Redis answers is not asked, neither by the lease nor by the store. */
  run: ({ leases, member, store }) => {
    store.alive = (at) => member.renew(at);
    const renew = leases.renew.bind(leases);
    leases.renew = async (...asked) => ({ ...(await renew(...asked)), redis: "the same" });
  },
  /** Commits are written as they come. */
  order: ({ store, member }) => commitBy(store, member, false),
  /** After a gap a process takes what it had for its own. */
  confirmation: ({ leases }) => {
    leases.confirm = async (held) => held.map(() => true);
  },
};

function tamper(cluster: Cluster): void {
  const { store, member } = cluster;
  epochOf = (eventId) => member.epochOf(eventId);
  if (slowMs > 0) {
    const load = store.load.bind(store);
    store.load = async (eventId) => {
      await new Promise((resolve) => setTimeout(resolve, slowMs));
      return load(eventId);
    };
  }
  if (slowCommitMs > 0) {
    const commit = store.commit.bind(store);
    store.commit = async (batch) => {
      await new Promise((resolve) => setTimeout(resolve, slowCommitMs));
      return commit(batch);
    };
  }
  guards[process.env.GUARD_OFF ?? ""]?.(cluster);
}

const app = createApp({ config, room: Speaking, onCluster: tamper });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
