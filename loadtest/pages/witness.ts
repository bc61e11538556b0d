// `npm run bench:witness [-- --only TEXT]`: what a witness on a clean path is told, and what the own page says, second by
// second, for outages of 2, 5, 20 and 40 s (as a reset, and as a black hole) and for a restart of the server. Prints a table of
// each, and exits with 1 when a bound is broken (harness/clients/watched-outage).
import { once } from "node:events";
import { type Row, type Watched, WatchedOutage } from "../../harness/clients/watched-outage.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { startServer } from "../../harness/servers/server-process.ts";
import { temporaryStore } from "../../harness/servers/temporary-store.ts";
import { readCommandLine, text } from "../../src/command-line.ts";
import { FaultProxy } from "../../src/testing/network/fault-proxy.ts";
import { aligned } from "../bench/report/tables.ts";
import { silenceSdk } from "../../harness/clients/sdk-chatter.ts";

const command = {
  name: "npm run bench:witness --",
  summary: "What a witness is told, and what the own page says, second by second.",
  options: { only: text("Only what has this in its name", "") },
};
const { values } = readCommandLine(command, process);
silenceSdk();

/** The defaults of a server. */
const detectionMs = 9000;
const restartMs = 3000;

const seconds = (ms: number | undefined) => (ms === undefined ? "" : (ms / 1000).toFixed(1));

const lineOf = ({ atMs, seen, keptMs, status, quality, silentMs, surelyMs, deadline }: Row): string[] => [
  seconds(atMs),
  seen,
  seconds(keptMs),
  status,
  quality === "none" ? "" : quality,
  seconds(silentMs),
  seconds(surelyMs),
  deadline === undefined ? "" : deadline === "paused" ? "paused" : "the server's",
];

const head = ["at", "the witness sees", "kept", "own status", "quality", "silent", "at least", "deadline"];

function print(name: string, { rows, told, broken }: Watched): void {
  console.log(`\n## ${name}\n`);
  console.log(aligned([head, ...rows.map(lineOf)]));
  console.log(`\n${told.map(({ by, what, atMs }) => `${seconds(atMs)} ${by}: ${what}`).join("\n")}`);
  console.log(broken.length === 0 ? "\nall bounds kept" : `\nBROKEN: ${broken.join("; ")}`);
}

async function outage(url: string, port: number, as: "hole" | "reset", lengthMs: number): Promise<Watched> {
  const network = await FaultProxy.start(port);
  const watched = await WatchedOutage.join(url, network.url, `${as} ${lengthMs}`);
  const result = await watched.play({
    begin: () => (as === "hole" ? network.strand() : network.reset({ refuse: true })),
    end: () => network.heal(),
    lengthMs,
    detectionMs,
    isShort: as === "hole" && lengthMs < detectionMs - 3000,
  });
  await watched.leave();
  await network.close();
  return result;
}

async function restart(signal: "SIGTERM" | "SIGKILL"): Promise<Watched> {
  const storeUrl = temporaryStore();
  const env = { PORT: String(await freePort()), STORE_URL: storeUrl };
  let server = await startServer(env);
  const network = await FaultProxy.start(server.port);
  const watched = await WatchedOutage.join(server.url, network.url, `restart ${signal}`);
  const result = await watched.play({
    begin: () => void server.child.kill(signal),
    end: async () => {
      if (server.child.exitCode === null && server.child.signalCode === null)
        await once(server.child, "exit");
      server = await startServer(env);
    },
    lengthMs: restartMs,
    detectionMs,
    isRestart: true,
  });
  await watched.leave();
  await network.close();
  await server.kill();
  return result;
}

let isGood = true;
async function show(name: string, result: () => Promise<Watched>): Promise<void> {
  if (!name.includes(values.only)) return;
  const watched = await result();
  print(name, watched);
  isGood &&= watched.broken.length === 0;
}

const server = await startServer();
const outages = (["reset", "hole"] as const).flatMap((as) =>
  [2000, 5000, 20_000, 40_000].map((lengthMs) => ({ as, lengthMs, name: `${as} of ${lengthMs / 1000} s` })),
);
// Each is another participant, behind a network of its own.
await Promise.all(
  outages.map(({ as, lengthMs, name }) => show(name, () => outage(server.url, server.port, as, lengthMs))),
);
await server.kill();
for (const signal of ["SIGTERM", "SIGKILL"] as const)
  await show(`restart by ${signal}`, () => restart(signal));
process.exit(isGood ? 0 : 1);
