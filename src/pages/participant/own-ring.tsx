// One's own seat as a ring: whole, waiting, running out, gone; and closing again in the moment of a return. One animation a
// ring, which the browser runs by itself. Hidden from screen readers: the text stands beside it.
import type { ComponentChildren } from "preact";
import { fractionLeft } from "../core/countdown.ts";
import type { OwnSaying } from "../core/participant/own-status.ts";
import { useClock } from "../ui/clock.ts";

export type RingKind = "whole" | "waiting" | "running" | "paused" | "gone" | "closing";

interface RingProps {
  readonly kind: RingKind;
  readonly tone: number;
  /** From when to when it runs; for a ring that closes, from where it had come. */
  readonly run?: { readonly since: number; readonly until: number } | undefined;
  /** What stands in the middle. */
  readonly children: ComponentChildren;
}

export function OwnRing({ kind, tone, run, children }: RingProps) {
  const now = useClock()();
  const style: Record<string, string> = {};
  if (run !== undefined) {
    style["--run"] = `${run.until - run.since}ms`;
    style["--ran"] = `${run.since - now}ms`;
    style["--left"] = String(100 * fractionLeft(run.since, run.until, now));
  }
  return (
    <span class={`own-ring tone-${tone}`} data-kind={kind} aria-hidden="true">
      {/* another ring begins its own animation */}
      <svg key={`${kind} ${run?.until ?? 0}`} viewBox="0 0 100 100" focusable="false" style={style}>
        <circle class="own-ring-track" cx="50" cy="50" r="45" pathLength={100} />
        <circle class="own-ring-line" cx="50" cy="50" r="45" pathLength={100} />
      </svg>
      <span class="own-ring-middle">{children}</span>
    </span>
  );
}

/** Which ring belongs to what is said. */
export function ringOf({ status, kept }: OwnSaying, isReturn: boolean): RingKind {
  if (status === "here") return isReturn ? "closing" : "whole";
  if (status === "joining" || status === "no-answer" || status === "full") return "waiting";
  if (kept?.isPaused) return "paused";
  return kept?.until === undefined ? "gone" : "running";
}
