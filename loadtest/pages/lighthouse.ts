// `npm run lighthouse`: Lighthouse's mobile defaults on `/` and `/host`, the median of five. Lighthouse is installed into a temporary
// folder: 176 MB that nothing else of ours needs. Says which scores are below 95; asserts nothing.
import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { buildPages } from "../../harness/browsers/browser.ts";
import { startServer } from "../../harness/servers/server-process.ts";
import { readCommandLine, whole } from "../../src/command-line.ts";

const version = "13.5.0";
const {
  values: { runs },
} = readCommandLine(
  {
    name: "npm run lighthouse --",
    summary: "Lighthouse on the pages, the median of some runs.",
    options: { runs: whole("Of how many runs the median is taken", 5, 1, 50) },
  },
  process,
);
const wanted = 95;
const categories = ["performance", "accessibility", "best-practices", "seo"] as const;

/** A layout shift that Lighthouse still calls good. */
const good = 0.1;

/** The elements that a report names as shifted, by their selectors. */
function shiftedIn(report: string | Buffer): string {
  const { audits } = JSON.parse(report.toString()) as { audits: Record<string, unknown> };
  const text = JSON.stringify([audits["layout-shifts"], audits["cls-culprits-insight"]]);
  const selectors = Array.from(text.matchAll(/"selector":"([^"]+)"/g), ([, selector]) => selector);
  return [...new Set(selectors)].join(", ") || "no element that it names";
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

await buildPages();
const folder = mkdtempSync(join(tmpdir(), "holdfast-lighthouse-"));
const options: ExecFileSyncOptions = {
  cwd: folder,
  maxBuffer: 64 * 1024 * 1024,
  stdio: ["ignore", "pipe", "ignore"],
};
execFileSync(
  "npm",
  ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", `lighthouse@${version}`],
  options,
);
const server = await startServer();
console.log(`Lighthouse ${version}, mobile, median of ${runs}; load ${loadavg()[0]?.toFixed(1)}`);
try {
  for (const path of ["/", "/host"]) {
    const scores = new Map<string, number[]>();
    const times = new Map<string, number[]>();
    for (let run = 0; run < runs; run += 1) {
      const report = execFileSync(
        process.execPath,
        [
          join(folder, "node_modules/lighthouse/cli/index.js"),
          server.url + path,
          "--quiet",
          "--output=json",
          "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
          `--only-categories=${categories.join(",")}`,
        ],
        {
          ...options,
          env: { ...process.env, CHROME_PATH: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium" },
        },
      );
      const result = JSON.parse(report.toString()) as {
        categories: Record<string, { score: number }>;
        audits: Record<string, { numericValue?: number; score: number | null; title: string }>;
      };
      for (const name of categories)
        scores.set(name, [
          ...(scores.get(name) ?? []),
          Math.round((result.categories[name]?.score ?? 0) * 100),
        ]);
      for (const name of ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time"])
        times.set(name, [...(times.get(name) ?? []), result.audits[name]?.numericValue ?? 0]);
      const shift = result.audits["cumulative-layout-shift"]?.numericValue ?? 0;
      if (shift > good)
        console.log(`  ${path}: layout shift ${shift.toFixed(2)} in run ${run + 1}, of ${shiftedIn(report)}`);
      if (run === 0)
        for (const { score, title } of Object.values(result.audits))
          if (score === 0) console.log(`  ${path}: ${title}`);
    }
    const counted = categories.filter((name) => name !== "seo" || path === "/");
    const figures = counted.map((name) => `${name} ${median(scores.get(name) ?? [])}`);
    const spent = Array.from(times, ([name, values]) => `${name} ${Math.round(median(values))} ms`);
    console.log(`${path.padEnd(6)}${figures.join(", ")}; ${spent.join(", ")}`);
    const low = counted.filter((name) => median(scores.get(name) ?? []) < wanted);
    if (low.length > 0) console.log(`  below ${wanted}: ${low.join(", ")}`);
  }
} finally {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
}
