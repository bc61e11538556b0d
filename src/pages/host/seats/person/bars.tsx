// When somebody was here, away or gone: a bar for each, which stands still while the view moves over it. Told apart by height, too.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Bar, Line } from "../../../core/time-lines.ts";
import { useClock } from "../../../ui/clock.ts";
import { everyTick } from "../../../ui/ticker.ts";

/** Wide enough for a bar that goes on: the view ends at now. */
const openS = 86_400 * 365;
/** The view moves on this often at most; less than a pixel in a window of a few minutes. */
const stepMs = 1000;

/** From where and how high, of 10: whole while here, a low step while away, a thread when gone. */
const shapes: Readonly<Record<Bar["kind"], { readonly y: number; readonly height: number }>> = {
  connected: { y: 0, height: 10 },
  away: { y: 5.5, height: 4.5 },
  left: { y: 8.8, height: 1.2 },
};

export function Bars({ line, windowMs }: { readonly line: Line; readonly windowMs: number }) {
  const view = useRef<SVGSVGElement>(null);
  const clock = useClock();
  const origin = line.bars[0]?.from ?? 0;
  useLayoutEffect(() => {
    let shownAt = 0;
    return everyTick(() => {
      const now = clock();
      if (now - shownAt < Math.max(stepMs, windowMs / 300)) return;
      shownAt = now;
      view.current?.setAttribute("viewBox", `${(now - windowMs - origin) / 1000} 0 ${windowMs / 1000} 10`);
    });
  }, [origin, windowMs, clock]);
  return (
    <svg ref={view} class="bars" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {line.bars.map(({ kind, from, to, isPresumed }) => (
        <rect
          key={from}
          class={`bar-${kind} ${isPresumed ? "is-presumed" : ""}`}
          x={(from - origin) / 1000}
          width={to === undefined ? openS : (to - from) / 1000}
          {...shapes[kind]}
        />
      ))}
    </svg>
  );
}
