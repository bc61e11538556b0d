// `npm run test:all`: every tier, one after the other, and what became of each. Further arguments go to mocha in each of
// them. Says at the end once more what failed, because whoever reads a log of an hour begins there. Exits with 1 when a
// test failed or a tier could not be run.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";

interface Tier {
  /** What it is called in the summary. */
  readonly name: string;
  /** The npm script that runs it. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const plain = (script: string): Tier => ({ name: script, script, args: [] });
/** What holds in every browser, in one of them, so that the summary says of each how long it took. */
const browser = (name: string): Tier => ({
  name: `in ${name}`,
  script: "test:every-browser",
  args: [],
  env: { BROWSER: name },
});

const tiers: readonly Tier[] = [
  ...["test", "test:process", "test:redis"].map(plain),
  { ...plain("test:browser"), args: ["--ignore", "test/browser/every-browser/**"] },
  ...["chromium", "firefox", "webkit"].map(browser),
  plain("test:tools"),
];

interface Outcome {
  readonly tier: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** What mocha says of the tests that failed; of a tier that was not run to its end, the end of what it printed. */
  readonly failures: string;
}

/** So much of what one tier says of its failures is repeated at the end, in characters. */
const longestFailures = 8000;

/** Mocha's own count in the summary at the end of its output. */
function countOf(output: string, kind: string): number {
  return Number([...output.matchAll(new RegExp(`^ +(\\d+) ${kind}`, "gm"))].at(-1)?.[1] ?? 0);
}

/** Mocha's list of failures, from its "N failing" on. */
function failuresIn(output: string): string {
  const from = output.search(/^ +\d+ failing$/m);
  return from < 0 ? output.slice(-longestFailures / 4) : output.slice(from, from + longestFailures);
}

/** Runs a tier and shows what it prints. */
async function run({ name, script, args, env }: Tier, more: readonly string[]): Promise<Outcome> {
  const startedAt = performance.now();
  const child = spawn("npm", ["run", script, "--", ...args, ...more], {
    env: { ...process.env, ...env },
    stdio: ["inherit", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => {
    output += bytes.toString();
    process.stdout.write(bytes);
  });
  const [code] = (await once(child, "close")) as [number | null];
  output = stripVTControlCharacters(output);
  const failed = countOf(output, "failing");
  return {
    tier: name,
    passed: countOf(output, "passing"),
    failed: code === 0 ? failed : Math.max(1, failed),
    skipped: countOf(output, "pending"),
    seconds: Math.round((performance.now() - startedAt) / 1000),
    failures: code === 0 ? "" : failuresIn(output),
  };
}

const outcomes: Outcome[] = [];
for (const tier of tiers) outcomes.push(await run(tier, process.argv.slice(2)));
const sum = (count: "passed" | "failed" | "skipped" | "seconds") =>
  outcomes.reduce((total, outcome) => total + outcome[count], 0);
for (const { tier, failures } of outcomes) if (failures !== "") console.log(`${tier} failed:\n${failures}\n`);
for (const { tier, passed, failed, skipped, seconds } of outcomes)
  console.log(
    `${tier.padEnd(12)} ${passed} passed, ${failed} failed, ${skipped} did not run, in ${seconds} s`,
  );
console.log(
  `${"all".padEnd(12)} ${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} did not run, in ${sum("seconds")} s`,
);
process.exitCode = sum("failed") > 0 ? 1 : 0;
