// A line of tiles: a class of 30 on one screen. A tile opens its person; while several are being chosen, it is chosen instead.
import { Component } from "preact";
import type { SeatRow } from "../../../core/seats/rows.ts";
import { formatTime } from "../../../languages/format.ts";
import { t } from "../../../languages/words.ts";
import { SecondsLeft } from "../../../ui/seat.tsx";
import type { PlacedProps } from "./list-row.tsx";
import { PersonSeat } from "../person/person-seat.tsx";
import { statusOf } from "../seat-texts.ts";

interface TileProps extends Omit<PlacedProps, "isLive"> {
  readonly column: number;
  readonly isChoosing: boolean;
}

export class Tile extends Component<TileProps> {
  override shouldComponentUpdate(next: TileProps): boolean {
    return (Object.keys(next) as (keyof TileProps)[]).some((name) => next[name] !== this.props[name]);
  }

  render() {
    const { row, isChosen, isCurrent, hands, column, isChoosing } = this.props;
    const press = (event: MouseEvent) => {
      const isChoice = isChoosing || event.shiftKey || event.ctrlKey || event.metaKey;
      if (isChoice && row.deviceId !== "") hands.choose(row, event.shiftKey);
      else hands.open(row);
    };
    return (
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid around it has the keys
      <div
        role="gridcell"
        class="tile"
        data-test="seat"
        data-device={row.deviceId}
        data-key={row.key}
        data-kind={row.kind}
        aria-colindex={column + 1}
        aria-selected={isChosen}
        tabIndex={isCurrent ? 0 : -1}
        onClick={press}
      >
        <PersonSeat row={row} />
        {isChosen && (
          <span class="tile-check" aria-hidden="true">
            ✓
          </span>
        )}
        <span class="tile-name">
          <bdi>{row.name}</bdi>
          {row.mark !== "" && <span class="person-mark">{row.mark}</span>}
        </span>
        <span class="visually-hidden">{statusOf(row)}</span>
        {row.until > 0 && (
          <span class="visually-hidden">{t("seats.kept-until", { time: formatTime(row.until) })}</span>
        )}
        {row.isExpected === false && (
          <>
            <span class="stranger" aria-hidden="true" title={t("seats.not-expected")}>
              ?
            </span>
            <span class="visually-hidden">{t("seats.not-expected")}</span>
          </>
        )}
        <span class="tile-status" aria-hidden="true">
          {row.until > 0 ? <SecondsLeft until={row.until} /> : lastLine(row)}
        </span>
      </div>
    );
  }
}

/** Under the name of somebody whose time does not run. */
function lastLine({ kind, isExpected }: SeatRow): string {
  if (kind === "connected") return isExpected === false ? t("seats.not-expected") : "";
  return t(`seats.is.${kind === "never-came" ? "never-came" : "left"}`);
}

interface TileRowProps {
  readonly index: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: readonly SeatRow[];
  readonly chosen: ReadonlySet<string>;
  readonly current: string | undefined;
  readonly isChoosing: boolean;
  readonly hands: PlacedProps["hands"];
}

export function TileRow({ index, top, columns, rows, chosen, current, isChoosing, hands }: TileRowProps) {
  return (
    <div
      role="row"
      class="tile-row"
      aria-rowindex={index + 1}
      style={{ transform: `translateY(${top}px)`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {rows.map((row, column) => (
        <Tile
          key={row.key}
          row={row}
          column={column}
          isChosen={chosen.has(row.key)}
          isCurrent={row.key === current}
          isChoosing={isChoosing}
          hands={hands}
        />
      ))}
    </div>
  );
}
