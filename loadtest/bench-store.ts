// What durability costs: joins per second with each store as a ratio to `memory:`, servers side by side in one run,
// and how long a commit of 1,000 transitions takes. Redis only where redis-server is installed. Options: --rounds 5
// --clients 1500. Prints a table; asserts nothing (these machines are noisy).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCommandLine, whole } from "../src/command-line.ts";
import { createStore } from "../src/holdfast.ts";
import { RawClient } from "../harness/clients/raw-client.ts";
import { hasRedis, RedisServer } from "../harness/servers/redis/redis.ts";
import { startServer } from "../harness/servers/server-process.ts";
import { batch, seat } from "../harness/contracts/store-contract.ts";

const { values } = readCommandLine(
  {
    name: "npm run bench:store --",
    summary:
      "What durability costs: joins a second with each store beside memory:, and how long a commit takes.",
    options: {
      rounds: whole("How often each is measured", 5, 1, 1000),
      clients: whole("How many join", 1500, 1, 100_000),
    },
  },
  process,
);
const { rounds, clients } = values;
// A join waits up to 50 ms for its publication: with few abreast the wait would be all that is measured.
const abreast = 200;
const folder = mkdtempSync(join(tmpdir(), "holdfast-"));
const redis = hasRedis ? await RedisServer.start() : undefined;
let files = 0;
const urls: Record<string, () => string> = {
  memory: () => "memory:",
  sqlite: () => `file:${join(folder, `${++files}.db`)}`,
  ...(redis === undefined ? {} : { redis: () => redis.url }),
};

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;

/** Joins per second into one event, `abreast` at a time, by raw clients in this process. */
async function joinsPerSecond(url: string): Promise<number> {
  let next = 0;
  const joined: RawClient[] = [];
  const startedAt = performance.now();
  const worker = async () => {
    while (next < clients) {
      const i = next++;
      const me = { event_id: "bench", device_id: `d${i}`, session_token: `token ${i}` };
      joined.push(await RawClient.join(url, me, { isDeaf: true }));
    }
  };
  await Promise.all(Array.from({ length: abreast }, worker));
  const perSecond = (1000 * clients) / (performance.now() - startedAt);
  for (const { socket } of joined) socket.terminate();
  return perSecond;
}

async function commitMs(url: string): Promise<number> {
  const store = createStore(url);
  await store.open();
  const times: number[] = [];
  for (let k = 0; k < 20; k++) {
    const upserts = Array.from({ length: 1000 }, (_, i) => seat(`d${i}`, `${k}`));
    const startedAt = performance.now();
    await store.commit([batch("bench", { upserts })]);
    times.push(performance.now() - startedAt);
  }
  await store.close();
  return median(times);
}

const joins = new Map<string, number[]>();
const commits = new Map<string, number[]>();
for (let round = 0; round < rounds; round++) {
  for (const [name, url] of Object.entries(urls)) {
    await redis?.command("flushall");
    const server = await startServer({ STORE_URL: url(), LOG_LEVEL: "error" });
    joins.set(name, [...(joins.get(name) ?? []), await joinsPerSecond(server.url)]);
    await server.kill();
    commits.set(name, [...(commits.get(name) ?? []), await commitMs(url())]);
  }
  console.log(`round ${round + 1} of ${rounds}`);
}
const reference = joins.get("memory") as number[];
console.log(`\n${clients} joins into one event, ${abreast} abreast, medians of ${rounds} interleaved rounds`);
console.log("store     joins/s   to memory   1,000 transitions in one commit");
for (const [name, perSecond] of joins) {
  const ratio = median(perSecond.map((value, i) => value / (reference[i] as number)));
  const ms = median(commits.get(name) as number[]);
  console.log(
    `${name.padEnd(8)} ${median(perSecond).toFixed(0).padStart(8)} ${ratio.toFixed(2).padStart(11)} ${ms.toFixed(1).padStart(8)} ms`,
  );
}
await redis?.stop();
rmSync(folder, { recursive: true });
process.exit(0);
