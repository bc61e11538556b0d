// Where a report goes, and that it is always whole there, whenever the benchmark is ended.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../results.ts";
import { svgOf } from "./plot.ts";

/** Without an extension: the report is `.json`, its plot `.svg`. */
export const pathOf = ({ at }: Report, folder: string): string => join(folder, at.replace(/[:.]/g, "-"));

/** Writes both files, over those of before. */
export function save(report: Report, path: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  const unfinished = `${path}.json.part`;
  writeFileSync(unfinished, `${JSON.stringify(report)}\n`);
  renameSync(unfinished, `${path}.json`);
  writeFileSync(`${path}.svg`, svgOf(report));
}
