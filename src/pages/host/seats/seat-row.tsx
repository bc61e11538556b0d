// One seat in the host's list. Renders when its line or entry changes, not when time passes: a ticker moves ring and bars.
import { Component } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { RosterEntry } from "../../../client/index.ts";
import { timeOfDay } from "../../core/countdown.ts";
import { nameOf, type Person } from "../../core/person.ts";
import { kindNow, type Line } from "../../core/time-lines.ts";
import { awayReason, leaveReason } from "../../core/texts.ts";
import { useClock } from "../../ui/clock.ts";
import { Seat, SecondsLeft } from "../../ui/seat.tsx";
import { everyTick } from "../../ui/ticker.ts";
import type { Act } from "../act.ts";

interface SeatRowProps {
  readonly line: Line;
  /** Undefined when they have left. */
  readonly entry: RosterEntry | undefined;
  /** Bars are drawn in seconds from here. */
  readonly origin: number;
  readonly windowMs: number;
  readonly act: Act;
  readonly onRemove: (person: Person) => void;
}

const extensionMs = 30_000;

export class SeatRow extends Component<SeatRowProps> {
  override shouldComponentUpdate(next: SeatRowProps): boolean {
    const { line, entry, origin, windowMs } = this.props;
    return (
      line !== next.line ||
      origin !== next.origin ||
      windowMs !== next.windowMs ||
      entry?.graceExpiresAt !== next.entry?.graceExpiresAt ||
      entry?.displayName !== next.entry?.displayName ||
      entry?.reason !== next.entry?.reason
    );
  }

  render() {
    const { line, entry, origin, windowMs } = this.props;
    const kind = kindNow(line);
    const isAway = kind === "away" && entry !== undefined && entry.graceExpiresAt > 0;
    const countdown = isAway ? { since: entry.disconnectedAt, until: entry.graceExpiresAt } : undefined;
    const name = nameOf(line);
    return (
      <li class="seat-row" data-test="seat" data-device={line.deviceId} data-kind={kind} tabIndex={-1}>
        <Seat person={line} kind={kind} countdown={countdown} />
        <div class="person-words">
          <p class="person-name" title={name}>
            <bdi>{name}</bdi>
          </p>
          <p class="person-status">{this.#status(kind, countdown?.until)}</p>
        </div>
        <Bars line={line} origin={origin} windowMs={windowMs} />
        <div class="seat-actions">{kind !== "left" && this.#actions(name, isAway)}</div>
      </li>
    );
  }

  #status(kind: string, until: number | undefined) {
    const { line, entry } = this.props;
    if (kind === "connected") return "connected";
    if (kind === "left") return leaveReason(line.leaveReason);
    return (
      <>
        {until !== undefined && (
          <span aria-hidden="true">
            <SecondsLeft until={until} /> ·{" "}
          </span>
        )}
        <span>{awayReason(entry?.reason ?? "")}</span>
        {until !== undefined && <span class="visually-hidden">, away; kept until {timeOfDay(until)}</span>}
      </>
    );
  }

  #actions(name: string, isAway: boolean) {
    const { line, act, onRemove } = this.props;
    const { deviceId } = line;
    const extend = { action: "extend_grace", device_id: deviceId, by_ms: extensionMs } as const;
    const end = { action: "end_grace", device_id: deviceId } as const;
    return (
      <>
        {isAway && (
          <>
            <button
              type="button"
              class="button is-small"
              aria-label={`Keep the seat of ${name} for 30 seconds more`}
              onClick={() => act(extend, `${name} has 30 seconds more.`)}
            >
              +30 s
            </button>
            <button
              type="button"
              class="button is-small"
              aria-label={`End the wait for ${name} now`}
              onClick={({ currentTarget }) => {
                currentTarget.closest("li")?.focus(); // this button goes away, the row stays
                act(end, `The seat of ${name} is free.`);
              }}
            >
              End wait
            </button>
          </>
        )}
        <button
          type="button"
          class="button is-small is-danger is-quiet"
          aria-label={`Remove ${name}`}
          onClick={() => onRemove(line)}
        >
          Remove
        </button>
      </>
    );
  }
}

/** Wide enough for a bar that goes on: the view ends at now. */
const openS = 86_400 * 365;

interface BarsProps {
  readonly line: Line;
  readonly origin: number;
  readonly windowMs: number;
}

/** The bars stand still in seconds from `origin`; the view moves over them. */
function Bars({ line, origin, windowMs }: BarsProps) {
  const view = useRef<SVGSVGElement>(null);
  const clock = useClock();
  useLayoutEffect(() => {
    let shownAt = 0;
    return everyTick(() => {
      const now = clock();
      if (now - shownAt < windowMs / 600) return; // less than a pixel
      shownAt = now;
      view.current?.setAttribute("viewBox", `${(now - windowMs - origin) / 1000} 0 ${windowMs / 1000} 10`);
    });
  }, [origin, windowMs, clock]);
  return (
    <svg ref={view} class="bars" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {line.bars.map(({ kind, from, to, isPresumed }) => {
        const x = (from - origin) / 1000;
        const length = to === undefined ? openS : (to - from) / 1000;
        const isLeft = kind === "left";
        return (
          <rect
            key={from}
            class={`bar-${kind} ${isPresumed ? "is-presumed" : ""}`}
            x={x}
            y={isLeft ? 4.4 : 0}
            width={length}
            height={isLeft ? 1.2 : 10}
          />
        );
      })}
    </svg>
  );
}
