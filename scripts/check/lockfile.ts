// Fails when package-lock.json lacks a platform's binary (npm ci would refuse it there) or names a download address.
import { readFileSync } from "node:fs";

interface Locked {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  packages: Record<string, Locked>;
};
const nameOf = (key: string) => key.slice(key.lastIndexOf("node_modules/") + "node_modules/".length);
const present = new Set(Object.keys(packages).map(nameOf));
const problems = Object.entries(packages).flatMap(([key, entry]) => [
  ...Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !present.has(name))
    .map((name) => `${nameOf(key)} lacks ${name}`),
  ...(entry.resolved?.startsWith("http") ? [`${nameOf(key)} names a download address`] : []),
]);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
