// Fails when a rule of SPEC.md has no test whose title names it, or a test names a rule that does not exist.
import { globSync, readFileSync } from "node:fs";

const rule = /\[([A-Z]\d+)\]/g;
const idsIn = (text: string) => new Set([...text.matchAll(rule)].map((match) => match[1] as string));

const spec = idsIn(readFileSync("SPEC.md", "utf8"));
const titles = globSync("test/**/*.test.ts")
  .flatMap((file) => readFileSync(file, "utf8").match(/^\s*(?:it|describe)\(\s*[`"'][^\n]*/gm) ?? [])
  .join("\n");
const tested = idsIn(titles);
const untested = [...spec].filter((id) => !tested.has(id));
const unknown = [...tested].filter((id) => !spec.has(id));
if (untested.length > 0) console.error(`Rules in SPEC.md without a test: ${untested.join(", ")}`);
if (unknown.length > 0) console.error(`Tests that name a rule SPEC.md does not have: ${unknown.join(", ")}`);
process.exitCode = untested.length + unknown.length > 0 ? 1 : 0;
