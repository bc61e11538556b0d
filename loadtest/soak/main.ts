// `npm run soak -- churn`: one server, half an hour of people who come, drop, return, expire and leave; does it stay as
// it was, and was everyone answered? This process is the load generator; the server is a child, with the benchmark's
// probe in it. Ends with a verdict.
import { writeFileSync } from "node:fs";
import { number, readCommandLine, text, whole } from "../../src/command-line.ts";
import { aligned } from "../bench/report/tables.ts";
import { type ServerChild, startChild } from "../bench/servers/server-child.ts";
import { Random } from "../../harness/fuzz/random.ts";
import { countsIn, metricIn, metricsOf } from "./books.ts";
import { Churn } from "./churn.ts";
import { countTable, trendTable } from "./lines.ts";
import { type Count, failuresIn, notJudged, trendsOf } from "./verdict.ts";
import { watch } from "./watch.ts";
import { sleep } from "./within.ts";

const { values } = readCommandLine(
  {
    name: "npm run soak -- churn",
    summary: "People come, drop, return, expire and leave for a while; does the server stay as it was?",
    options: {
      minutes: number("How long", 30, 0.1, 10_000),
      participants: whole("How many are in the events at a time", 500, 4, 5000),
      events: whole("In how many events", 10, 1, 1000),
      "grace-ms": whole("How long seats are held", 10_000, 500, 3_600_000),
      "sample-seconds": number("How often memory and delay are read", 60, 1, 3600),
      seed: whole("Another seed is another half an hour", 1, 0, 2 ** 32),
      json: text("A file for the samples"),
    },
  },
  process,
);

const durationMs = 60_000 * values.minutes;
const everyMs = 1000 * values["sample-seconds"];
const graceMs = values["grace-ms"];
const options = {
  participants: values.participants,
  events: values.events,
  graceMs,
  eventEveryMs: Math.min(30_000, Math.max(3000, durationMs / 60)),
  random: new Random(values.seed),
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
