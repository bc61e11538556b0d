// A register as a table for a spreadsheet (RFC 4180).
import type { RegisterRow } from "./state.ts";

const header = ["name", "expected", "came", "left", "times away", "minutes away", "minutes here"];

export function csvOf(rows: readonly RegisterRow[]): string {
  const lines = rows.map((row) => [
    row.name,
    row.is_expected ? "yes" : "no",
    instantOf(row.came_at),
    instantOf(row.left_at),
    String(row.times_away),
    minutesOf(row.away_ms),
    minutesOf(row.here_ms),
  ]);
  return [header, ...lines].map((line) => `${line.map(cellOf).join(",")}\r\n`).join("");
}

const instantOf = (at: number) => (at === 0 ? "" : new Date(at).toISOString());
const minutesOf = (ms: number) => (ms / 60_000).toFixed(1);

/** Names are what people have typed: one that a spreadsheet would take for a formula gets an apostrophe before it. */
function cellOf(text: string): string {
  const harmless = /^\s*[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
