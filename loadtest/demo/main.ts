// `npm run demo`: 24 phones on recorded bad networks, and a verdict on what everyone else was told about them.
//
// The phones run the stock SDK, unmodified. A stock SDK never notices a black hole by itself, so each phone has the
// application's watchdog that the documentation asks for: with a heartbeat_ack for every beat, silence longer than
// the interval and a bit means a dead path, and `room.connection.close(4010)` makes the SDK do what it does when a
// browser says "offline". A third of the phones reconnect by the SDK, a third by `client.reconnect(token)`, a third
// reload the page and join; a third meet outages as black holes, a third as resets, a third four times as long.
// While it runs, the host's page and the guests' page show it in a browser.
// Options: --seed N, --seconds N, --full (whole traces, about 16 minutes), --port N (a free one).
import { monitorEventLoopDelay } from "node:perf_hooks";
import { flag, number, readCommandLine, whole } from "../../src/command-line.ts";
import { type App, createApp } from "../../src/app.config.ts";
import { errorLog } from "../support/error-log.ts";
import { now, sleep, waitFor } from "../support/sdk.ts";
import { temporaryStore } from "../../harness/servers/temporary-store.ts";
import { PhoneNetwork } from "./network.ts";
import { DemoPhone } from "./phone.ts";
import { DemoRoom } from "./room.ts";
import { type PhonePlan, planPhones, readTraces, seeded } from "./schedule.ts";
import { LiveTable, type Row, verdictTable } from "./table.ts";
import { visit } from "./visit.ts";
import { judge, shortfalls, type Verdict } from "./verdict.ts";
import { Witness } from "./witness.ts";

const phoneCount = 24;
const defaultSeconds = 180;
/** Left of the time for the last returns and the goodbyes. */
const settleMs = 25_000;
const goodbyeMs = 5000;
/** Whatever happens, the demo ends this long after its time. */
const overtimeMs = 60_000;

interface Options {
  readonly seed: number;
  readonly totalMs: number;
  readonly isFull: boolean;
  readonly port: number;
}

function readOptions(): Options {
  const longestMs = Math.max(...readTraces().map(({ durationMs }) => durationMs));
  const { values } = readCommandLine(
    {
      name: "npm run demo --",
      summary:
        "24 simulated phones on recorded mobile outages, shown live here and in the browser, and a verdict.",
      options: {
        seed: whole("Another seed is another story", 1, 0, 2 ** 31),
        seconds: number(
          `How long; ${defaultSeconds}, or with --full as long as the traces`,
          undefined,
          60,
          3600,
        ),
        full: flag("The whole traces"),
        port: whole("The server's port; 0 takes a free one", 0, 0, 65_535),
      },
    },
    process,
  );
  const { seed, port, full: isFull } = values;
  const seconds = values.seconds ?? (isFull ? (longestMs + settleMs) / 1000 : defaultSeconds);
  return { seed, totalMs: seconds * 1000, isFull, port };
}

interface Cast {
  readonly witness: Witness;
  readonly phones: readonly { readonly phone: DemoPhone; readonly network: PhoneNetwork }[];
}

const eventOf = (seed: number) => `demo ${seed}`;

async function gather(port: number, plans: readonly PhonePlan[], seed: number): Promise<Cast> {
  const eventId = eventOf(seed);
  const witness = await Witness.of(`http://127.0.0.1:${port}`, eventId);
  const phones = [];
  for (const [number, plan] of plans.entries()) {
    const network = await PhoneNetwork.to(port, plan.trouble);
    const phone = new DemoPhone(eventId, plan, network, seeded(seed * 1000 + number));
    phones.push({ phone, network });
  }
  await Promise.all(phones.map(({ phone }) => phone.start()));
  return { witness, phones };
}

function rowOf(witness: Witness, { phone, network }: Cast["phones"][number]): Row {
  const { device, path, trouble, stretch } = phone.plan;
  return {
    device,
    path,
    trouble: stretch > 1 ? `${trouble} x${stretch}` : trouble,
    status: witness.viewOf(device),
    isDown: network.isDown,
    outages: network.outages.length,
    drops: witness.count("participant_temporarily_disconnected", device),
    returns: witness.count("participant_reconnected", device),
    expiries: witness.count("participant_left", device, "grace_expired"),
  };
}

