// Breaks the rules' code on purpose, one break at a time, in a copy of the tree, and says which tests noticed.
//   npm run test:mutants [-- --only TEXT] [-- --check] [-- --list]
// --only: breaks whose rule, file or words contain TEXT. --check: only whether each text to break is there, once.
// Fails when a text is not there, when tests are red without a break, or when a break is noticed by none of them.
import { spawn } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { flag, readCommandLine, text } from "../../src/command-line.ts";
import type { Break } from "./break.ts";
import { client } from "./client.ts";
import { identity } from "./identity.ts";
import { publishing } from "./publishing.ts";
import { rooms } from "./rooms.ts";
import { seats } from "./seats.ts";
import { stores } from "./stores.ts";

/** What hangs is broken, too. */
const limitMs = 180_000;
const left = new Set(["node_modules", "dist", ".git"]);

/** Mocha's own report, as far as it is read. */
interface Report {
  readonly failures: readonly { readonly title: string }[];
  readonly stats: { readonly tests: number };
}

interface Outcome {
  readonly isRed: boolean;
  readonly isRun: boolean;
  /** The first test that failed, or what else happened. */
  readonly by: string;
  readonly seconds: number;
}

const sources = new Map<string, string>();
for (const file of globSync("src/**/*.{ts,tsx,lua}")) sources.set(file, readFileSync(file, "utf8"));
const countIn = (file: string, find: string) => (sources.get(file)?.split(find).length ?? 1) - 1;

/** The file with the text to break: the one that is named, or the only other one that has it, once. */
function placeOf({ file, find }: Break): string | undefined {
  if (countIn(file, find) === 1) return file;
  const others = [...sources.keys()].filter((each) => countIn(each, find) > 0);
  return others.length === 1 && countIn(others[0] as string, find) === 1 ? others[0] : undefined;
}

/** Runs test files in the copy; stops at the first that fails. */
function run(folder: string, { tests, grep }: Break): Promise<Outcome> {
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const mocha = resolve("node_modules/mocha/bin/mocha.js");
  const options = ["--bail", "--reporter", "json", "--reporter-option", `output=${report}`];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [mocha, ...tests, ...options, ...(grep ? ["--grep", grep] : [])], {
    cwd: folder,
    stdio: "ignore",
    env: { ...process.env, HISTORIES: "3000" },
  });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  return new Promise((done) => {
    const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
    child.on("exit", (code) => {
      clearTimeout(limit);
      done({
        ...verdictOf(report, code),
        seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      });
    });
  });
}

/** Red is red only when a test says so, or when none comes to its end: what does not load proves nothing. */
function verdictOf(report: string, code: number | null): Omit<Outcome, "seconds"> {
  if (code === null) return { isRed: true, isRun: true, by: "it hangs" };
  try {
    const { failures, stats } = JSON.parse(readFileSync(report, "utf8")) as Report;
    if (stats.tests > 0) return { isRed: code !== 0, isRun: true, by: failures[0]?.title ?? "" };
  } catch {
    // there is no report
  }
  return { isRed: false, isRun: false, by: "NO TEST WAS RUN" };
}

/** A copy of the tree, with the packages of this one. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-mutants-"));
  cpSync(".", folder, { recursive: true, filter: (path) => !left.has(path) });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  return folder;
}

const rowOf = ({ rules, file, what, tests }: Break, ...more: string[]) =>
  `| ${[rules, file.replace(/^src\//, ""), what, ...more, ...(more.length > 0 ? [] : tests)].join(" | ")} |`;

async function main(): Promise<boolean> {
  const { values } = readCommandLine(
    {
      name: "npm run test:mutants --",
      summary: "Breaks the rules' code on purpose, one break at a time, and says which tests noticed.",
      options: {
        only: text("Breaks whose rule, file or words contain this", ""),
        check: flag("Only whether each text to break is there, once"),
        list: flag("Print the breaks"),
      },
    },
    process,
  );
  const breaks = [...seats, ...rooms, ...publishing, ...stores, ...identity, ...client].filter((one) =>
    [one.rules, one.file, one.what].some((part) => part.includes(values.only)),
  );
  const astray = breaks.filter((one) => placeOf(one) === undefined);
  for (const { file, find, what } of astray)
    console.error(`not there, or more than once (${file}, "${what}"): ${JSON.stringify(find)}`);
  for (const one of breaks)
    if (placeOf(one) !== undefined && placeOf(one) !== one.file)
      console.log(`moved: ${one.file} -> ${placeOf(one)} ("${one.what}")`);
  if (values.list) for (const one of breaks) console.log(rowOf(one));
  console.log(`${breaks.length} breaks, ${astray.length} of them without their text`);
  if (values.check || values.list) return astray.length === 0;

  const folder = copy();
  let red = 0;
  let survived = 0;
  try {
    const healthy = new Set<string>();
    for (const one of breaks.filter((each) => !astray.includes(each))) {
      const key = JSON.stringify([one.tests, one.grep]);
      if (!healthy.has(key)) {
        const { isRed, isRun, by } = await run(folder, one);
        if (isRed || !isRun) {
          red += 1;
          console.error(`red without a break: ${one.tests.join(" ")}: ${by}`);
        }
        healthy.add(key);
      }
      const path = join(folder, placeOf(one) as string);
      const text = readFileSync(path, "utf8");
      writeFileSync(
        path,
        text.replace(one.find, () => one.put),
      );
      const { isRed, isRun, by, seconds } = await run(folder, one);
      writeFileSync(path, text);
      if (!isRed) survived += 1;
      console.log(rowOf(one, isRed ? `caught by: ${by}` : isRun ? "SURVIVED" : by, `${seconds} s`));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${breaks.length} breaks: ${survived} survived, ${red} test runs red without one`);
  return astray.length + survived + red === 0;
}

process.exit((await main()) ? 0 : 1);
