// Those whom a host removed, each with the way back, for as long as the event lasts.
import type { SeatRow } from "../../core/seats/rows.ts";
import { formatNumber, formatTime } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";
import { nameIn } from "./seat-texts.ts";
import { offWhen } from "../../ui/off.ts";

interface RemovedListProps {
  /** The latest of them. */
  readonly removed: readonly SeatRow[];
  /** How many there are in all. */
  readonly total: number;
  readonly isLive: boolean;
  readonly onReadmit: (people: readonly SeatRow[]) => void;
}

export function RemovedList({ removed, total, isLive, onReadmit }: RemovedListProps) {
  if (removed.length === 0) return null;
  return (
    <details class="removed" data-test="removed">
      <summary>{t("seats.removed", { n: total })}</summary>
      <p class="hint">{t("seats.removed-text")}</p>
      {total > removed.length && (
        <p class="hint">{t("seats.shown", { shown: formatNumber(removed.length), n: total })}</p>
      )}
      <ul>
        {removed.map((row) => (
          <li key={row.key} data-device={row.deviceId}>
            <span class="person-words">
              <span class="person-name">
                <bdi>{row.name}</bdi>
                {row.mark !== "" && <span class="person-mark">{row.mark}</span>}
              </span>
              {row.since > 0 && (
                <span class="person-status">{t("seats.removed-at", { time: formatTime(row.since) })}</span>
              )}
            </span>
            <button
              type="button"
              class="button is-small"
              data-test="readmit"
              aria-label={t("seats.readmit-for", { name: nameIn(row) })}
              {...offWhen(!isLive, (event) => {
                event.currentTarget.closest("details")?.querySelector("summary")?.focus(); // this button goes away
                onReadmit([row]);
              })}
            >
              {t("seats.readmit")}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
