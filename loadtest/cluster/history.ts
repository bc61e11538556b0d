// A history of a cluster in trouble, in the manner of Jepsen: real processes and a real Redis, random kills, stalls,
// restarts and pauses, two hundred clients that write down what they see, and a checker that knows only that.
//   node loadtest/cluster/history.ts --seconds 600 --seed 7
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Random } from "../fuzz/random.ts";
import { clusterLines, TestCluster } from "../../test/support/cluster.ts";
import { now } from "../../test/support/wait.ts";
import { Chaos } from "./chaos.ts";
import { violationsIn } from "./check.ts";
import type { DeviceStory, Evidence } from "./evidence.ts";
import { Visitor } from "./visitor.ts";

export interface HistoryOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly processes: number;
  readonly events: number;
  readonly clients: number;
  readonly maxStallMs: number;
  readonly fence: boolean;
  readonly log: (line: string) => void;
}

export interface HistoryReport {
  readonly violations: string[];
  readonly summary: string;
}

const wandererPart = 0.1;
const healLimitMs = 60_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs one history and judges it. The grace is longer than any single trouble lasts, so nobody may be lost. */
export async function runHistory(options: HistoryOptions): Promise<HistoryReport> {
  const { seconds, seed, processes, clients, maxStallMs, log } = options;
  const random = new Random(seed);
  const graceMs = maxStallMs + 12_000;
  const cluster = await TestCluster.start({
    size: processes,
    script: "test/support/cluster-server.ts",
    env: { GRACE_PERIOD_MS: String(graceMs), FENCE: options.fence ? "on" : "off", LOG_LEVEL: "info" },
  });
  const events = Array.from({ length: options.events }, (_, i) => `history ${seed} ${i}`);
  const observers = events.map(
    (event_id, i) => new Visitor(cluster.url, `observer ${i}`, { event_id, role: "observer" }),
  );
  const visitors = Array.from({ length: clients }, (_, i) => newVisitor(cluster.url, events, i, clients));
  const running = [...observers, ...visitors].map((visitor, i) => sleep(i * 10).then(() => visitor.run()));
  const chaos = new Chaos(cluster, { random: () => random.next(), maxStallMs, maxRedisPauseMs: 3000, log });
  try {
    await waitUntil("everyone is in", () => [...observers, ...visitors].every(({ isThere }) => isThere), log);
    const wandering = visitors
      .filter(({ story }) => story?.kind === "wanders")
      .map(async (visitor) => {
        const until = now() + seconds * 1000;
        while (now() < until) {
          await sleep(random.next() * 10_000);
          await visitor.wander(graceMs * 2 + 5000);
        }
      });
    await chaos.run(seconds * 1000);
    log("no more trouble: waiting for everyone");
    await Promise.all(wandering);
    const expected = new Map(
      events.map((event) => [event, visitors.filter(({ story }) => story?.event === event)]),
    );
    const isWhole = () =>
      [...observers, ...visitors].every(({ isThere }) => isThere) &&
      observers.every((observer, i) => {
        const statuses = [...observer.roster().values()];
        const size = expected.get(events[i] as string)?.length;
        return statuses.length === size && statuses.every((status) => status === "connected");
      });
    await waitUntil("everyone is back", isWhole, log).catch((error: Error) => log(error.message));
    const evidence: Evidence = {
      graceMs,
      spans: [...observers, ...visitors].flatMap(({ spans }) => spans),
      stories: visitors.flatMap(({ story }) => story ?? []),
      owned: chaos.all.flatMap((process) =>
        clusterLines(process)
          .filter(({ cluster: word }) => word === "opened" || word === "adopted")
          .map(({ event_id: event, epoch }) => ({ process: String(process.child.pid), event, epoch })),
      ),
      rosters: [...observers, ...visitors].flatMap((visitor) => ({
        event: visitor.story?.event ?? (events[observers.indexOf(visitor)] as string),
        client: visitor.name,
        devices: [...visitor.roster().keys()],
      })),
    };
    return { violations: violationsIn(evidence), summary: summaryOf(evidence, chaos) };
  } finally {
    for (const visitor of [...observers, ...visitors]) visitor.stop();
    await Promise.all(running);
    await cluster.stop();
  }
}

function newVisitor(url: string, events: readonly string[], i: number, clients: number): Visitor {
  const event = events[i % events.length] as string;
  const device = `device ${i}`;
  const kind = i < clients * wandererPart ? "wanders" : "stays";
  const story: DeviceStory = { device, event, kind, visits: [], absences: [] };
  return new Visitor(url, device, { event_id: event, device_id: device, session_token: `token ${i}` }, story);
}

async function waitUntil(what: string, isSo: () => boolean, log: (line: string) => void): Promise<void> {
  const startedAt = now();
  while (!isSo()) {
    if (now() - startedAt > healLimitMs) throw new Error(`not within ${healLimitMs} ms: ${what}`);
    await sleep(50);
  }
  log(`${what} after ${Math.round(now() - startedAt)} ms`);
}

function summaryOf({ spans, owned, stories }: Evidence, chaos: Chaos): string {
  const heard = spans.reduce((sum, span) => sum + span.heard.length, 0);
  const troubles = [...chaos.counts].map(([name, count]) => `${name} ${count}`).join(", ");
  const absences = stories.reduce((sum, story) => sum + story.absences.length, 0);
  return `${troubles}; ${owned.length} epochs, ${spans.length} connections, ${heard} announcements heard, ${absences} absences`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "600" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      clients: { type: "string", default: "200" },
      events: { type: "string", default: "10" },
      stall: { type: "string", default: "20000" },
      unfenced: { type: "boolean", default: false },
    },
  });
  console.log(`seed ${values.seed}`);
  const startedAt = now();
  const { violations, summary } = await runHistory({
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    processes: 4,
    events: Number(values.events),
    clients: Number(values.clients),
    maxStallMs: Number(values.stall),
    fence: !values.unfenced,
    log: (line) => console.log(`${String(Math.round((now() - startedAt) / 1000)).padStart(4)} s  ${line}`),
  });
  console.log(summary);
  for (const violation of violations.slice(0, 50)) console.error(`VIOLATION ${violation}`);
  console.log(`${violations.length} violations`);
  process.exit(violations.length === 0 ? 0 : 1);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
