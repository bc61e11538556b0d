// `npm run bench:tables -- FILE.json ...`: these reports are the recorded ones from now on, in the place of those that were;
// docs/benchmark.md gets their tables, and docs/bench.svg their plot. Without a file the recorded ones are written again.
import { cpSync, globSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readCommandLine } from "../../src/command-line.ts";
import { merged } from "./report/merge.ts";
import { svgOf } from "./report/plot.ts";
import { readReport } from "./report/read.ts";

const folder = "loadtest/bench/recorded";
const { words: given } = readCommandLine(
  {
    name: "npm run bench:tables --",
    summary: "Makes the tables and the plot of docs/benchmark.md from recorded reports.",
    options: {},
    words: "[FILE.json ...]",
  },
  process,
);
given.forEach(readReport); // throws before anything is replaced

if (given.length > 0) {
  for (const old of globSync(`${folder}/*.json`)) rmSync(old);
  for (const file of given) cpSync(file, join(folder, basename(file)));
}
const recorded = globSync(`${folder}/*.json`).toSorted();
if (recorded.length > 0) writeFileSync("docs/bench.svg", svgOf(merged(recorded.map(readReport))));
else console.log("No report is recorded: npm run bench:tables -- FILE.json");
