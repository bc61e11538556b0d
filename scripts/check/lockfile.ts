// Fails when a package-lock.json (the project's, or the one of React 18) lacks a platform's binary (npm ci would refuse it there) or names a download address.
import { readFileSync } from "node:fs";

interface Locked {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}
const nameOf = (key: string) => key.slice(key.lastIndexOf("node_modules/") + "node_modules/".length);

function problemsIn(file: string): string[] {
  const { packages } = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Locked> };
  const present = new Set(Object.keys(packages).map(nameOf));
  return Object.entries(packages).flatMap(([key, entry]) => [
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !present.has(name))
      .map((name) => `${file}: ${nameOf(key)} lacks ${name}`),
    ...(entry.resolved?.startsWith("http") ? [`${file}: ${nameOf(key)} names a download address`] : []),
  ]);
}

const problems = ["package-lock.json", "harness/react-18/package-lock.json"].flatMap(problemsIn);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
