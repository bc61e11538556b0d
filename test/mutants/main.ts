// Breaks the rules' code on purpose, one break at a time, in a copy of the tree, and says which tests noticed.
//   npm run test:mutants [-- --only TEXT] [-- --check] [-- --list]
// --only: breaks whose rule, file or words contain TEXT. --check: only whether each text to break is there, once, and
// the files and titles of its tests.
// Fails when a text is not there, when tests are red without a break, or when a break is noticed by none of them.
import { spawn } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { flag, readCommandLine, text } from "../../src/command-line.ts";
import type { Break } from "./break.ts";
import { client } from "./clients/client.ts";
import { crashes } from "./crashes.ts";
import { embedding } from "./authors/embedding.ts";
import { hostApi } from "./host-api.ts";
import { hosts } from "./hosts.ts";
import { hostSeats } from "./host-seats.ts";
import { looks } from "./looks.ts";
import { pages } from "./clients/pages.ts";
import { identity } from "./identity.ts";
import { kit } from "./authors/kit.ts";
import { mail } from "./mail.ts";
import { hostPage } from "./clients/host-page.ts";
import { participant } from "./clients/participant.ts";
import { publishing } from "./authors/publishing.ts";
import { react } from "./clients/react.ts";
import { rooms } from "./rooms.ts";
import { seats } from "./seats.ts";
import { starter } from "./authors/starter.ts";
import { stores } from "./stores.ts";
import { testing } from "./authors/testing.ts";
import { timers } from "./authors/timers.ts";
import { types } from "./authors/types.ts";
import { wire } from "./wire.ts";

/** What hangs is broken, too. */
const limitMs = 180_000;
const left = new Set(["node_modules", "dist", ".git"]);

interface Outcome {
  readonly isRed: boolean;
  readonly isRun: boolean;
  /** The first test that failed, or what else happened. */
  readonly by: string;
  readonly seconds: number;
}

const sources = new Map<string, string>();
for (const file of globSync("src/**/*.{ts,tsx,lua,css,json}")) sources.set(file, readFileSync(file, "utf8"));
const countIn = (file: string, find: string) => (sources.get(file)?.split(find).length ?? 1) - 1;

/** The file with the text to break: the one that is named, or the only other one that has it, once. */
function placeOf({ file, find }: Break): string | undefined {
  if (countIn(file, find) === 1) return file;
  const others = [...sources.keys()].filter((each) => countIn(each, find) > 0);
  return others.length === 1 && countIn(others[0] as string, find) === 1 ? others[0] : undefined;
}

/** Whether a title of its test files has what they are chosen by. */
const hasTest = ({ tests, grep = "" }: Break): boolean =>
  tests.some((file) => new RegExp(grep).test(readFileSync(file, "utf8")));

/** Runs test files in the copy; stops at the first that fails. */
function run(folder: string, { tests, grep }: Break): Promise<Outcome> {
  const mocha = resolve("node_modules/mocha/bin/mocha.js");
  const options = ["--bail", "--exit", "--reporter", "tap"];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [mocha, ...tests, ...options, ...(grep ? ["--grep", grep] : [])], {
    cwd: folder,
    detached: true, // a group of its own: what a test has started ends with it
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, HISTORIES: "3000" },
  });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const end = () => endGroup(child.pid);
  process.once("exit", end);
  let output = "";
  child.stdout.on("data", (bytes) => (output += bytes));
  return new Promise((done) => {
    const limit = setTimeout(end, limitMs);
    child.on("close", (code) => {
      clearTimeout(limit);
      process.off("exit", end);
      end();
      done({
        ...verdictOf(output, code),
        seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      });
    });
  });
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // nothing of it is left
  }
}

/** Red is red only when a test says so, or when none comes to its end: what does not load proves nothing. */
function verdictOf(tap: string, code: number | null): Omit<Outcome, "seconds"> {
  if (code === null) return { isRed: true, isRun: true, by: "it hangs" };
  const isRun = /^(?:not )?ok \d/m.test(tap);
  const by = /^not ok \d+ (.*)$/m.exec(tap)?.[1] ?? "";
  return { isRed: isRun && code !== 0, isRun, by: isRun ? by : "NO TEST WAS RUN" };
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
  const breaks = [
    ...seats,
    ...rooms,
    ...kit,
    ...mail,
    ...hostPage,
    ...hostSeats,
    ...looks,
    ...participant,
    ...publishing,
    ...hosts,
    ...hostApi,
    ...pages,
    ...react,
    ...starter,
    ...stores,
    ...types,
    ...wire,
    ...identity,
    ...client,
    ...crashes,
    ...embedding,
    ...testing,
    ...timers,
  ].filter((one) => [one.rules, one.file, one.what].some((part) => part.includes(values.only)));
  const astray = breaks.filter((one) => placeOf(one) === undefined);
  for (const { file, find, what } of astray)
    console.error(`not there, or more than once (${file}, "${what}"): ${JSON.stringify(find)}`);
  for (const one of breaks)
    if (placeOf(one) !== undefined && placeOf(one) !== one.file)
      console.log(`moved: ${one.file} -> ${placeOf(one)} ("${one.what}")`);
  const missing = new Set(breaks.flatMap((one) => one.missing));
  for (const name of missing) console.error(`there is no such test: ${name}`);
  const untested = breaks.filter((one) => !hasTest(one));
  for (const { file, what, grep } of untested)
    console.error(`no test of its files is called by ${grep} (${file}, "${what}")`);
  if (values.list) for (const one of breaks) console.log(rowOf(one));
  console.log(`${breaks.length} breaks, ${astray.length} of them without their text`);
  if (values.check || values.list) return astray.length + missing.size + untested.length === 0;

  const folder = copy();
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
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
  return astray.length + missing.size + survived + red === 0;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
process.exit((await main()) ? 0 : 1);
