// `npm run test:fuzz -- --count 100000 --seed N`: hostile frames and joins against a real server (harness/fuzz), as many
// as wanted.
import { runFuzz, tableOf } from "../harness/fuzz/campaign.ts";
import { readCommandLine, whole } from "../src/command-line.ts";

const { values } = readCommandLine(
  {
    name: "npm run test:fuzz --",
    summary: "Hostile frames and joins against one server, and whether anybody else felt them.",
    options: {
      count: whole("How many", 100_000, 1, 1e9),
      seed: whole("Another seed is another attack", Date.now() % 1_000_000, 0, 2 ** 32),
      huge: whole("Bodies that are far too large", 6, 0, 1000),
    },
  },
  process,
);
const { count, seed } = values;
console.log(`fuzz: ${count} hostile frames and joins, seed ${seed}`);
const report = await runFuzz({ count, seed, hugeBodies: values.huge });
console.log(tableOf(report));
console.log(`fuzz: ${report.faults.length === 0 ? "ok" : "FAILED"}`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
