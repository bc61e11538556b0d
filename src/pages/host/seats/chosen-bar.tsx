// What can be done to those who are chosen. Stays in sight while the list is scrolled.
import { formatNumber } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";
import type { SeatRow } from "../../core/seats/rows.ts";
import { offWhen } from "../../ui/off.ts";

interface ChosenBarProps {
  readonly chosen: readonly SeatRow[];
  /** How many the filter and the search show. */
  readonly shown: number;
  readonly isLive: boolean;
  readonly onAll: () => void;
  readonly onNobody: () => void;
  readonly onExtend: (away: readonly SeatRow[]) => void;
  readonly onEnd: (away: readonly SeatRow[]) => void;
  readonly onMessage: (people: readonly SeatRow[]) => void;
  readonly onRemove: (people: readonly SeatRow[]) => void;
  readonly onReadmit: (removed: readonly SeatRow[]) => void;
}

export function ChosenBar(props: ChosenBarProps) {
  const { chosen, shown, isLive } = props;
  const away = chosen.filter(({ kind }) => kind === "away");
  const there = chosen.filter(({ kind }) => kind === "away" || kind === "connected");
  const removed = chosen.filter(({ reason }) => reason === "kicked");
  return (
    <div class="chosen-bar" role="toolbar" aria-label={t("seats.chosen-label")} data-test="chosen">
      <button
        type="button"
        class="button is-small is-quiet is-icon"
        data-test="choose-none"
        aria-label={t("seats.choose-none")}
        onClick={props.onNobody}
      >
        <span aria-hidden="true">✕</span>
      </button>
      <strong>{t("seats.chosen", { n: chosen.length })}</strong>
      {chosen.length < shown && (
        <button type="button" class="button is-small is-quiet" data-test="choose-all" onClick={props.onAll}>
          {t("seats.choose-all", { n: formatNumber(shown) })}
        </button>
      )}
      <span class="chosen-actions">
        {removed.length > 0 && (
          <button
            type="button"
            class="button is-small"
            data-test="chosen-readmit"
            {...offWhen(!isLive, () => props.onReadmit(removed))}
          >
            {t("seats.readmit")}
          </button>
        )}
        {away.length > 0 && (
          <>
            <button
              type="button"
              class="button is-small"
              data-test="chosen-extend"
              {...offWhen(!isLive, () => props.onExtend(away))}
            >
              {t("seats.plus-120")}
            </button>
            <button
              type="button"
              class="button is-small"
              data-test="chosen-end"
              {...offWhen(!isLive, () => props.onEnd(away))}
            >
              {t("seats.end")}
            </button>
          </>
        )}
        {there.length > 0 && (
          <>
            <button
              type="button"
              class="button is-small"
              data-test="chosen-message"
              {...offWhen(!isLive, () => props.onMessage(there))}
            >
              {t("seats.message")}
            </button>
            <button
              type="button"
              class="button is-small is-danger"
              data-test="chosen-remove"
              {...offWhen(!isLive, () => props.onRemove(there))}
            >
              {t("seats.remove")}
            </button>
          </>
        )}
      </span>
    </div>
  );
}
