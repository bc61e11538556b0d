// The seats of an event as a tool: who is shown and in which order, rows or tiles, and what a host does to one, to some, to
// everyone who is away. Nothing of it draws itself again because time passes.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { HostEventDetails } from "../../../protocol/event-details.ts";
import type { SeatGroup } from "../../core/host/event-counts.ts";
import { type Sorting, SeatSorter } from "../../core/seats/order.ts";
import type { Rows, SeatRow } from "../../core/seats/rows.ts";
import { kindWords, searchFor } from "../../core/seats/search.ts";
import { allOf, extended, nobody, toggled } from "../../core/seats/selection.ts";
import { formatNumber } from "../../languages/format.ts";
import { spoken, t } from "../../languages/words.ts";
import type { Seen } from "../../ui/event-observer.ts";
import { Menu } from "../../ui/menu.tsx";
import type { Act } from "../act.ts";
import { ChosenBar } from "./chosen-bar.tsx";
import { MessageDialog } from "./message-dialog.tsx";
import { NoticeBar } from "./notice-bar.tsx";
import { actionsFor } from "./person/person-actions.ts";
import { PersonDialog } from "./person/person-dialog.tsx";
import { RemovedList } from "./removed-list.tsx";
import { type Notice, SeatActions } from "./seat-actions.ts";
import { SeatGrid, type View } from "./grid/seat-grid.tsx";
import { longExtensionMs, type SeatHands } from "./grid/seat-hands.ts";
import { SeatList } from "./seat-list.ts";
import { Sure } from "./sure.tsx";
import { Toolbar } from "./toolbar.tsx";
import { offWhen } from "../../ui/off.ts";

interface SeatsProps {
  /** Everyone whom the list can show. */
  readonly rows: Rows;
  readonly seen: Seen;
  readonly details: HostEventDetails | undefined;
  /** The bars go back so far. */
  readonly windowMs: number;
  readonly act: Act;
  /** Only these are shown; undefined for all. The event's numbers are the switches for it. */
  readonly group: SeatGroup | undefined;
  /** False while the host's own connection is lost: what is shown is old, and nothing can be done. */
  readonly isLive: boolean;
}

/** What is open beside the list: at most one thing. */
type Open =
  | { readonly what: "person"; readonly key: string }
  | { readonly what: "menu"; readonly key: string | undefined; readonly anchor: HTMLElement }
  | { readonly what: "message" | "end" | "remove"; readonly people: readonly SeatRow[] };

/** The words for how somebody is, that the search knows. */
const searchWords = () => ({
  connected: kindWords(t("seats.words.connected")),
  away: kindWords(t("seats.words.away")),
  left: kindWords(t("seats.words.left")),
  "never-came": kindWords(t("seats.words.never-came")),
});

