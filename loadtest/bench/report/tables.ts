// The report as tables of cells, each with a head: one for each scenario, one of held seats, one of the goals. And as
// text for a terminal: plain ASCII columns. Pure.
import type { Compared, Report, ServerId } from "../results.ts";
import { figureOf, ratioOf, scenariosOf, serversOf } from "./figures.ts";
import { judgeAll, measuredElsewhere } from "./goals.ts";
import { type Row, rows } from "./rows.ts";

/** Lines of cells; the first is the head. */
export type Table = readonly (readonly string[])[];

/** Columns as wide as their widest cell; the first is aligned left, the others right. */
export function aligned(lines: Table): string {
  const widths = (lines[0] ?? []).map((_, k) => Math.max(...lines.map((line) => (line[k] ?? "").length)));
  const pad = (cell: string, k: number) =>
    k === 0 ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/** Three significant digits, whole above 100. */
export function spelled(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

function cell(report: Report, server: ServerId, scenario: string, row: Row): string {
  const figure = figureOf(report, server, scenario, row);
  if (figure === undefined) return "-";
  return `${spelled(figure.value)}${figure.isPartial ? "!" : ""}`;
}

/** How many times better Holdfast is; under 1 it is worse. */
function advantage(report: Report, scenario: string, row: Row, other: ServerId): string {
  const [over, under]: ServerId[] = row.better === "more" ? ["holdfast", other] : [other, "holdfast"];
  const ratio = ratioOf(report, scenario, row, over as ServerId, under as ServerId);
  return ratio === undefined ? "" : spelled(ratio);
}

function scenarioTable(report: Report, scenario: string): Table {
  const servers = serversOf(report, scenario);
  const rivals = servers.filter((server) => server !== "holdfast");
  const rounds = Math.max(
    ...servers.map((server) => figureOf(report, server, scenario, rows.joinsPerSecond)?.rounds ?? 0),
  );
  const title = scenario.includes("x") ? `events x participants: ${scenario}` : `${scenario} participants`;
  const head = [`${title} (${rounds} rounds)`, ...servers, ...rivals.map((rival) => `vs ${rival}`)];
  const lines = Object.values<Row>(rows)
    .filter((row) => servers.some((server) => figureOf(report, server, scenario, row) !== undefined))
    .map((row) => [
      row.title,
      ...servers.map((server) => cell(report, server, scenario, row)),
      ...rivals.map((rival) => advantage(report, scenario, row, rival)),
    ]);
  return [head, ...lines];
}

function heldTable({ held }: Report): Table {
  if (held === undefined) return [];
  const line = (title: string, { without, with: holding, ratio }: Compared) => [
    title,
    spelled(without),
    spelled(holding),
    spelled(ratio),
  ];
  return [
    ["one Holdfast, events without held seats", "0 held", `${held.held} held`, "ratio"],
    line("joins/s", held.joinsPerSecond),
    line("CPU per join, us", held.joinCpuUs),
    line("one drop: all told, ms", held.dropToldMs),
    line("CPU of one drop, us", held.dropCpuUs),
  ];
}

/** One for each scenario, and one of held seats. */
export const figureTables = (report: Report): readonly Table[] =>
  [...scenariosOf(report).map((scenario) => scenarioTable(report, scenario)), heldTable(report)].filter(
    (table) => table.length > 0,
  );

export function goalTable(report: Report): Table {
  const lines = judgeAll(report).map(({ goal, verdict }) => [
    goal.text,
    verdict?.figure ?? "-",
    verdict === undefined ? "no figure" : verdict.isMet ? "met" : "NOT MET",
    verdict === undefined ? "" : `at ${verdict.at}`,
  ]);
  return [["goal", "Holdfast", "", ""], ...lines];
}

/** What was not done in its bound or went wrong: a sentence each. */
export function failures({ runs, heldFailure }: Report): string[] {
  const sentences = runs.flatMap((run) => {
    const where = `${run.server}, ${run.scenario.events} x ${run.scenario.eventSize}, round ${run.round}`;
    const partial = Object.entries(run.phases).flatMap(([name, phase]) =>
      phase.ok
        ? []
        : [
            `${where}: ${name}: ${phase.done} of ${phase.of} in ${phase.wallMs} ms; ${phase.errors?.join("; ") ?? ""}`,
          ],
    );
    return run.failure === undefined ? partial : [...partial, `${where}: ${run.failure.slice(0, 300)}`];
  });
  return heldFailure === undefined ? sentences : [...sentences, `held seats: ${heldFailure}`];
}

/** How a table is read. */
export const legend =
  "vs: how many times better Holdfast is (under 1: worse), median over rounds. !: not done in its bound, so that a time is at least that.";
export const elsewhere = measuredElsewhere.map((text) => `not measured here: ${text}`).join("\n");

/** Everything that a person wants to read on a terminal. */
export function textOf(report: Report): string {
  const parts = [
    ...figureTables(report).map(aligned),
    legend,
    failures(report).join("\n"),
    `${aligned(goalTable(report))}\n${elsewhere}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}
