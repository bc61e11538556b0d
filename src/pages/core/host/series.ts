// How many were connected and away over time, from the bars of everyone; and the path of a chart of it.
// Pure: the window is given, in the server's epoch milliseconds.
import type { Line } from "../time-lines.ts";

/** From `at` until the next step. */
export interface Step {
  readonly at: number;
  readonly connected: number;
  readonly away: number;
}

/** The counts from `from` to `to`: a step for every instant at which one of them changes, the first at `from`. */
export function countsOver(lines: Iterable<Line>, from: number, to: number): Step[] {
  const changes: { at: number; connected: number; away: number }[] = [];
  for (const { bars } of lines) {
    for (const bar of bars) {
      const end = bar.to ?? Number.POSITIVE_INFINITY;
      if (bar.kind === "left" || bar.from > to || end <= from) continue;
      const [connected, away] = bar.kind === "connected" ? [1, 0] : [0, 1];
      changes.push({ at: Math.max(bar.from, from), connected, away });
      if (end <= to) changes.push({ at: end, connected: -connected, away: -away });
    }
  }
  changes.sort((a, b) => a.at - b.at);
  const steps: Step[] = [{ at: from, connected: 0, away: 0 }];
  for (const change of changes) {
    const last = steps.at(-1) as Step;
    const next = {
      at: change.at,
      connected: last.connected + change.connected,
      away: last.away + change.away,
    };
    if (last.at === change.at) steps[steps.length - 1] = next;
    else steps.push(next);
  }
  return steps.filter((step, index) => {
    const before = steps[index - 1];
    return before === undefined || before.connected !== step.connected || before.away !== step.away;
  });
}

/** At most two steps for each of `slots` equal parts of the window: the one with most away (an outage is never thinned out), and the last. */
export function thin(steps: readonly Step[], from: number, to: number, slots: number): Step[] {
  if (steps.length <= 2 * slots) return [...steps];
  const slotOf = ({ at }: Step) => Math.min(slots - 1, Math.floor(((at - from) / (to - from)) * slots));
  const kept: Step[] = [];
  let group: Step[] = [];
  const close = () => {
    const last = group.at(-1);
    if (last === undefined) return;
    const most = group.reduce((a, b) => (b.away > a.away ? b : a));
    if (most !== last) kept.push(most);
    kept.push(last);
  };
  for (const step of steps) {
    const [head] = group;
    if (head !== undefined && slotOf(head) !== slotOf(step)) {
      close();
      group = [];
    }
    group.push(step);
  }
  close();
  return kept;
}

/** A round number for the top of a chart, at least 4: 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, ... */
export function niceTop(highest: number): number {
  if (highest <= 4) return 4;
  const size = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8].find((factor) => factor * size >= highest) ?? 10;
  return step * size;
}

/** The plane that a path is drawn on: time from left to right, counts from the bottom up. */
export interface Plane {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** An area under (or, with `base`, between) counts that change in steps, as SVG path data. */
export function areaPath(
  steps: readonly Step[],
  plane: Plane,
  value: (step: Step) => number,
  base: (step: Step) => number = () => 0,
): string {
  const x = (at: number) => (((at - plane.from) / (plane.to - plane.from)) * plane.width).toFixed(1);
  const y = (count: number) => (plane.height - (count / plane.top) * plane.height).toFixed(1);
  const endOf = (index: number) => steps[index + 1]?.at ?? plane.to;
  const upper = steps.flatMap((step, index) => [
    `${x(step.at)} ${y(value(step))}`,
    `${x(endOf(index))} ${y(value(step))}`,
  ]);
  const lower = steps.flatMap((step, index) => [
    `${x(step.at)} ${y(base(step))}`,
    `${x(endOf(index))} ${y(base(step))}`,
  ]);
  return upper.length === 0 ? "" : `M${upper.join("L")}L${lower.toReversed().join("L")}Z`;
}

/** The upper edge of that area, as a line. */
export function edgePath(steps: readonly Step[], plane: Plane, value: (step: Step) => number): string {
  const x = (at: number) => (((at - plane.from) / (plane.to - plane.from)) * plane.width).toFixed(1);
  const y = (count: number) => (plane.height - (count / plane.top) * plane.height).toFixed(1);
  const points = steps.flatMap((step, index) => [
    `${x(step.at)} ${y(value(step))}`,
    `${x(steps[index + 1]?.at ?? plane.to)} ${y(value(step))}`,
  ]);
  return points.length === 0 ? "" : `M${points.join("L")}`;
}

/** A chart of less than this says nothing. */
const shortestMs = 10_000;

export interface ChartWindow {
  /** Where the chart begins. */
  readonly from: number;
  /** From where on something is known; what is before it stays empty. */
  readonly seenFrom: number;
  /** The page has watched for as long as was asked for. */
  readonly isWhole: boolean;
}

/** What a chart of the last `lengthMs` shows of what was watched since `since`: all instants in epoch ms. */
export function chartWindow(now: number, lengthMs: number, since: number): ChartWindow {
  const from = Math.max(now - lengthMs, Math.min(since, now - shortestMs));
  return { from, seenFrom: Math.max(from, since), isWhole: since <= now - lengthMs };
}
