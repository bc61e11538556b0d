// How many were here and away over the last minutes: a chart. Told apart by an edge and a pattern, not by colour alone; as
// wide as what was watched.
import { useEffect, useId, useState } from "preact/hooks";
import {
  areaPath,
  chartWindow,
  countsOver,
  edgePath,
  niceTop,
  type Plane,
  type Step,
  thin,
} from "../../core/host/series.ts";
import { formatNumber, formatTime } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";
import { useClock } from "../../ui/clock.ts";
import type { Seen } from "../../ui/event-observer.ts";
import { everyTick } from "../../ui/ticker.ts";

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
    <section class="card tide" aria-labelledby="tide">
      <div class="card-head">
        <h2 id="tide">{t("host.chart.title")}</h2>
        <Minutes minutes={minutes} onMinutes={onMinutes} />
      </div>
      <Chart seen={seen} minutes={minutes} />
    </section>
  );
}

function Minutes({ minutes, onMinutes }: Omit<TideProps, "seen">) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{t("host.chart.last")}</legend>
      {choices.map((choice) => (
        <label key={choice}>
          <input type="radio" name={name} checked={choice === minutes} onChange={() => onMinutes(choice)} />
          <span>{t("host.chart.minutes", { n: choice })}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** The server's time, once a second. */
function useNow(): number {
  const clock = useClock();
  const [now, setNow] = useState(clock);
  useEffect(
    () => everyTick(() => setNow((before) => (clock() - before >= frameMs ? clock() : before))),
    [clock],
  );
  return Math.max(now, clock());
}

function Chart({ seen, minutes }: Omit<TideProps, "onMinutes">) {
  const pattern = useId();
  const at = useNow();
  const since = seen.timeLines?.since ?? at;
  const { from, seenFrom, isWhole } = chartWindow(at, minutes * 60_000, since);
  const steps =
    seen.timeLines === undefined
      ? []
      : thin(countsOver(seen.timeLines.lines.values(), seenFrom, at), from, at, slots);
  const together = (step: Step) => step.connected + step.away;
  const highest = steps.reduce((most, step) => Math.max(most, together(step)), 0);
  const plane: Plane = { from, to: at, top: niceTop(highest), width, height };
  const most = steps.reduce((worst, step) => Math.max(worst, step.away), 0);
  return (
    <figure class="chart" data-test="chart">
      <span class="chart-top" aria-hidden="true">
        {formatNumber(plane.top)}
      </span>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t("host.chart.label", { most: highest, away: most })}
      >
        <defs>
          <pattern
            id={pattern}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class="chart-away-ground" width="6" height="6" />
            <rect class="chart-away-stripe" width="3" height="6" />
          </pattern>
        </defs>
        {[0.25, 0.5, 0.75].map((part) => (
          <line key={part} class="chart-grid" x1="0" x2={width} y1={height * part} y2={height * part} />
        ))}
        <path class="chart-connected" d={areaPath(steps, plane, ({ connected }) => connected)} />
        <path
          class="chart-away"
          fill={`url(#${pattern})`}
          d={areaPath(steps, plane, together, ({ connected }) => connected)}
        />
        <path class="chart-edge" d={edgePath(steps, plane, ({ connected }) => connected)} />
      </svg>
      <span class="chart-begin">
        {isWhole ? t("host.chart.ago", { n: minutes }) : t("host.chart.since", { time: formatTime(since) })}
      </span>
      <span class="chart-now">{t("host.chart.now")}</span>
      <figcaption class="legend">
        <span data-kind="connected">{t("host.counts.connected")}</span>
        <span data-kind="away">{t("host.counts.away")}</span>
      </figcaption>
    </figure>
  );
}
