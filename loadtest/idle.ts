// `node loadtest/idle.ts [--counts 0,2000,10000] [--kind left] [--seconds 10] [--beside FOLDER]`: what events cost in
// which nothing happens. For each count a server of its own, with so many events that are then left alone; `--beside` does
// the same in turn with another checkout of this project. Prints one table. Judges nothing.
import { resolve } from "node:path";
import { Protocol } from "@colyseus/core";
import { number, readCommandLine, refuse, text, UsageError } from "../src/command-line.ts";
import { matchmake, RawClient } from "../harness/clients/raw-client.ts";
import { until } from "../harness/wait.ts";
import { aligned } from "./bench/report/tables.ts";
import { type ServerChild, startChild } from "./bench/servers/server-child.ts";

const command = {
  name: "node loadtest/idle.ts",
  summary: "What events cost in which nothing happens: CPU and memory, each number on a server of its own.",
  options: {
    counts: text("How many events, with commas", "0,2000,10000"),
    kind: text(
      "left: entered, and left; away: their only seat is held; asked: over HTTP only, 20 s ago",
      "left",
    ),
    seconds: number("How long each is measured", 10, 0.1, 3600),
    beside: text("Another checkout of this project, in turn with this one"),
  },
};
const { values } = readCommandLine(command, process);
const counts = values.counts.split(",").map(Number);
const { seconds } = values;
if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0 && count <= 100_000))
  refuse(command, process, new UsageError("--counts takes numbers from 0 to 100000, separated by commas."));
if (!["left", "away", "asked"].includes(values.kind))
  refuse(command, process, new UsageError("--kind is left, away or asked."));

/** How many events are opened abreast. */
const width = 16;
/** Longer than a reservation. */
const reservationMs = 20_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const optionsOf = (i: number) => ({
  event_id: `idle ${i}`,
  device_id: "d",
  session_token: "a token of the only one who comes",
});

async function openOne(url: string, i: number): Promise<void> {
  if (values.kind === "asked") {
    const { status } = await matchmake(url, optionsOf(i));
    if (status !== 200) throw new Error(`event ${i} was refused: ${status}`);
    return;
  }
  const client = await RawClient.join(url, optionsOf(i), { isDeaf: true });
  if (values.kind === "away") client.socket.terminate();
  else client.socket.send(Buffer.from([Protocol.LEAVE_ROOM]));
  await until("gone", () => client.closedWith, 10_000);
}

async function open(url: string, count: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await openOne(url, next++);
    }),
  );
}

interface Figures {
  readonly cpuPercent: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
}

async function measure(child: ServerChild, count: number): Promise<Figures> {
  await open(`http://127.0.0.1:${child.port}`, count);
  await sleep(values.kind === "asked" && count > 0 ? reservationMs : 3000);
  const { heapUsed, external, rss } = await child.memory();
  await sleep(1000);
  const before = await child.mark();
  const startedAt = performance.now();
  await sleep(1000 * seconds);
  const after = await child.sample();
  const cpuPercent = (after.cpuUs - before.cpuUs) / 10 / (performance.now() - startedAt);
  return { cpuPercent, heapBytes: heapUsed + external, rssBytes: rss };
}

const checkouts = [{ name: "this checkout", folder: resolve(import.meta.dirname, "..") }];
if (values.beside !== undefined) checkouts.push({ name: values.beside, folder: resolve(values.beside) });
const env = {
  LOG_LEVEL: "warn",
  MAX_EVENTS: "200000",
  EVENT_RETENTION_MS: "3600000",
  GRACE_PERIOD_MS: "3600000",
};
const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const lines = [["", "events", "CPU, % of a core", "heap and buffers, MB", "an event, KB", "RSS, MB"]];
const empty = new Map<string, Figures>();
for (const count of counts) {
  for (const { name, folder } of checkouts) {
    const child = await startChild("", { env, file: resolve(folder, "src/index.ts") });
    try {
      const figures = await measure(child, count);
      if (count === 0) empty.set(name, figures);
      const bytes = figures.heapBytes - (empty.get(name)?.heapBytes ?? Number.NaN);
      lines.push([
        name,
        String(count),
        figures.cpuPercent.toFixed(2),
        mb(figures.heapBytes),
        count === 0 || Number.isNaN(bytes) ? "-" : (bytes / 1024 / count).toFixed(1),
        mb(figures.rssBytes),
      ]);
      console.log(lines.at(-1)?.join("  "));
    } finally {
      await child.stop();
    }
  }
}
console.log(`\n${aligned(lines)}`);
