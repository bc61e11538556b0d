// Both packages as a stranger gets them: packed as npm would publish them, installed by plain npm into a folder of the
// stranger's. Nothing of this checkout helps: not its .npmrc, not its overrides, not the npm_* variables of the script
// around us.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

/** A person's shell: this Node first on the PATH, and none of npm's own variables but where things are. */
export const shell: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries({
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  }).filter(
    ([name]) => !/^npm_/i.test(name) || /^npm_config_(userconfig|globalconfig|cache|registry)$/i.test(name),
  ),
);

export interface Tarball {
  /** Absolute path of the .tgz. */
  readonly path: string;
  /** What it contains, relative to the package. */
  readonly files: readonly string[];
}

export interface Tarballs {
  readonly holdfast: Tarball;
  readonly "holdfast-client": Tarball;
}

let made: Promise<Tarballs> | undefined;

/** Builds and packs both packages, once in a process; they are removed with it. */
export function tarballs(): Promise<Tarballs> {
  made ??= pack();
  return made;
}

async function pack(): Promise<Tarballs> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-packed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const one = async (...which: string[]): Promise<Tarball> => {
    const words = ["pack", "--json", "--foreground-scripts=false", "--pack-destination", folder, ...which];
    const { stdout } = await run("npm", words, { cwd: root, env: shell, maxBuffer: 2 ** 26 });
    const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    return { path: join(folder, filename), files: files.map(({ path }) => path) };
  };
  const holdfast = await one();
  // What the build of the one has made of the other is packed as it is.
  return { holdfast, "holdfast-client": await one("--workspace", "holdfast-client", "--ignore-scripts") };
}

/** What a project's package.json names, so that both packages come from the tarballs and not from the registry. */
export async function dependenciesOnTarballs(): Promise<Record<keyof Tarballs, string>> {
  const { holdfast, "holdfast-client": client } = await tarballs();
  return { holdfast: `file:${holdfast.path}`, "holdfast-client": `file:${client.path}` };
}

/** Writes this package.json into the folder and installs what it names, as a stranger would. */
export async function install(folder: string, manifest: object): Promise<void> {
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", ...manifest }),
  );
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: folder, env: shell });
}
