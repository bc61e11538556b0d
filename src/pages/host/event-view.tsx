// One event as its host sees it: counts and their chart, every seat with its time line and buttons, the feed, the way in.
// Joins as an observer, over our client: what a host sees survives the host's own bad network, too.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { joinEvent } from "../../client/index.ts";
import type { EventSession } from "../../client/index.ts";
import { type HostActionResult, hostActionType } from "../../protocol/session.ts";
import { countEvent, type SeatGroup } from "../core/event-counts.ts";
import { serverOf } from "../core/places.ts";
import { ownTexts } from "../core/texts.ts";
import { Announcer } from "../ui/announcer.tsx";
import { ClockContext } from "../ui/clock.ts";
import { Confirm } from "../ui/dialog.tsx";
import { type Seen, useEventOf } from "../ui/event-observer.ts";
import { Feed } from "../ui/feed.tsx";
import type { Act } from "./act.ts";
import { Counts } from "./counts.tsx";
import { Seats } from "./seats/seats.tsx";
import { Share } from "./share.tsx";
import { Tide } from "./tide.tsx";

const nobodyExpected: readonly string[] = [];
/** How long an action's result is shown. */
const resultMs = 7000;

function observe(eventId: string, token: string): EventSession {
  const session = joinEvent({
    url: serverOf(location.href),
    eventId,
    sessionToken: token,
    role: "observer",
    storage: sessionStorage, // a tab of its own: two dashboards do not take each other's place
  });
  session.joined().catch(() => {}); // its status says it
  return session;
}

export function EventView({ eventId, token }: { readonly eventId: string; readonly token: string }) {
  const [session, setSession] = useState<EventSession | undefined>(undefined);
  useEffect(() => {
    const joined = observe(eventId, token);
    setSession(joined);
    return () => void joined.leave();
  }, [eventId, token]);
  return session === undefined ? null : <Observed session={session} />;
}

function Observed({ session }: { readonly session: EventSession }) {
  const seen = useEventOf(session);
  const clock = useRef(() => session.serverNow());
  const [minutes, setMinutes] = useState(5);
  const [result, setResult] = useState("");
  const [isClosing, setIsClosing] = useState(false);
  const act: Act = useMemo(
    () => async (action, done) => {
      setResult("");
      try {
        const answer = await session.request<HostActionResult>(hostActionType, action);
        setResult(answer.error ?? (answer.done ? done : "That was not possible any more."));
        return answer;
      } catch {
        setResult("Not done: the connection was lost meanwhile.");
        return undefined;
      }
    },
    [session],
  );
  useEffect(() => {
    const timer = setTimeout(() => setResult(""), resultMs);
    return () => clearTimeout(timer);
  }, [result]);
  const windowMs = minutes * 60_000;
  const [group, setGroup] = useState<SeatGroup | undefined>(undefined);
  const counts = countEvent(seen.roster, seen.timeLines, nobodyExpected);
  return (
    <ClockContext.Provider value={clock.current}>
      <main id="event" class="event-view" tabIndex={-1} data-focus-fallback>
        <div class="event-head">
          <h1>
            <span class="visually-hidden">Event </span>
            <bdi data-test="event-code">{session.eventId}</bdi>
          </h1>
          <OwnLine session={session} seen={seen} />
          {seen.state.status !== "left" && seen.state.status !== "failed" && (
            <button
              type="button"
              class="button is-danger is-quiet"
              data-test="close-event"
              onClick={() => setIsClosing(true)}
            >
              Close the event
            </button>
          )}
        </div>
        <Announcer text={seen.spoken} />
        <p class={`result ${result === "" ? "is-empty" : ""}`} role="status">
          {result}
        </p>
        <div class="event-columns">
          <div class="event-main">
            <Counts counts={counts} hasExpected={false} group={group} onGroup={setGroup} />
            <Tide seen={seen} minutes={minutes} onMinutes={setMinutes} />
            <Seats
              seen={seen}
              details={undefined}
              windowMs={windowMs}
              act={act}
              group={group}
              isLive={seen.state.status === "connected"}
            />
          </div>
          <aside class="event-side" aria-label="Way in and feed">
            <Share eventId={session.eventId} />
            <section class="card feed-card" aria-labelledby="feed">
              <h2 id="feed">What has happened</h2>
              <div class="feed-scroll" tabIndex={0} role="region" aria-label="Event feed">
                <Feed entries={seen.feed} empty="Nothing since you opened this page." />
              </div>
            </section>
          </aside>
        </div>
      </main>
      {isClosing && (
        <Confirm
          title="Close the event?"
          verb="Close the event"
          onConfirm={() => void act({ action: "close_event" }, "The event is closed.")}
          onClose={() => setIsClosing(false)}
        >
          <p>Everyone is sent away, and nobody can come back to it. This cannot be undone.</p>
        </Confirm>
      )}
    </ClockContext.Provider>
  );
}

/** The dashboard's own connection, in a line. */
function OwnLine({ session, seen }: { readonly session: EventSession; readonly seen: Seen }) {
  const { status } = seen.state;
  const texts = ownTexts(seen.state);
  const sentences = {
    connecting: "Connecting…",
    connected: "Live",
    reconnecting: `Not live: ${texts.detail}`,
    left: texts.title,
    failed: `${texts.title}: ${texts.detail}`,
  };
  const canRetry =
    status === "reconnecting" || texts.action?.kind === "retry" || texts.action?.kind === "take_back";
  return (
    <p class="live" data-status={status} role="status">
      <span>{sentences[status]}</span>
      {canRetry && (
        <button type="button" class="button is-small" onClick={() => session.reconnectNow()}>
          Try now
        </button>
      )}
    </p>
  );
}
