// Builds the pages if their sources have changed since they were built: `npm start` asks each time.
// A stamp beside what was built holds the hash of all that went in, and of all that came out.
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const built = "dist/pages";
const stamp = `${built}/.stamp`;

/** All that the pages are made of; the lockfile stands for the packages. */
const sources = [
  "src/{pages,client,host,protocol,schema}/**/*.*",
  "scripts/*.ts",
  "scripts/pages/*.ts",
  "vite.config.ts",
  "tsconfig.json",
  "package-lock.json",
];

/** One hash of these files' names and contents: what a checkout or a copy does to their times is nothing. */
function hashOf(root: string, patterns: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of globSync([...patterns], { cwd: root }).toSorted()) {
    const content = readFileSync(join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/**
 * Calls `build`, which makes `dist/pages`, unless all that went into it and came out of it is as it was then.
 * @returns whether it was called
 */
export async function buildIfChanged(root: string, build: () => Promise<unknown>): Promise<boolean> {
  const stampNow = () => `${hashOf(root, sources)}\n${hashOf(root, [`${built}/**/*.*`])}\n`;
  const file = join(root, stamp);
  if (existsSync(file) && readFileSync(file, "utf8") === stampNow()) return false;
  await build();
  writeFileSync(file, stampNow());
  return true;
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, "..");
  await buildIfChanged(root, async () => {
    const { build } = await import("vite"); // takes longer to load than everything above to run
    await build({ configFile: join(root, "vite.config.ts"), logLevel: "warn" });
  });
}
