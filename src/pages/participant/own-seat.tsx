// One's own seat: a large ring, the status in plain words, until when the seat is kept, and what helps.
import { useEffect, useState } from "preact/hooks";
import type { EventSession, SessionState } from "../../client/index.ts";
import { lengthWords, timeOfDay } from "../core/countdown.ts";
import { ownTexts, returnText } from "../core/texts.ts";
import { useClock } from "../ui/clock.ts";
import type { Seen } from "../ui/event-observer.ts";
import { Seat, SecondsLeft } from "../ui/seat.tsx";
import { lastName } from "./memory.ts";
import { everyTick } from "../ui/ticker.ts";

interface OwnSeatProps {
  readonly session: EventSession;
  readonly seen: Seen;
  readonly onStartOver: () => void;
}

const kinds = {
  connecting: "left",
  connected: "connected",
  reconnecting: "away",
  left: "left",
  failed: "left",
} as const;

/** The status by the name that tests of any browser wait for. */
function toldStatus({ status, endReason }: SessionState): string {
  if (status === "connected") return "here";
  if (status === "connecting" || status === "reconnecting") return status;
  return { consented: "left", event_closed: "closed" }[endReason as string] ?? endReason ?? status;
}

export function OwnSeat({ session, seen, onStartOver }: OwnSeatProps) {
  const { state, returned } = seen;
  const texts = ownTexts(state);
  const outage = state.status === "reconnecting" ? state.outage : undefined;
  const me = seen.roster.get(session.deviceId);
  const person = me ?? { deviceId: session.deviceId, userId: "", displayName: lastName() };
  const countdown = outage && { since: outage.since, until: outage.seatUntil };
  const { action } = texts;
  return (
    <section class="card own" data-status={state.status} aria-labelledby="own-title">
      <Seat person={person} kind={kinds[state.status]} countdown={countdown} isLarge />
      <div class="own-words">
        <h2 id="own-title" data-test="own-status" data-status={toldStatus(state)}>
          {texts.title}
        </h2>
        <p>{texts.detail}</p>
        {outage !== undefined && <Kept until={outage.seatUntil} />}
        {state.status === "connected" && returned !== undefined && (
          <p class="note">{returnText(returned, lengthWords(returned.outageMs))}</p>
        )}
        {action !== undefined && (
          <div class="buttons">
            <button
              type="button"
              class={`button ${action.kind === "take_back" || state.status === "failed" ? "is-primary" : ""}`}
              data-test={action.kind.replace("_", "-")}
              onClick={() => (action.kind === "start_over" ? onStartOver() : session.reconnectNow())}
            >
              {action.label}
            </button>
            {state.status === "failed" && action.kind === "retry" && (
              <button type="button" class="button is-quiet" onClick={onStartOver}>
                Join another event
              </button>
            )}
          </div>
        )}
      </div>
    </section>
  );
}

/** Until when the seat is kept; and when that is over, what it means. */
function Kept({ until }: { readonly until: number }) {
  const clock = useClock();
  const [isOver, setIsOver] = useState(clock() >= until);
  useEffect(() => everyTick(() => setIsOver(clock() >= until)), [until, clock]);
  if (isOver) return <p class="kept">Your seat may be free by now. You will get one again.</p>;
  return (
    <p class="kept" data-test="kept-until">
      Your seat is kept until {timeOfDay(until)}
      <span class="kept-left" aria-hidden="true">
        <SecondsLeft until={until} />
      </span>
    </p>
  );
}
