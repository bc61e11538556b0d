// `npm run soak -- churn`: one server, half an hour of people who come, drop, return, expire and leave; does it stay as
// it was, and was everyone answered? This process is the load generator; the server is a child, with the benchmark's
// probe in it. Ends with a verdict.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { aligned } from "../bench/report/tables.ts";
import { type ServerChild, startChild } from "../bench/server-child.ts";
import { Random } from "../fuzz/random.ts";
import { countsIn, metricIn, metricsOf } from "./books.ts";
import { Churn } from "./churn.ts";
import { countTable, trendTable } from "./lines.ts";
import { type Count, failuresIn, notJudged, trendsOf } from "./verdict.ts";
import { watch } from "./watch.ts";
import { sleep } from "./within.ts";

const text = (value: string) => ({ type: "string", default: value }) as const;
const { values } = parseArgs({
  options: {
    minutes: text("30"),
    participants: text("500"),
    events: text("10"),
    "grace-ms": text("10000"),
    "sample-seconds": text("60"),
    seed: text("1"),
    json: { type: "string" },
  },
});

function given(name: Exclude<keyof typeof values, "json">, least: number, most: number): number {
  const value = Number(values[name]);
  if (!(value >= least && value <= most)) throw new Error(`--${name} must be from ${least} to ${most}`);
  return value;
}

const durationMs = 60_000 * given("minutes", 0.1, 10_000);
const everyMs = 1000 * given("sample-seconds", 1, 3600);
const graceMs = given("grace-ms", 500, 3_600_000);
const options = {
  participants: given("participants", 4, 5000),
  events: given("events", 1, 1000),
  graceMs,
  eventEveryMs: Math.min(30_000, Math.max(3000, durationMs / 60)),
  random: new Random(given("seed", 0, 2 ** 32)),
};
/** An event without anyone is forgotten after this: its end belongs to the run. */
const retentionMs = Math.min(10_000, 2 * graceMs);
/** No room is given back while one who was admitted may be on the way: 15 s, and something for a slow machine. */
const admissionMs = 40_000;

/** The server's own counts, once it has forgotten the last event, or should have. */
async function settledCounts(child: ServerChild, churn: Churn): Promise<Count[]> {
  const limitAt = performance.now() + retentionMs + admissionMs;
  let metrics = await metricsOf(child.port);
  while (metricIn(metrics, "events") > 0 && performance.now() < limitAt) {
    await sleep(200);
    metrics = await metricsOf(child.port);
  }
  return countsIn(metrics, churn.counts);
}

const errorsIn = (log: string) => log.split("\n").filter((line) => /"level":[56]0|^\w*Error/.test(line));

async function main(): Promise<number> {
  const env = {
    LOG_LEVEL: "warn",
    GRACE_PERIOD_MS: String(graceMs),
    EVENT_RETENTION_MS: String(retentionMs),
  };
  const child = await startChild("holdfast", { env });
  try {
    const churn = new Churn(child.port, options);
    const endsAt = performance.now() + durationMs;
    const isOver = () => churn.isBroken || performance.now() >= endsAt;
    const churning = churn.run(isOver);
    const samples = await watch(child, churn, everyMs, isOver);
    await churning;
    await churn.finish();
    const counts = await settledCounts(child, churn);
    const errors = errorsIn(child.output());
    if (errors.length > 0) console.log(errors.slice(0, 20).join("\n"));
    const failures = failuresIn({ samples, counts, faults: Object.fromEntries(churn.faults), errors });
    const trends = trendsOf(samples);
    if (trends.length > 0) console.log(`\n${aligned(trendTable(trends))}`);
    console.log(`\n${aligned(countTable(counts))}`);
    console.log(`\n${churn.counts.beat} beats answered, ${churn.counts.broadcast} broadcasts heard`);
    const report = { options: { ...values }, operations: churn.counts, samples, trends, counts, failures };
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report)}\n`);
    const open = notJudged(samples);
    const note = open.length === 0 ? "" : ` (too few samples to judge: ${open.join(", ")})`;
    console.log(failures.length === 0 ? `soak: ok${note}` : `soak: FAILED: ${failures.join("\n  ")}`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    await child.stop();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.log(`soak: FAILED: ${(error as Error).message}`); // the server is gone, or does not answer
  return 1;
});