export function Seats({ rows, seen, details, windowMs, act, group, isLive }: SeatsProps) {
  const [query, setQuery] = useState("");
  const [sorting, setSorting] = useState<Sorting>("trouble");
  const [view, setView] = useState<View>("list");
  const [isChoosing, setIsChoosing] = useState(false);
  const [open, setOpen] = useState<Open | undefined>(undefined);
  const [notice, setNotice] = useState<Notice | undefined>(undefined);
  const [, redraw] = useState(0);
  const again = () => redraw((times) => times + 1);
  const list = useMemo(() => new SeatList(new SeatSorter(spoken()), again), []);
  const actions = useMemo(() => new SeatActions(act, setNotice), [act]);
  actions.isEventLocked = details?.is_locked === true;
  useEffect(() => () => list.stop(), [list]);
  useEffect(() => () => actions.stop(), [actions]);
  const fits = useMemo(() => {
    const isFound = searchFor(query, searchWords());
    return (row: SeatRow) => (group === undefined || row.kind === group) && isFound(row);
  }, [query, group]);
  const { order, isKept } = list.update({ rows, fits, sorting, question: `${sorting} ${group} ${query}` });
  useEffect(() => list.hold(open !== undefined), [list, open]);

  const choose = (next: typeof list.selection) => {
    list.choose(next);
    again();
  };
  const people = () => order.filter((key) => rows.get(key)?.deviceId !== "");
  const hands = useRef<SeatHands | undefined>(undefined);
  const now = useRef({ rows, people, choose });
  now.current = { rows, people, choose };
  hands.current ??= {
    choose: (row, isRange) =>
      now.current.choose(
        isRange ? extended(list.selection, row.key, now.current.people()) : toggled(list.selection, row.key),
      ),
    open: (row) => setOpen({ what: "person", key: row.key }),
    more: (row, anchor) => setOpen({ what: "menu", key: row.key, anchor }),
    extend: (row, byMs) => actionsNow.current.extend([row], byMs),
    readmit: (row) => actionsNow.current.readmit([row]),
  };
  const actionsNow = useRef(actions);
  actionsNow.current = actions;

  const { keys } = list.selection;
  const chosen = useMemo(() => [...keys].flatMap((key) => rows.get(key) ?? []), [keys, rows]);
  const away = useMemo(() => [...rows.values()].filter(({ kind }) => kind === "away"), [rows]);
  const removed = (details?.removed ?? []).flatMap(({ device_id: key }) => {
    const row = rows.get(key);
    return row?.reason === "kicked" ? [row] : [];
  });
  const removedTotal = removed.length + (details?.removed_total ?? 0) - (details?.removed.length ?? 0);
  const all = () => choose(allOf(list.selection, people()));
  const close = () => setOpen(undefined);
  const ask = { askMessage: (to: readonly SeatRow[]) => setOpen({ what: "message", people: to }) };
  const opened = open !== undefined && "key" in open ? rows.get(open.key ?? "") : undefined;
  return (
    <section class="card seats-tool" aria-labelledby="seats">
      <div class="card-head">
        <h2 id="seats" tabIndex={-1} data-focus-fallback>
          {t("seats.title")}
        </h2>
        <p class="hint" data-test="shown">
          {t("seats.shown", { shown: formatNumber(order.length), n: rows.size })}
        </p>
        {away.length > 0 && (
          <button
            type="button"
            class="button is-small is-away"
            data-test="extend-away"
            {...offWhen(!isLive, () => actions.extendAway(away, longExtensionMs))}
          >
            {t("seats.plus-120-away", { n: away.length })}
          </button>
        )}
      </div>
      <Toolbar
        query={query}
        onQuery={setQuery}
        sorting={sorting}
        onSorting={setSorting}
        view={view}
        onView={setView}
        isChoosing={isChoosing}
        onStopChoosing={() => setIsChoosing(false)}
        onOptions={(anchor) => setOpen({ what: "menu", key: undefined, anchor })}
      />
      {isKept && (
        <p class="kept-order">
          <span>{t("seats.sort-again-why")}</span>
          <button type="button" class="button is-small" data-test="sort-again" onClick={() => list.sortNow()}>
            {t("seats.sort-again")}
          </button>
        </p>
      )}
      {order.length === 0 ? (
        <p class="empty">{emptyText(query, group)}</p>
      ) : (
        <SeatGrid
          view={view}
          order={order}
          rows={rows}
          timeLines={seen.timeLines?.lines}
          windowMs={windowMs}
          chosen={keys}
          isChoosing={isChoosing}
          isLive={isLive}
          hands={hands.current}
          onAll={all}
          onNobody={() => choose(nobody)}
          onTouch={() => list.touch()}
          onHold={(isHeld) => list.hold(isHeld || open !== undefined)}
        />
      )}
      {chosen.length > 0 && (
        <ChosenBar
          chosen={chosen}
          shown={people().length}
          isLive={isLive}
          onAll={all}
          onNobody={() => {
            document.getElementById("seats")?.focus(); // this bar goes away
            choose(nobody);
          }}
          onExtend={(those) => actions.extend(those, longExtensionMs)}
          onEnd={(those) => setOpen({ what: "end", people: those })}
          onMessage={ask.askMessage}
          onRemove={(those) => setOpen({ what: "remove", people: those })}
          onReadmit={(those) => actions.readmit(those)}
        />
      )}
      <RemovedList
        removed={removed}
        total={removedTotal}
        isLive={isLive}
        onReadmit={(those) => actions.readmit(those)}
      />
      <NoticeBar notice={notice} isLive={isLive} onUndo={({ undo }) => actions.readmit(undo)} />
      {open?.what === "person" && opened !== undefined && (
        <PersonDialog
          row={opened}
          rows={rows}
          timeLines={seen.timeLines}
          windowMs={windowMs}
          actions={actionsFor(opened, actions, ask, isLive)}
          onClose={close}
        />
      )}
      {open?.what === "message" && (
        <MessageDialog
          people={open.people}
          onSend={(text) => actions.message(open.people, text)}
          onClose={close}
        />
      )}
      {(open?.what === "end" || open?.what === "remove") && (
        <Sure
          what={open.what}
          people={open.people}
          actions={actions}
          onDone={() => choose(nobody)}
          onClose={close}
        />
      )}
      {open?.what === "menu" && (
        <Menu
          label={opened === undefined ? t("seats.options") : opened.name}
          anchor={open.anchor}
          items={
            opened === undefined
              ? [
                  ...(view === "tiles" && !isChoosing
                    ? [{ id: "choose-several", text: t("seats.choose"), onPick: () => setIsChoosing(true) }]
                    : []),
                  {
                    id: "choose-all",
                    text: t("seats.choose-all", { n: formatNumber(people().length) }),
                    onPick: all,
                  },
                ]
              : actionsFor(opened, actions, ask, isLive)
          }
          onClose={close}
        />
      )}
    </section>
  );
}

function emptyText(query: string, group: SeatGroup | undefined): string {
  if (query.trim() !== "") return t("seats.empty.search", { query: query.trim() });
  return t(group === undefined ? "seats.empty" : `seats.empty.${group}`);
}