/** Everyone is back: then every phone must see what the witness sees. */
async function settle({ witness, phones }: Cast, withinMs: number): Promise<void> {
  const all = phones.map(({ phone }) => phone.plan.device).toSorted();
  const isWhole = (sees: string[]) => sees.length === all.length && sees.toSorted().join() === all.join();
  await waitFor(
    () =>
      isWhole(witness.sees) && phones.every(({ phone }) => phone.status === "here" && isWhole(phone.sees)),
    withinMs,
  );
  for (const { phone } of phones) {
    if (phone.status !== "here") phone.journal.complaints.push(`it is ${phone.status} after the last outage`);
    else if (!isWhole(phone.sees))
      phone.journal.complaints.push(`it sees ${phone.sees.length} of ${all.length} connected in the end`);
  }
}

/** Plays the outages, and gathers the evidence. */
async function play(app: App<DemoRoom>, options: Options, startedAt: number): Promise<Verdict> {
  const { seed, totalMs, isFull } = options;
  const playMs = totalMs - settleMs;
  const plans = planPhones(readTraces(), { phones: phoneCount, seed, playMs, isFull });
  const port = await app.listen(options.port);
  const footer = visit(port, eventOf(seed), app.newHostCode());
  const cast = await gather(port, plans, seed);
  const { witness, phones } = cast;
  const table = new LiveTable(() => {
    const rows = phones.map((each) => rowOf(witness, each));
    return { elapsedMs: now() - startedAt, totalMs, rows };
  }, footer);
  await Promise.all(
    phones.map(({ phone, network }) =>
      network.play(
        phone.plan.outages,
        (lengthMs) => phone.cut(lengthMs),
        (lengthMs) => void phone.healed(lengthMs),
      ),
    ),
  );
  await sleep(2000); // those who reload do so now
  await settle(cast, startedAt + totalMs - goodbyeMs - now());
  await Promise.all(phones.map(({ phone }) => phone.leave()));
  await sleep(1000);
  table.stop();
  const journals = phones.map(({ phone }) => phone.journal);
  const graceMs = app.config.gracePeriodMs;
  const verdict = judge({ graceMs, startedAt, endedAt: now(), witness: witness.heard, journals });
  const lost = witness.lostWith === undefined ? [] : [`the witness was closed with ${witness.lostWith}`];
  await witness.leave();
  await Promise.all(phones.map(({ network }) => network.close()));
  return { ...verdict, departures: [...verdict.departures, ...lost] };
}

async function main(): Promise<number> {
  const options = readOptions();
  const startedAt = now();
  console.log(
    `demo: ${phoneCount} phones, seed ${options.seed}, ${Math.round(options.totalMs / 1000)} s${options.isFull ? ", whole traces" : ""}`,
  );
  const overtime = setTimeout(() => {
    console.log("demo: FAILED: it did not come to an end");
    process.exit(1);
  }, options.totalMs + overtimeMs);
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const errors = errorLog();
  const app = createApp({
    room: DemoRoom,
    config: { port: 0, host: "127.0.0.1", storeUrl: temporaryStore() },
    log: errors.log,
  });
  const verdict = await play(app, options, startedAt);
  await app.close();
  clearTimeout(overtime);
  for (const line of errors.lines.slice(0, 10)) console.log(`  server: ${line}`);
  for (const departure of verdict.departures.slice(0, 20)) console.log(`  ${departure}`);
  console.log(`\nverdict (seed ${options.seed}, ${((now() - startedAt) / 1000).toFixed(0)} s)`);
  console.log(verdictTable(verdict));
  console.log(`  ${"event loop held up at worst, ms".padEnd(42)}${(lag.max / 1e6).toFixed(0).padStart(6)}`);
  console.log(`  ${"errors logged by the server".padEnd(42)}${String(errors.lines.length).padStart(6)}`);
  const reasons = shortfalls(verdict);
  if (verdict.departures.length > 0)
    reasons.unshift(`${verdict.departures.length} departures from the truth`);
  console.log(reasons.length === 0 ? "demo: ok" : `demo: FAILED: ${reasons.join("; ")}`);
  return reasons.length === 0 ? 0 : 1;
}

process.exit(await main());
