// `node loadtest/bench/hot.ts FILE.cpuprofile [TOP]`: where the time of a profile went, as two lists.
import { readFileSync } from "node:fs";
import { type CpuProfile, type Hot, hottest } from "./report/hot.ts";
import { aligned } from "./report/tables.ts";

const [file = "", top = "25"] = process.argv.slice(2);
const { self, inclusive } = hottest(JSON.parse(readFileSync(file, "utf8")) as CpuProfile, Number(top));
const lines = (hot: readonly Hot[]) =>
  aligned(hot.map(({ name, ms, share }) => [name, `${ms.toFixed(0)} ms`, `${(100 * share).toFixed(1)} %`]));
console.log(`by itself\n${lines(self)}\n\nwith all that it called\n${lines(inclusive)}`);
