// The rows of an event's seats, as the page sees it now. A row is the same object until something in it changes.
import { useMemo, useRef } from "preact/hooks";
import type { HostEventDetails } from "../../../protocol/event-details.ts";
import { NameBook, type Rows, rowsOf } from "../../core/seats/rows.ts";
import type { TimeLines } from "../../core/time-lines.ts";
import type { Seen } from "../../ui/event-observer.ts";

const none: readonly never[] = [];
const noLines: TimeLines["lines"] = new Map();

/** Made again when somebody's entry, time line or the event's details have changed. */
export function useSeatRows({ roster, timeLines }: Seen, details: HostEventDetails | undefined): Rows {
  const before = useRef<Rows | undefined>(undefined);
  const book = useRef(new NameBook());
  const lines = timeLines?.lines ?? noLines;
  const expected = details?.expected_names ?? none;
  const removed = details?.removed ?? none;
  const removedTotal = details?.removed_total ?? 0;
  return useMemo(() => {
    before.current = rowsOf({ roster, lines, expected, removed, removedTotal }, book.current, before.current);
    return before.current;
  }, [roster, lines, expected, removed, removedTotal]);
}
