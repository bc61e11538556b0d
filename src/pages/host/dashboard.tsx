// All events beside the one that is picked. Which one is in the address, so that a reload and the back button keep it.
import { useEffect, useState } from "preact/hooks";
import type { HostEvent } from "../../protocol/session.ts";
import { eventOf } from "../core/places.ts";
import { Announcer } from "../ui/announcer.tsx";
import { Wordmark } from "../ui/wordmark.tsx";
import { EventView } from "./event-view.tsx";

interface DashboardProps {
  readonly token: string;
  /** Undefined before the first answer. */
  readonly events: readonly HostEvent[] | undefined;
  readonly isReachable: boolean;
  readonly first: string | undefined;
  readonly onSignOut: () => void;
}

export function Dashboard({ token, events, isReachable, first, onSignOut }: DashboardProps) {
  const [picked, setPicked] = useState(first);
  useEffect(() => {
    const back = () => setPicked(eventOf(location.search));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const pick = (eventId: string | undefined) => {
    const search = eventId === undefined ? "" : `?event=${encodeURIComponent(eventId)}`;
    history.pushState(null, "", location.pathname + search);
    setPicked(eventId);
  };
  const [only] = events ?? [];
  const shown = picked ?? (events?.length === 1 ? only?.event_id : undefined);
  return (
    <>
      <a class="skip" href="#event">
        Skip to the event
      </a>
      <header class="bar">
        <Wordmark />
        <p class="bar-title" data-test="signed-in">
          Host dashboard
        </p>
        <button type="button" class="button is-quiet" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <Announcer text={isReachable ? "" : "The server cannot be reached."} />
      <div class="host" data-picked={shown !== undefined}>
        <nav class="events" aria-labelledby="events">
          <h2 id="events">Events</h2>
          {!isReachable && <p class="hint is-error">The server cannot be reached; trying again.</p>}
          <EventList events={events} shown={shown} onPick={pick} />
        </nav>
        {shown === undefined ? (
          <main id="event" class="nothing" tabIndex={-1}>
            <p>{events?.length === 0 ? "No event is on." : "Pick an event to watch it."}</p>
            {events?.length === 0 && (
              <p class="hint">One begins when somebody joins it: open the join page with any code.</p>
            )}
          </main>
        ) : (
          <EventView key={`e ${shown}`} eventId={shown} token={token} />
        )}
      </div>
    </>
  );
}

interface EventListProps {
  readonly events: readonly HostEvent[] | undefined;
  readonly shown: string | undefined;
  readonly onPick: (eventId: string) => void;
}

function EventList({ events, shown, onPick }: EventListProps) {
  if (events === undefined) return <p class="empty">Looking…</p>;
  return (
    <ul class="event-list">
      {events
        .toSorted((a, b) => (a.event_id < b.event_id ? -1 : 1))
        .map((event) => (
          <li key={`e ${event.event_id}`}>
            <button
              type="button"
              class="event"
              aria-current={event.event_id === shown ? "true" : undefined}
              onClick={() => onPick(event.event_id)}
            >
              <bdi class="event-name">{event.event_id}</bdi>
              <span class="tally">
                <span data-kind="connected">
                  {event.connected}
                  <span class="visually-hidden"> connected</span>
                </span>
                <span data-kind="away">
                  {event.held}
                  <span class="visually-hidden"> away</span>
                </span>
                <span data-kind="left">
                  {event.left}
                  <span class="visually-hidden"> left</span>
                </span>
              </span>
            </button>
          </li>
        ))}
    </ul>
  );
}
