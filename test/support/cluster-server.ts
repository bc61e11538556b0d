// A process of a cluster with a part of it slowed or taken away: SLOW_OPEN_MS delays the opening of every event,
// SLOW_COMMIT_MS every commit;
// FENCE=off lets whoever believes that it owns an event go on writing and telling. Otherwise src/index.ts.
import { createApp } from "../../src/app.config.ts";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { loadConfig } from "../../src/config.ts";
import { serve } from "../../src/ops/lifecycle.ts";
import { RedisStore } from "../../src/store/redis-store.ts";

const config = loadConfig(process.env);
const slowMs = Number(process.env.SLOW_OPEN_MS ?? 0);
const slowCommitMs = Number(process.env.SLOW_COMMIT_MS ?? 0);

function tamper({ store, member, leases }: Cluster): void {
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
  if (process.env.FENCE !== "off") return;
  member.holds = () => true;
  leases.confirm = async (held) => held.map(() => true);
  const unfenced = new RedisStore(config.redisUrl, undefined, { isHolding: false });
  const isOpen = unfenced.open();
  store.commit = async (batch) => {
    await isOpen;
    await unfenced.commit(batch);
  };
}

const app = createApp({ config: config, onCluster: tamper });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
