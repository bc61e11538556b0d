// Where the keyboard is in the grid of seats: which one the Tab key comes to, what each key does there, and that the focus is
// not lost when a person, or the button that was pressed, goes away.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Rows, SeatRow } from "../../../core/seats/rows.ts";
import type { SeatHands } from "./seat-hands.ts";

interface GridFocusProps {
  readonly grid: RefObject<HTMLElement | null>;
  readonly order: readonly string[];
  readonly columns: number;
  readonly rows: Rows;
  readonly hands: SeatHands;
  readonly onAll: () => void;
  readonly onNobody: () => void;
  readonly onTouch: () => void;
  readonly onHold: (isHeld: boolean) => void;
}

interface GridFocus {
  /** The key of the seat that the Tab key comes to. */
  readonly current: string | undefined;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocusIn: (event: FocusEvent) => void;
  readonly onFocusOut: (event: FocusEvent) => void;
}

/** Seats that PageUp and PageDown go over, in lines. */
const pageLines = 8;

/** How far a key goes in the order; undefined for one that goes nowhere. */
function stepOf(key: string, columns: number, isRtl: boolean): number | undefined {
  const forward = isRtl ? -1 : 1;
  if (columns > 1 && key === "ArrowRight") return forward;
  if (columns > 1 && key === "ArrowLeft") return -forward;
  const all = Number.POSITIVE_INFINITY;
  const lines = { ArrowDown: 1, ArrowUp: -1, PageDown: pageLines, PageUp: -pageLines, Home: -all, End: all }[
    key
  ];
  return lines === undefined ? undefined : lines * columns;
}

export function useGridFocus(props: GridFocusProps): GridFocus {
  const { grid, order, columns, rows, hands } = props;
  const [wanted, setWanted] = useState<string | undefined>(undefined);
  /** Where it was, for when its seat goes away. */
  const place = useRef(0);
  const focused = useRef<Element | null>(null);
  const isToMove = useRef(false);
  const found = wanted === undefined ? -1 : order.indexOf(wanted);
  if (found >= 0) place.current = found;
  const current = found >= 0 ? wanted : order[Math.max(0, Math.min(place.current, order.length - 1))];

  const elementOf = (key: string | undefined) =>
    [...(grid.current?.querySelectorAll<HTMLElement>("[data-key]") ?? [])].find(
      (element) => element.dataset.key === key,
    );

  useLayoutEffect(() => {
    const isLost =
      focused.current !== null && !focused.current.isConnected && document.activeElement === document.body;
    if (!isToMove.current && !isLost) return;
    isToMove.current = false;
    const element = elementOf(current);
    if (element !== undefined) element.focus();
    else if (isLost) {
      focused.current = null;
      document.querySelector<HTMLElement>("[data-focus-fallback]")?.focus();
    }
  });

  const goTo = (key: string) => {
    isToMove.current = true;
    setWanted(key);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    props.onTouch();
    const target = event.target as HTMLElement;
    const isOnSeat = target.dataset.key !== undefined;
    const row: SeatRow | undefined = rows.get(current ?? "");
    if (row === undefined) return;
    const isRtl = getComputedStyle(target).direction === "rtl";
    const step = stepOf(event.key, columns, isRtl);
    if (step !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const to = order[Math.max(0, Math.min(place.current + step, order.length - 1))];
      if (to === undefined) return;
      if (event.shiftKey) extend(row, to);
      goTo(to);
    } else if (isOnSeat && event.key === " ") {
      event.preventDefault();
      if (row.deviceId !== "") hands.choose(row, event.shiftKey);
    } else if (isOnSeat && event.key === "Enter") hands.open(row);
    else if (event.key === "Escape") props.onNobody();
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      props.onAll();
    }
  };

  /** Shift and a key: from where one is to where one goes. */
  const extend = (from: SeatRow, to: string) => {
    const row = rows.get(to);
    if (row === undefined) return;
    hands.choose(from, true);
    hands.choose(row, true);
  };

  return {
    current,
    onKeyDown,
    onFocusIn: (event) => {
      const element = event.target as HTMLElement;
      focused.current = element;
      const key = element.closest<HTMLElement>("[data-key]")?.dataset.key;
      if (key !== undefined) setWanted(key);
      props.onHold(element.matches(":focus-visible"));
    },
    onFocusOut: (event) => {
      const isStillIn = event.relatedTarget instanceof Node && grid.current?.contains(event.relatedTarget);
      if (isStillIn) return;
      props.onHold(false);
      if (event.relatedTarget !== null) focused.current = null;
    },
  };
}
