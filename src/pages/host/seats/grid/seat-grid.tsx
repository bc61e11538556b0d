// All seats, as rows or as tiles, of which only those near the window are in the document. The arrow keys go from one to the
// next; Space chooses, Enter opens; the Tab key comes to one of them only, and to its buttons.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Rows, SeatRow } from "../../../core/seats/rows.ts";
import type { TimeLines } from "../../../core/time-lines.ts";
import { t } from "../../../languages/words.ts";
import { useGridFocus } from "./grid-focus.ts";
import { ListRow } from "./list-row.tsx";
import type { SeatHands } from "./seat-hands.ts";
import { TileRow } from "./tile-row.tsx";
import { useVisibleLines } from "./visible-lines.ts";

export type View = "list" | "tiles";

/** Heights of a line, and the least width of a tile, in rem: they grow with the text. */
const lineRem = { list: 3.75, tiles: 5.75 } as const;
const tileRem = { narrow: 3.75, wide: 5.625 } as const;
const narrowRem = 34;

interface SeatGridProps {
  readonly view: View;
  readonly order: readonly string[];
  readonly rows: Rows;
  readonly timeLines: TimeLines["lines"] | undefined;
  readonly windowMs: number;
  readonly chosen: ReadonlySet<string>;
  readonly isChoosing: boolean;
  readonly isLive: boolean;
  readonly hands: SeatHands;
  readonly onAll: () => void;
  readonly onNobody: () => void;
  /** Somebody uses the list; the keyboard's focus came to it, or left it. */
  readonly onTouch: () => void;
  readonly onHold: (isHeld: boolean) => void;
}

export function SeatGrid(props: SeatGridProps) {
  const { view, order, rows, timeLines, windowMs, chosen, isChoosing, isLive, hands } = props;
  const grid = useRef<HTMLDivElement>(null);
  const { columns, rem } = useColumns(grid, view);
  const focus = useGridFocus({ ...props, grid, columns });
  const at = Math.floor(order.indexOf(focus.current ?? "") / columns);
  const count = Math.ceil(order.length / columns);
  const lineHeight = lineRem[view] * rem;
  const lines = useVisibleLines(grid, lineHeight, count, at);
  const rowsOfLine = (index: number): SeatRow[] =>
    order.slice(index * columns, (index + 1) * columns).flatMap((key) => rows.get(key) ?? []);
  return (
    <div
      ref={grid}
      role="grid"
      class={`seat-grid is-${view}`}
      data-test="seats"
      aria-label={t("seats.title")}
      aria-rowcount={count}
      aria-colcount={view === "tiles" ? columns : undefined}
      aria-multiselectable="true"
      style={{ height: `${count * lineHeight}px` }}
      onKeyDown={focus.onKeyDown}
      onFocusIn={focus.onFocusIn}
      onFocusOut={focus.onFocusOut}
      onPointerMove={props.onTouch}
      onPointerDown={props.onTouch}
    >
      {view === "list"
        ? lines.flatMap((index) =>
            rowsOfLine(index).map((row) => (
              <ListRow
                key={row.key}
                row={row}
                index={index}
                top={index * lineHeight}
                line={timeLines?.get(row.key)}
                windowMs={windowMs}
                isChosen={chosen.has(row.key)}
                isCurrent={row.key === focus.current}
                isLive={isLive}
                hands={hands}
              />
            )),
          )
        : lines.map((index) => (
            <TileRow
              key={index}
              index={index}
              top={index * lineHeight}
              columns={columns}
              rows={rowsOfLine(index)}
              chosen={chosen}
              current={focus.current}
              isChoosing={isChoosing}
              hands={hands}
            />
          ))}
    </div>
  );
}

/** How many seats stand side by side, and how many pixels a rem has. */
function useColumns(grid: { readonly current: HTMLElement | null }, view: View) {
  const [measured, setMeasured] = useState({ width: 0, rem: 16 });
  useLayoutEffect(() => {
    const element = grid.current;
    if (element === null) return undefined;
    const read = () => {
      const next = {
        width: element.clientWidth,
        rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16,
      };
      setMeasured((before) => (before.width === next.width && before.rem === next.rem ? before : next));
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, [grid]);
  const { width, rem } = measured;
  const least = (width < narrowRem * rem ? tileRem.narrow : tileRem.wide) * rem;
  return { columns: view === "list" ? 1 : Math.max(1, Math.floor(width / least)), rem };
}
