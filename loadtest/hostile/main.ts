// `npm run loadtest:hostile [-- --seconds 20] [--only TEXT] [--beside FOLDER]`: what hostile loads cost those who are there.
// For each load a server of its own with a bystander, who beats ten times a second, and somebody who asks /healthz as often;
// `--beside` does the same in turn with another checkout of this project. Prints one table. Judges nothing.
import { resolve } from "node:path";
import { number, readCommandLine, text } from "../../src/command-line.ts";
import { RawClient } from "../../harness/clients/raw-client.ts";
import { until } from "../../harness/wait.ts";
import { aligned } from "../bench/report/tables.ts";
import { startChild } from "../bench/servers/server-child.ts";
import { bystanderEvent, type Load, loads } from "./loads.ts";

const { values } = readCommandLine(
  {
    name: "npm run loadtest:hostile --",
    summary: "What hostile loads cost those who are there, each against a server of its own.",
    options: {
      seconds: number("How long each load lasts", 20, 1, 600),
      only: text("Loads whose name contains this", ""),
      beside: text("Another checkout of this project, in turn with this one"),
    },
  },
  process,
);
const { seconds } = values;

const everyMs = 100;
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const env = { LOG_LEVEL: "warn", GRACE_PERIOD_MS: "5000", MAX_EVENTS: "20000" };

interface Figures {
  readonly slowestBeatMs: number;
  readonly slowestHealthMs: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  readonly peakMb: number;
}

async function rssMb(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20;
}

/** Beats, and waits for the answer, over and over; returns the longest wait in ms. */
async function beat(client: RawClient, signal: AbortSignal): Promise<number> {
  let slowest = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const before = client.count("heartbeat_ack");
    client.beat();
    await until("a beat's answer", () => client.count("heartbeat_ack") > before || client.closedWith, 60_000);
    if (client.closedWith !== undefined) return Number.POSITIVE_INFINITY;
    client.messages.length = 0;
    slowest = Math.max(slowest, performance.now() - startedAt);
    await sleep(everyMs);
  }
  return slowest;
}

async function health(url: string, signal: AbortSignal): Promise<number> {
  let slowest = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    await (await fetch(`${url}/healthz`)).text();
    slowest = Math.max(slowest, performance.now() - startedAt);
    await sleep(everyMs);
  }
  return slowest;
}

async function measure({ run }: Load, folder: string): Promise<Figures> {
  const child = await startChild("", { env, file: resolve(folder, "src/index.ts") });
  const url = `http://127.0.0.1:${child.port}`;
  const over = new AbortController();
  try {
    const me = { event_id: bystanderEvent, device_id: "bystander", session_token: "of the bystander" };
    const client = await RawClient.join(url, me);
    await child.mark();
    let peakMb = 0;
    const watching = Promise.all([beat(client, over.signal), health(url, over.signal)]);
    const loading = run(url, over.signal);
    const endsAt = performance.now() + seconds * 1000;
    while (performance.now() < endsAt) {
      peakMb = Math.max(peakMb, await rssMb(url));
      await sleep(500);
    }
    over.abort();
    const [slowestBeatMs, slowestHealthMs] = await watching;
    await loading;
    const { loopP99Ms, loopMaxMs } = await child.sample();
    client.socket.terminate();
    return { slowestBeatMs, slowestHealthMs, loopP99Ms, loopMaxMs, peakMb };
  } finally {
    over.abort();
    await child.stop();
  }
}

const checkouts = [{ name: "this", folder: resolve(import.meta.dirname, "../..") }];
if (values.beside !== undefined) checkouts.push({ name: "beside", folder: resolve(values.beside) });
const lines = [
  ["load", "checkout", "slowest beat, ms", "slowest /healthz", "loop p99", "loop max", "peak RSS, MB"],
];
for (const load of loads.filter(({ name }) => name.includes(values.only))) {
  for (const { name, folder } of checkouts) {
    const figures = await measure(load, folder).catch((error: unknown) => String(error).slice(0, 80));
    const cells =
      typeof figures === "string" ? [figures] : Object.values(figures).map((each) => each.toFixed(0));
    lines.push([load.name, name, ...cells]);
    console.log(lines.at(-1)?.join("  "));
  }
}
console.log(`\n${aligned(lines)}`);
process.exit(0);
