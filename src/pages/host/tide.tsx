// How many were here and away over the last minutes: a chart.
import { useEffect, useId, useState } from "preact/hooks";
import { areaPath, countsOver, niceTop, type Plane, type Step, thin } from "../core/series.ts";
import { useClock } from "../ui/clock.ts";
import type { Seen } from "../ui/event-observer.ts";
import { everyTick } from "../ui/ticker.ts";

const choices = [2, 5, 15] as const;
const width = 600;
const height = 150;
/** Parts of the chart's width that can be told apart. */
const slots = 300;
/** The chart moves on this often, when nothing happens. */
const frameMs = 1000;

interface TideProps {
  readonly seen: Seen;
  readonly minutes: number;
  readonly onMinutes: (minutes: number) => void;
}

export function Tide({ seen, minutes, onMinutes }: TideProps) {
  return (
    <section class="card tide" aria-label="Connected and away">
      <div class="tide-chart">
        <Minutes minutes={minutes} onMinutes={onMinutes} />
        <Chart seen={seen} minutes={minutes} />
      </div>
    </section>
  );
}

function Minutes({ minutes, onMinutes }: Omit<TideProps, "seen">) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Show the last</legend>
      {choices.map((choice) => (
        <label key={choice}>
          <input type="radio" name={name} checked={choice === minutes} onChange={() => onMinutes(choice)} />
          <span>{choice} min</span>
        </label>
      ))}
    </fieldset>
  );
}

function Chart({ seen, minutes }: Omit<TideProps, "onMinutes">) {
  const clock = useClock();
  const [now, setNow] = useState(clock);
  useEffect(
    () => everyTick(() => setNow((before) => (clock() - before >= frameMs ? clock() : before))),
    [clock],
  );
  const at = Math.max(now, clock());
  const from = at - minutes * 60_000;
  const seenFrom = Math.max(from, seen.timeLines?.since ?? at);
  const steps =
    seen.timeLines === undefined
      ? []
      : thin(countsOver(seen.timeLines.lines.values(), seenFrom, at), from, at, slots);
  const together = (step: Step) => step.connected + step.away;
  const highest = steps.reduce((most, step) => Math.max(most, together(step)), 0);
  const plane: Plane = { from, to: at, top: niceTop(highest), width, height };
  const most = steps.reduce((worst, step) => Math.max(worst, step.away), 0);
  const label = `Chart of the last ${minutes} minutes: at most ${highest} in the event, at most ${most} away at once.`;
  return (
    <div class="chart">
      <span class="chart-top" aria-hidden="true">
        {plane.top}
      </span>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {[0.25, 0.5, 0.75].map((part) => (
          <line key={part} class="chart-grid" x1="0" x2={width} y1={height * part} y2={height * part} />
        ))}
        <path class="chart-connected" d={areaPath(steps, plane, ({ connected }) => connected)} />
        <path class="chart-away" d={areaPath(steps, plane, together, ({ connected }) => connected)} />
      </svg>
      <span class="chart-begin" aria-hidden="true">
        {minutes} min ago
      </span>
      <span class="chart-now" aria-hidden="true">
        now
      </span>
    </div>
  );
}
