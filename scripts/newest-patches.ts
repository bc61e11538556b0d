// `npm run test:newest`: do the newest patches of Colyseus fit that the registry has? Installs them in a copy of the checkout,
// asks the start-up check, and runs the tests that pin the internals. It reports, and fails in one case only: a pinning test
// is red and the start-up check would have let that version start.
// `-- --try @colyseus/core@0.18.16` takes such a version instead of the newest; more than one with commas.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { internals } from "../src/rooms/internals/check.ts";
import { readCommandLine, text } from "../src/command-line.ts";

const { values } = readCommandLine(
  {
    name: "npm run test:newest --",
    summary: "Whether the newest patches of Colyseus fit: start-up check and pinning tests in a copy.",
    options: {
      try: text("These versions instead of the newest, such as @colyseus/core@0.18.16; with commas", ""),
    },
  },
  process,
);

/** Of one question to npm, of the installation, of one file's tests. */
const [askMs, installMs, testsMs] = [30_000, 240_000, 90_000];
/** Tests of the SDK's internals, which no start-up check of the server looks at. */
const clientTests = [
  "test/rooms/client/sdk-internals.test.ts",
  "test/pure/client/outbox/outbox-limits.test.ts",
];

type Versions = Record<string, string>;
interface Manifest {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
}
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const installed: Versions = { ...manifest.devDependencies, ...manifest.dependencies };

function run(command: string, given: readonly string[], cwd: string, timeout: number) {
  const { status, stdout, stderr } = spawnSync(command, given, { cwd, timeout, encoding: "utf8" });
  return { isDone: status === 0, output: `${stdout ?? ""}${stderr ?? ""}`, stdout: stdout ?? "" };
}

const isOurs = ([name, version]: readonly [string, string]) =>
  (name === "colyseus" || name.startsWith("@colyseus/")) && /^(?:0\.18|5)\./.test(version);

const patchOf = (version: string) => Number(version.split(".")[2]);

/** The highest patch of the same minor version; of the schema, the highest of its major version. Undefined: no answer. */
function newestOf(name: string, version: string): string | undefined {
  const [major, minor] = version.split(".");
  const range = name === "@colyseus/schema" ? `${major}.x` : `${major}.${minor}.x`;
  const { isDone, stdout } = run("npm", ["view", `${name}@${range}`, "version", "--json"], ".", askMs);
  if (!isDone) return undefined;
  const found = [JSON.parse(stdout) as string | string[]].flat().filter((each) => !each.includes("-"));
  const rank = (each: string) => Number(each.split(".")[1]) * 1e6 + patchOf(each);
  return found.toSorted((a, b) => rank(a) - rank(b)).at(-1);
}

/** What is to be installed instead of what package.json says; undefined when the registry does not answer. */
function wantedVersions(): Versions | undefined {
  if (values.try !== "") {
    const given = values.try.split(",").map((each) => [each.slice(0, each.lastIndexOf("@")), each] as const);
    return Object.fromEntries(given.map(([name, each]) => [name, each.slice(name.length + 1)]));
  }
  const newer: Versions = {};
  for (const [name, version] of Object.entries(installed).filter(isOurs)) {
    const newest = newestOf(name, version);
    if (newest === undefined) return undefined;
    if (newest !== version) newer[name] = newest;
  }
  return newer;
}

/** Not copied: what is installed, built or kept. */
const left = new Set(["node_modules", ".git", "dist", "data", "coverage"]);

/** A copy of the checkout with these versions in package.json. */
function copyWith(versions: Versions): string {
  const folder = mkdtempSync(join(tmpdir(), "newest-"));
  for (const name of readdirSync(".").filter((each) => !left.has(each)))
    cpSync(name, join(folder, name), { recursive: true });
  const path = join(folder, "package.json");
  const changed = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  for (const [name, version] of Object.entries(versions))
    for (const kind of [changed.dependencies, changed.devDependencies])
      if (kind[name] !== undefined) kind[name] = version;
  writeFileSync(path, JSON.stringify(changed, undefined, 2));
  return folder;
}

/** What the start-up check says of that copy; empty when it lets a server start. */
function startUpCheck(folder: string): string {
  const module = join(folder, "src/rooms/internals/check.ts");
  const asks = `const { checkInternals } = await import(${JSON.stringify(module)});
    try { checkInternals(); } catch (error) { console.log(error.message); process.exitCode = 1; }`;
  const { isDone, output } = run(process.execPath, ["--input-type=module", "-e", asks], folder, askMs);
  return isDone ? "" : output.trim();
}

/** One file's tests in a process of their own; what they say, or nothing when they are green. */
function redTests(file: string, folder: string): string {
  const given = ["-r", "./src/boot.cjs", "node_modules/mocha/bin/mocha.js", file];
  const { isDone, output } = run(process.execPath, given, folder, testsMs);
  if (isDone) return "";
  const summary = output.slice(Math.max(0, output.search(/^ +\d+ passing/m))).split("\n");
  return [file, ...summary.filter((line) => !/^\s+at /.test(line)).slice(0, 30)].join("\n");
}

/** What pinning tests say that are red there, twice, and green here: the machine may be busy, and a test may be wrong. */
function pinningTests(folder: string): string {
  const files = [...new Set([...internals.flatMap((each) => each.pinnedBy), ...clientTests])];
  return files
    .filter((file) => redTests(file, folder) !== "" && redTests(file, ".") === "")
    .map((file) => redTests(file, folder))
    .filter((said) => said !== "")
    .join("\n");
}

function main(): number {
  const versions = wantedVersions();
  if (versions === undefined) {
    console.log("NOT TRIED: the registry does not answer, so nothing is known of newer patches of Colyseus.");
    return 0;
  }
  const named = Object.entries(versions).map((each) => each.join(" "));
  if (named.length === 0) {
    console.log("The registry has no newer patch of Colyseus 0.18 than those in package.json.");
    return 0;
  }
  console.log(`Trying ${named.join(", ")}`);
  const folder = copyWith(versions);
  try {
    const install = run("npm", ["install", "--ignore-scripts", "--no-audit"], folder, installMs);
    if (!install.isDone) {
      console.log(`NOT TRIED: they do not install.\n${install.output.slice(-2000)}`);
      return 0;
    }
    const said = startUpCheck(folder);
    if (said !== "") {
      console.log(`They do not fit, and the start-up check says so:\n${said}`);
      return 0;
    }
    const red = pinningTests(folder);
    console.log(
      red === ""
        ? "They fit: the start-up check and every pinning test pass. docs/upgrading-colyseus.md, from step 4."
        : `The start-up check would let them start, and pinning tests are red:\n${red}`,
    );
    return red === "" ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main();
