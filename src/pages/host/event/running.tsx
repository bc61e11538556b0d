// An event while it runs: its numbers, their chart, every seat, what has happened, the way in, and what a host may do.
import { useState } from "preact/hooks";
import type { SeatGroup } from "../../core/host/event-counts.ts";
import { shownCode } from "../../core/event-code.ts";
import { formatTime } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";
import { Announcer } from "../../ui/announcer.tsx";
import { Feed } from "../../ui/feed.tsx";
import { Seats } from "../seats/seats.tsx";
import { useAlerts } from "./alerts.ts";
import { Counts } from "./counts.tsx";
import { type EventViewProps, isMissing } from "./view.ts";
import { OwnLine, Stale } from "./own-line.tsx";
import { Share } from "./share.tsx";
import { Tide } from "./tide.tsx";
import { Toolbar } from "./toolbar.tsx";

export function Running(props: EventViewProps) {
  const { session, seen, details, rows, counts, act, isLive } = props;
  const [minutes, setMinutes] = useState(5);
  const [group, setGroup] = useState<SeatGroup | undefined>(undefined);
  const code = shownCode(session.eventId);
  const title = details?.title ?? "";
  const alerts = useAlerts(counts, title || code, isLive);
  const wasLive = seen.timeLines !== undefined;
  const since = seen.timeLines?.since;
  return (
    <main id="event" class="event-view" tabIndex={-1} data-focus-fallback data-stale={!isLive && wasLive}>
      <div class="event-head">
        <div class="event-names">
          <h1 aria-label={t("host.event.heading", { name: title || session.eventId })}>
            <bdi>{title || code}</bdi>
          </h1>
          {title !== "" && (
            <p class="event-id" data-test="event-code">
              <bdi>{code}</bdi>
            </p>
          )}
        </div>
        {details?.is_locked === true && <p class="locked">{t("host.locked")}</p>}
        <OwnLine session={session} state={seen.state} />
      </div>
      <Stale session={session} state={seen.state} />
      <Toolbar {...props} alerts={alerts} />
      <Announcer text={seen.spoken} />
      {alerts.isOn && (
        <p class="notice is-trouble" role="status" data-test="many-away">
          {t("host.alerts.many", { n: counts.away })}
        </p>
      )}
      <div class="event-columns live-data">
        <div class="event-main">
          <Counts
            counts={counts}
            hasExpected={(details?.expected_names.length ?? 0) > 0}
            since={since}
            group={group}
            onGroup={setGroup}
          />
          <Seats
            rows={rows}
            seen={seen}
            details={details}
            windowMs={minutes * 60_000}
            act={act}
            group={group}
            isLive={isLive}
          />
        </div>
        <aside class="event-side" aria-label={t("host.side")}>
          <Tide seen={seen} minutes={minutes} onMinutes={setMinutes} />
          {!isMissing(seen.state) && <Share eventId={session.eventId} onLobby={() => props.onLobby(true)} />}
          <section class="card feed-card" aria-labelledby="feed">
            <h2 id="feed">{t("host.feed.title")}</h2>
            <div class="feed-scroll" tabIndex={0} role="region" aria-label={t("host.feed.label")}>
              <Feed
                entries={seen.feed}
                empty={since === undefined ? "" : t("host.feed.empty", { time: formatTime(since) })}
              />
            </div>
          </section>
        </aside>
      </div>
    </main>
  );
}
