// One person as a row of the list. Draws itself again when the row is another object, not when time passes.
import { Component } from "preact";
import type { SeatRow } from "../../../core/seats/rows.ts";
import type { Line } from "../../../core/time-lines.ts";
import { t } from "../../../languages/words.ts";
import { SecondsLeft } from "../../../ui/seat.tsx";
import { Bars } from "../person/bars.tsx";
import { PersonSeat } from "../person/person-seat.tsx";
import { longExtensionMs, type SeatHands, shortExtensionMs } from "./seat-hands.ts";
import { labelOf, nameIn, statusOf } from "../seat-texts.ts";
import { offWhen } from "../../../ui/off.ts";

export interface PlacedProps {
  readonly row: SeatRow;
  readonly isChosen: boolean;
  /** The Tab key comes to this one, and to the buttons in it. */
  readonly isCurrent: boolean;
  /** False while nothing can be done. */
  readonly isLive: boolean;
  readonly hands: SeatHands;
}

interface ListRowProps extends PlacedProps {
  /** Its place in the list, from 0, and how far down that is, in pixels. */
  readonly index: number;
  readonly top: number;
  readonly line: Line | undefined;
  readonly windowMs: number;
}

export class ListRow extends Component<ListRowProps> {
  override shouldComponentUpdate(next: ListRowProps): boolean {
    return (Object.keys(next) as (keyof ListRowProps)[]).some((name) => next[name] !== this.props[name]);
  }

  render() {
    const { row, isChosen, isCurrent, isLive, hands, index, top, line, windowMs } = this.props;
    const tabIndex = isCurrent ? 0 : -1;
    const isPerson = row.deviceId !== "";
    return (
      <div
        role="row"
        class="seat-row"
        data-test="seat"
        data-device={row.deviceId}
        data-key={row.key}
        data-kind={row.kind}
        aria-rowindex={index + 1}
        aria-selected={isChosen}
        aria-label={labelOf(row)}
        tabIndex={tabIndex}
        style={{ transform: `translateY(${top}px)` }}
      >
        <div role="gridcell" class="seat-check">
          {isPerson && (
            <label>
              <input
                type="checkbox"
                data-test="choose"
                checked={isChosen}
                tabIndex={tabIndex}
                aria-label={t("seats.check", { name: nameIn(row) })}
                onClick={(event) => hands.choose(row, event.shiftKey)}
              />
            </label>
          )}
        </div>
        <div role="gridcell" class="seat-who">
          <button
            type="button"
            class="seat-open"
            data-test="open"
            tabIndex={tabIndex}
            onClick={() => hands.open(row)}
          >
            <PersonSeat row={row} />
            <span class="person-words">
              <span class="person-name">
                <bdi>{row.name}</bdi>
                {row.mark !== "" && <span class="person-mark">{row.mark}</span>}
              </span>
              <span class="person-status">
                {row.until > 0 && (
                  <span class="seat-left" aria-hidden="true">
                    <SecondsLeft until={row.until} />
                  </span>
                )}
                <span>{statusOf(row)}</span>
                {row.isExpected === false && <NotExpected />}
              </span>
            </span>
          </button>
        </div>
        <div role="gridcell" class="seat-bars">
          {line !== undefined && <Bars line={line} windowMs={windowMs} />}
        </div>
        <div role="gridcell" class="seat-actions">
          {row.kind === "away" && (
            <>
              <Extend row={row} hands={hands} isLive={isLive} tabIndex={tabIndex} byMs={shortExtensionMs} />
              <Extend row={row} hands={hands} isLive={isLive} tabIndex={tabIndex} byMs={longExtensionMs} />
            </>
          )}
          {row.reason === "kicked" && (
            <button
              type="button"
              class="button is-small"
              data-test="readmit"
              tabIndex={tabIndex}
              aria-label={t("seats.readmit-for", { name: nameIn(row) })}
              {...offWhen(!isLive, () => hands.readmit(row))}
            >
              {t("seats.readmit")}
            </button>
          )}
          {row.kind !== "left" && isPerson && (
            <button
              type="button"
              class="button is-small is-quiet is-icon"
              data-test="more"
              tabIndex={tabIndex}
              aria-haspopup="menu"
              aria-label={t("seats.more", { name: nameIn(row) })}
              onClick={({ currentTarget }) => hands.more(row, currentTarget)}
            >
              <span aria-hidden="true">⋯</span>
            </button>
          )}
        </div>
      </div>
    );
  }
}

/** In words where there is room for them; else the mark that a tile has. The row's label says it, too. */
function NotExpected() {
  const words = t("seats.not-expected");
  return (
    <>
      <span class="tag">{words}</span>
      <span class="stranger" title={words}>
        ?
      </span>
    </>
  );
}

interface ExtendProps extends Pick<PlacedProps, "row" | "hands" | "isLive"> {
  readonly tabIndex: number;
  readonly byMs: typeof shortExtensionMs;
}

function Extend({ row, hands, isLive, tabIndex, byMs }: ExtendProps) {
  const words = byMs === shortExtensionMs ? "seats.plus-30" : "seats.plus-120";
  return (
    <button
      type="button"
      class={`button is-small is-${words.slice(words.indexOf(".") + 1)}`}
      data-test={words === "seats.plus-30" ? "extend-30" : "extend-120"}
      tabIndex={tabIndex}
      aria-label={t(`${words}-for`, { name: nameIn(row) })}
      {...offWhen(!isLive, () => hands.extend(row, byMs))}
    >
      {t(words)}
    </button>
  );
}
