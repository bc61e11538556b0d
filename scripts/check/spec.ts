// Fails when a rule of SPEC.md has no test whose title names it, or a test names a rule that does not exist.
// The rules are about the server and the client: what tests a tool (test/tools/loadtest) holds none of them, and may name none.
import { globSync, readFileSync } from "node:fs";

const rule = /\[([A-Z]\d+)\]/g;
const idsIn = (text: string) => new Set([...text.matchAll(rule)].map((match) => match[1] as string));
const titlesOf = (files: string[]) =>
  files
    .flatMap((file) => readFileSync(file, "utf8").match(/^\s*(?:it|describe)\(\s*[`"'][^\n]*/gm) ?? [])
    .join("\n");

const ofTools = globSync("test/tools/loadtest/**/*.test.ts");
const spec = idsIn(readFileSync("SPEC.md", "utf8"));
// A contract that several implementations meet is in the harness, with its tests.
const ofRules = globSync(["test/**/*.test.ts", "harness/contracts/*.ts"]).filter(
  (file) => !ofTools.includes(file),
);
const tested = idsIn(titlesOf(ofRules));
const problems: [string, string[]][] = [
  ["Rules in SPEC.md without a test", [...spec].filter((id) => !tested.has(id))],
  ["Tests that name a rule SPEC.md does not have", [...tested].filter((id) => !spec.has(id))],
  ["Tests of a tool (test/tools/loadtest) that name a rule", [...idsIn(titlesOf(ofTools))]],
];
for (const [what, ids] of problems) if (ids.length > 0) console.error(`${what}: ${ids.join(", ")}`);
process.exitCode = problems.some(([, ids]) => ids.length > 0) ? 1 : 0;
