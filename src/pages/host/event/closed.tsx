// An event that is closed: what it was. Its record comes with the ledger.
import { useEffect } from "preact/hooks";
import { shownCode } from "../../core/event-code.ts";
import { formatDuration, formatNumber } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";
import type { EventViewProps } from "./view.ts";

export function Closed({ session, details, counts, onNew, onClosed }: EventViewProps) {
  useEffect(() => void onClosed(), [onClosed]);
  const name = details?.title || shownCode(session.eventId);
  const lengthMs = details === undefined ? 0 : session.serverNow() - details.created_at;
  return (
    <main id="event" class="event-view" tabIndex={-1} data-focus-fallback>
      <section class="card closed" data-test="closed">
        <h1>{t("host.closed.title", { name })}</h1>
        <p>{t("host.closed.words")}</p>
        <dl class="facts">
          <div>
            <dt>{t("host.closed.were-in")}</dt>
            <dd>{formatNumber(counts.connected + counts.away)}</dd>
          </div>
          {lengthMs > 0 && (
            <div>
              <dt>{t("host.closed.length")}</dt>
              <dd>{formatDuration(lengthMs)}</dd>
            </div>
          )}
        </dl>
        {onNew !== undefined && (
          <div class="buttons">
            <button type="button" class="button is-primary" onClick={onNew}>
              {t("host.create.open")}
            </button>
          </div>
        )}
      </section>
    </main>
  );
}
