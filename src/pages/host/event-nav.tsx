// All events of a host, the way to a new one, and what is to be said beside them.
import type { ComponentChildren } from "preact";
import type { ListedEvent } from "../../host/index.ts";
import { shownCode } from "../core/event-code.ts";
import { formatNumber, formatTime } from "../languages/format.ts";
import { t } from "../languages/words.ts";
import type { EventList } from "./host-server.ts";

interface EventNavProps {
  /** Undefined before the first answer. */
  readonly list: EventList | undefined;
  readonly isReachable: boolean;
  readonly shown: string | undefined;
  readonly mayCreate: boolean;
  readonly onPick: (eventId: string) => void;
  readonly onNew: () => void;
  readonly children: ComponentChildren;
}

export function EventNav(props: EventNavProps) {
  const { list, isReachable, shown, mayCreate, onPick, onNew, children } = props;
  return (
    <nav class="events" aria-labelledby="events">
      <div class="events-head">
        <h2 id="events">{t("host.events.title")}</h2>
        {mayCreate && (
          <button
            type="button"
            class={`button ${shown === undefined ? "is-primary" : ""}`}
            data-test="create-open"
            onClick={onNew}
          >
            {t("host.create.open")}
          </button>
        )}
      </div>
      {!isReachable && (
        <p class="hint is-error">
          {list === undefined
            ? t("host.problem.unreachable")
            : t("host.events.as-of", { time: formatTime(list.at) })}
        </p>
      )}
      {list === undefined && isReachable && <p class="empty">{t("host.events.looking")}</p>}
      <ul class={`event-list ${isReachable ? "" : "is-stale"}`}>
        {list?.events
          .toSorted((a, b) => b.created_at - a.created_at || (a.event_id < b.event_id ? -1 : 1))
          .map((event) => (
            <li key={`e ${event.event_id}`}>
              <EventButton event={event} isShown={event.event_id === shown} onPick={onPick} />
            </li>
          ))}
      </ul>
      {children}
    </nav>
  );
}

interface EventButtonProps {
  readonly event: ListedEvent;
  readonly isShown: boolean;
  readonly onPick: (eventId: string) => void;
}

function EventButton({ event, isShown, onPick }: EventButtonProps) {
  const code = shownCode(event.event_id);
  return (
    <button
      type="button"
      class="event"
      data-test="event"
      data-event={event.event_id}
      aria-current={isShown ? "true" : undefined}
      onClick={() => onPick(event.event_id)}
    >
      <bdi class="event-name">{event.title || code}</bdi>
      {event.title !== "" && <bdi class="event-id">{code}</bdi>}
      <span class="tally">
        <span data-kind="connected">
          {formatNumber(event.connected)}
          <span class="visually-hidden"> {t("host.counts.connected")}</span>
        </span>
        <span data-kind="away">
          {formatNumber(event.held)}
          <span class="visually-hidden"> {t("host.counts.away")}</span>
        </span>
        {event.is_locked && <span class="locked">{t("host.locked")}</span>}
      </span>
    </button>
  );
}
