// Reads a results file back: for those who print, plot or compare one. Checks its shape as far as that needs.
import { readFileSync } from "node:fs";
import type { Report } from "../results.ts";

/** @throws when the text is not a report of this version */
export function parseReport(text: string): Report {
  const report = JSON.parse(text) as Partial<Report>;
  if (report.version !== 2 || !Array.isArray(report.runs))
    throw new Error("this is not a report of npm run bench, or one of an earlier version");
  return report as Report;
}

export const readReport = (path: string): Report => parseReport(readFileSync(path, "utf8"));
