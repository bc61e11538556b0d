// `node loadtest/bench/hot.ts FILE.cpuprofile [TOP]`: where the time of a profile went, as two lists.
import { readFileSync } from "node:fs";
import { readCommandLine, refuse, UsageError } from "../../src/command-line.ts";
import { type CpuProfile, type Hot, hottest } from "./report/hot.ts";
import { aligned } from "./report/tables.ts";

const command = {
  name: "node loadtest/bench/hot.ts",
  summary: "Where the time of a CPU profile went, as two lists.",
  options: {},
  words: "FILE.cpuprofile [TOP]",
};
const [file, top = "25"] = readCommandLine(command, process).words;
if (file === undefined || !(Number(top) > 0))
  refuse(command, process, new UsageError("It needs a profile, and how many lines, if not 25."));

const { self, inclusive } = hottest(
  JSON.parse(readFileSync(file as string, "utf8")) as CpuProfile,
  Number(top),
);
const lines = (hot: readonly Hot[]) =>
  aligned(hot.map(({ name, ms, share }) => [name, `${ms.toFixed(0)} ms`, `${(100 * share).toFixed(1)} %`]));
console.log(`by itself\n${lines(self)}\n\nwith all that it called\n${lines(inclusive)}`);
