// A seat as everyone sees it: a disc with initials, and a ring around it that is whole, running out, or gone.
// The ring and the number are moved by the ticker, not by rendering. Hidden from screen readers: the text stands beside it.
import { useLayoutEffect, useRef } from "preact/hooks";
import { fractionLeft, secondsLeft } from "../core/countdown.ts";
import { initialsOf, nameOf, type Person, toneOf } from "../core/person.ts";
import type { BarKind } from "../core/time-lines.ts";
import { formatCountdown } from "../languages/format.ts";
import { useClock } from "./clock.ts";
import { everyTick } from "./ticker.ts";

export interface Countdown {
  /** From when to when the ring runs, in the server's time. */
  readonly since: number;
  readonly until: number;
}

interface SeatProps {
  readonly person: Person;
  readonly kind: BarKind;
  readonly countdown?: Countdown | undefined;
  readonly isLarge?: boolean;
}

export function Seat({ person, kind, countdown, isLarge = false }: SeatProps) {
  const size = isLarge ? "seat-large" : "";
  return (
    <span class={`seat tone-${toneOf(person.deviceId)} ${size}`} data-kind={kind} aria-hidden="true">
      <svg viewBox="0 0 40 40" focusable="false">
        <circle class="seat-track" cx="20" cy="20" r="18" />
        {countdown === undefined ? (
          kind === "connected" && <circle class="seat-ring" cx="20" cy="20" r="18" />
        ) : (
          <RunningRing {...countdown} />
        )}
      </svg>
      <bdi class="seat-initials">{initialsOf(nameOf(person))}</bdi>
    </span>
  );
}

/**
 * The ring stands still for a second, and loses that second's piece together with the number beside it. An animation of it
 * would be drawn sixty times a second, and so cost a phone or a projector's laptop as much as all the rest of the page.
 */
function RunningRing({ since, until }: Countdown) {
  const ring = useRef<SVGCircleElement>(null);
  const clock = useClock();
  useLayoutEffect(() => {
    let shown = -1;
    return everyTick(() => {
      const seconds = secondsLeft(until, clock());
      if (seconds === shown) return;
      shown = seconds;
      const left = fractionLeft(since, until, until - seconds * 1000);
      ring.current?.style.setProperty("stroke-dashoffset", String(100 * (left - 1)));
    });
  }, [since, until, clock]);
  return <circle ref={ring} class="seat-ring is-running" cx="20" cy="20" r="18" pathLength={100} />;
}

/** `23s`, counting down. */
export function SecondsLeft({ until }: { readonly until: number }) {
  const text = useRef<HTMLSpanElement>(null);
  const clock = useClock();
  useLayoutEffect(() => {
    let shown = -1;
    return everyTick(() => {
      const seconds = secondsLeft(until, clock());
      if (seconds === shown || text.current === null) return;
      shown = seconds;
      text.current.textContent = formatCountdown(seconds);
    });
  }, [until, clock]);
  return <span ref={text} class="seconds" data-test="seconds" />;
}
