// Figures of several rounds: medians, and ratios between servers that met the same noise. Pure.
import { nameOf, type Report, type RunResult, type ServerId, serverIds } from "../results.ts";
import { median, medianRatio } from "../statistics.ts";
import type { Row } from "./rows.ts";

export interface Figure {
  readonly value: number;
  /** Some round was not done in its bound: a time is "at least", a count is what was reached. */
  readonly isPartial: boolean;
  readonly rounds: number;
}

function runsOf({ runs }: Report, server: ServerId, scenario: string): RunResult[] {
  return runs.filter((run) => run.server === server && nameOf(run.scenario) === scenario);
}

const isPartial = (run: RunResult, { phase }: Row) => phase !== undefined && run.phases[phase]?.ok !== true;

/** The median over all rounds; undefined when no run has the figure. */
export function figureOf(report: Report, server: ServerId, scenario: string, row: Row): Figure | undefined {
  const found = runsOf(report, server, scenario).filter((run) => row.of(run) !== undefined);
  if (found.length === 0) return undefined;
  const value = median(found.map((run) => row.of(run) as number));
  return { value, isPartial: found.some((run) => isPartial(run, row)), rounds: found.length };
}

/**
 * The median over rounds of `server`'s figure divided by `other`'s of the same round; of the medians, when no round
 * has both. A round that was not done in its bound counts with what it reached.
 */
export function ratioOf(
  report: Report,
  scenario: string,
  row: Row,
  server: ServerId,
  other: ServerId,
): number | undefined {
  const others = runsOf(report, other, scenario);
  const pairs = runsOf(report, server, scenario).flatMap((run) => {
    const pair = others.find(({ round }) => round === run.round);
    const [a, b] = [row.of(run), pair === undefined ? undefined : row.of(pair)];
    return a === undefined || b === undefined || b === 0 ? [] : [[a, b] as const];
  });
  if (pairs.length > 0) return medianRatio(pairs);
  const [a, b] = [figureOf(report, server, scenario, row), figureOf(report, other, scenario, row)];
  return a === undefined || b === undefined || b.value === 0 ? undefined : a.value / b.value;
}

/** One event first, the smaller before the larger; then many events. */
export function scenariosOf({ runs }: Report): string[] {
  const scenarios = runs
    .map(({ scenario }) => scenario)
    .toSorted((a, b) => a.events - b.events || a.eventSize - b.eventSize);
  return [...new Set(scenarios.map(nameOf))];
}

/** In the order of their table. */
export const serversOf = (report: Report, scenario: string): ServerId[] =>
  serverIds.filter((server) => runsOf(report, server, scenario).length > 0);
