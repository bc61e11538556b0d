// What a cluster costs (docs/operating.md): memory for each participant here and in Redis, commands to Redis at rest and
// for each change, and what it costs to carry a WebSocket to another process. Starts a Redis and two processes of its
// own; prints one JSON object, asserts nothing. Options: --clients 1000 --event-size 50 --seconds 10
import { readFileSync } from "node:fs";
import { number, readCommandLine, whole } from "../src/command-line.ts";
import { FrontedCluster } from "../harness/servers/cluster/fronted-cluster.ts";
import { matchmake, RawClient } from "../harness/clients/raw-client.ts";
import type { RedisServer } from "../harness/servers/redis/redis.ts";
import type { ServerProcess } from "../harness/servers/server-process.ts";
import { quiet, until } from "../harness/wait.ts";

const { values } = readCommandLine(
  {
    name: "node loadtest/sizing.ts",
    summary:
      "What a cluster costs (docs/operating.md): memory, commands to Redis, a WebSocket that is carried on.",
    options: {
      clients: whole("How many", 1000, 1, 100_000),
      "event-size": whole("How many in each event", 50, 1, 5000),
      seconds: number("How long each is measured", 10, 1, 3600),
    },
  },
  process,
);
const { clients, seconds, "event-size": eventSize } = values;
const events = Math.ceil(clients / eventSize);
const ticksPerSecond = 100;
const abreast = 25;
const round = (value: number, digits = 1) => Number(value.toFixed(digits));

interface Use {
  readonly at: number;
  readonly commands: number;
  readonly bytesIn: number;
  readonly redisCpuMs: number;
  readonly redisBytes: number;
  readonly cpuMs: readonly number[];
  readonly rssBytes: readonly number[];
}

/** CPU time and memory of a process, by the kernel's word (Linux). */
function usedBy({ child }: ServerProcess): { cpuMs: number; rssBytes: number } {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuMs: (ticks * 1000) / ticksPerSecond, rssBytes: Number(fields[21]) * 4096 };
}

async function used(redis: RedisServer, processes: readonly ServerProcess[]): Promise<Use> {
  const info = String(await redis.command("info", "everything"));
  const read = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
  const own = processes.map(usedBy);
  return {
    at: performance.now(),
    commands: read("total_commands_processed"),
    bytesIn: read("total_net_input_bytes"),
    redisCpuMs: (read("used_cpu_user") + read("used_cpu_sys")) * 1000,
    redisBytes: read("used_memory"),
    cpuMs: own.map(({ cpuMs }) => cpuMs),
    rssBytes: own.map(({ rssBytes }) => rssBytes),
  };
}

async function abreastOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.slice();
  const worker = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: abreast }, worker));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const rates = (from: Use, to: Use) => ({
  redis_commands_per_s: round(((to.commands - from.commands) * 1000) / (to.at - from.at)),
  redis_kb_in_per_s: round((to.bytesIn - from.bytesIn) / 1024 / ((to.at - from.at) / 1000)),
  redis_cpu_percent: round(((to.redisCpuMs - from.redisCpuMs) / (to.at - from.at)) * 100),
  process_cpu_percent: round(((sum(to.cpuMs) - sum(from.cpuMs)) / (to.at - from.at)) * 100),
});
const each = (from: Use, to: Use, count: number) => ({
  redis_commands: round((to.commands - from.commands) / count, 2),
  redis_bytes_in: Math.round((to.bytesIn - from.bytesIn) / count),
  redis_cpu_us: Math.round(((to.redisCpuMs - from.redisCpuMs) * 1000) / count),
  process_cpu_ms: round((sum(to.cpuMs) - sum(from.cpuMs)) / count, 2),
});

const fronted = await FrontedCluster.start({ size: 2, env: { LOG_LEVEL: "warn" } });
const { redis, processes } = fronted.cluster;
const [owner, other] = processes as [ServerProcess, ServerProcess];
const use = () => used(redis, processes);
const settle = () => quiet(3000);

/** Everyone beats for a while; connected to the owner itself, or through the other process. */
async function beating(crowd: readonly RawClient[]): Promise<{ from: Use; to: Use; beats: number }> {
  const from = await use();
  const until_ = performance.now() + seconds * 1000;
  let beats = 0;
  while (performance.now() < until_) {
    for (const client of crowd) client.beat();
    beats += crowd.length;
    await quiet(1000);
  }
  return { from, to: await use(), beats };
}

async function back(crowd: readonly RawClient[], url: string): Promise<RawClient[]> {
  const returned: RawClient[] = [];
  await abreastOf(crowd, async (client) => {
    const again = client.reconnect(url, { isDeaf: true });
    returned.push(again);
    await until("JOIN_ROOM", () => again.token, 20_000);
  });
  return returned;
}

await settle();
const empty = await use();
await quiet(seconds * 1000);
const atRest = await use();
const everyone = Array.from({ length: clients }, (_, i) => i);
let crowd: RawClient[] = [];
await abreastOf(everyone, async (i) => {
  const me = { event_id: `event ${i % events}`, device_id: `device ${i}`, session_token: `token of ${i}` };
  const { reservation, error } = await matchmake(owner.url, { ...me, display_name: `Guest ${i}` });
  if (reservation === undefined) throw new Error(error);
  const client = new RawClient(owner.url, reservation, { isDeaf: true });
  crowd.push(client);
  await until("JOIN_ROOM", () => client.token, 20_000);
});
await settle();
const joined = await use();
await quiet(seconds * 1000);
const idle = await use();
const direct = await beating(crowd);
for (const { socket } of crowd) socket.terminate();
await settle();
const dropped = await use();
crowd = await back(crowd, other.url);
await settle();
const returned = await use();
const carried = await beating(crowd);
const perBeat = ({ from, to, beats }: { from: Use; to: Use; beats: number }) => ({
  owner_cpu_us: Math.round((((to.cpuMs[0] ?? 0) - (from.cpuMs[0] ?? 0)) * 1000) / beats),
  other_cpu_us: Math.round((((to.cpuMs[1] ?? 0) - (from.cpuMs[1] ?? 0)) * 1000) / beats),
});
const result = {
  clients,
  events,
  empty_process_rss_mb: empty.rssBytes.map((bytes) => Math.round(bytes / 1048576)),
  rss_kb_per_connected: round(((joined.rssBytes[0] ?? 0) - (empty.rssBytes[0] ?? 0)) / 1024 / clients),
  redis_bytes_per_seat: Math.round((joined.redisBytes - empty.redisBytes) / clients),
  two_processes_without_events: rates(empty, atRest),
  everyone_connected_and_quiet: rates(joined, idle),
  each_join: each(atRest, joined, clients),
  each_drop: each(direct.to, dropped, clients),
  each_return: each(dropped, returned, clients),
  each_beat_direct: perBeat(direct),
  each_beat_carried: perBeat(carried),
};
console.log(JSON.stringify(result, undefined, 2));
for (const { socket } of crowd) socket.terminate();
await fronted.stop();
process.exit(0);
