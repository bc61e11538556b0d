// Breaks of the seats of an event as a host's tool: who is listed, found, sorted, chosen, and what is done to them.
import { type Break, breaksOf } from "./break.ts";

const pure: readonly Break[] = [
  ...breaksOf("pages/core/seats/rows.ts", "seats/rows", [
    [
      "B110",
      "who was removed before the page was opened is not listed",
      "!goneIds.has(deviceId)) {",
      "false) {",
    ],
    ["B110", "whoever is removed may come again", 'row?.kind === "left" && (', "true || ("],
    [
      "B111",
      "every row is drawn again each time",
      "return row;\n  return before;",
      "return row;\n  return row;",
    ],
    [
      "B112",
      "two who look the same are called the same",
      "this.#names = namesOf(people);",
      "this.#names = new Map(people.map((one) => [one.deviceId, { name: one.displayName, mark: '' }]));",
    ],
  ]),
  ...breaksOf("pages/core/seats/expected.ts", "seats/rows", [
    ["B113", "the words of a name are in one order", "words.toSorted().join", "words.join"],
    ["B113", "one place of the list is everybody's", "(reading(words))?.shift()", "(reading(words))?.[0]"],
    ["B114", "a line with commas is one name", "? only.split(/[;,\\t]/)", "? [only]"],
    ["B114", "a number is a name", ".filter((name) => /\\p{L}/u.test(name))", ""],
  ]),
  ...breaksOf("pages/core/seats/folding.ts", "seats/rows", [
    ["B113, B115", "an accent is another letter", "[\\p{Script=Inherited}\\u0591", "[\\u0591"],
  ]),
  ...breaksOf("pages/core/seats/search.ts", "seats/rows", [
    [
      "B115",
      "who is called Away is not found by it",
      "kinds.has(row.kind) || text.includes(phrase)",
      "kinds.has(row.kind)",
    ],
    [
      "B115",
      "the search does not know who is away",
      "kinds.has(row.kind) || text.includes(phrase)",
      "text.includes(phrase)",
    ],
    ["B115", "one word of several is enough", "return tests.every(", "return tests.some("],
  ]),
  ...breaksOf("pages/core/seats/order.ts", "seats/order", [
    ["B116", "those who left stand among those here", "if (a.kind !== b.kind) return", "if (false) return"],
    ["B116", "Ann 10 stands before Ann 9", "numeric: true", "numeric: false"],
    [
      "B116",
      "who is renamed stays where they are",
      "if (rows.every(({ key, name }) => this.#names.get(key) === name)) return;",
      "if (this.#ranks.size > 0) return;",
    ],
    [
      "B117",
      "whoever comes moves all others",
      "return [...kept, ...wanted.filter((key) => !known.has(key))];",
      "return [...wanted.filter((key) => !known.has(key)), ...kept];",
    ],
    ["B117", "it is sorted under a finger", "if (isHeld) return", "if (false) return"],
    [
      "B117",
      "where something always changes it is never sorted",
      "Math.min(lastChangeAt + calmMs, firstChangeAt + longestMs)",
      "lastChangeAt + calmMs",
    ],
  ]),
  ...breaksOf("pages/core/seats/selection.ts", "seats/order", [
    ["B118", "a range goes down only", "Math.min(from, to), Math.max(from, to) + 1", "from, to + 1"],
    ["B118", "who is gone stays chosen", "[...selection.keys].filter(isRow)", "[...selection.keys]"],
  ]),
  ...breaksOf("pages/core/seats/visible-lines.ts", "seats/order", [
    [
      "B119",
      "the focus is scrolled out of the document",
      "if (kept >= 0 && kept < from) return [kept, ...lines];",
      "",
    ],
    ["B119", "a line at the window's edge is missing", "/ lineHeight) - linesBeyond", "/ lineHeight) + 1"],
  ]),
  ...breaksOf("pages/host/seats/seat-actions.ts", "seats/actions", [
    ["B126", "it was done for everyone, always", "...(result.done_for ?? ids)", "...ids"],
    ["B126", "after a failure it goes on", "if (result?.done !== true) break;", ""],
    ["B126", "who was not removed is let in again, too", "canUndo ? those : []", "canUndo ? people : []"],
    ["B126", "the lock is not said", "&& this.isEventLocked", "&& false"],
  ]),
];

const inBrowser: readonly Break[] = [
  ...breaksOf(
    "pages/host/seats/seats.tsx",
    "browser/seats",
    [
      [
        "B120",
        "the undo does nothing",
        "onUndo={({ undo }) => actions.readmit(undo)}",
        "onUndo={() => setNotice(undefined)}",
      ],
    ],
    "B120",
  ),
  ...breaksOf(
    "pages/host/seats/seat-actions.ts",
    "browser/seats",
    [["B120", "the undo stays for ever", "undo.length > 0 ? undoMs : noticeMs", "3_600_000"]],
    "B120",
  ),
  ...breaksOf(
    "pages/host/seats/seats.tsx",
    "browser/seats",
    [["B121", "Shift chooses one", "isRange ? extended(list.selection", "false ? extended(list.selection"]],
    "B121",
  ),
  ...breaksOf(
    "pages/styles/host/overview.css",
    "browser/seats",
    [
      [
        "B127",
        "the seats stand beside the chart as tiles, too",
        "(min-width: 75.01rem)",
        "(min-width: 750rem)",
      ],
    ],
    "B127",
  ),
  ...breaksOf(
    "pages/styles/host/seats-grid.css",
    "browser/seats",
    [["B128", "on a phone words are cut", ".seat-row .tag,\n.seat-bars {", ".seat-bars {"]],
    "B128",
  ),
  ...breaksOf(
    "pages/host/seats/grid/seat-grid.tsx",
    "browser/seats",
    [
      [
        "B122",
        "a screen reader hears of the drawn rows only",
        "aria-rowcount={count}",
        "aria-rowcount={lines.length}",
      ],
      [
        "B122",
        "all rows are in the document",
        "useVisibleLines(grid, lineHeight, count, at)",
        "[...Array(count).keys()]",
      ],
    ],
    "B122",
  ),
  ...breaksOf(
    "pages/host/seats/grid/grid-focus.ts",
    "browser/seats",
    [
      [
        "B123",
        "the focus leaves the list with a button",
        "if (!isToMove.current && !isLost) return;",
        "if (!isToMove.current) return;",
      ],
    ],
    "B123",
  ),
  ...breaksOf(
    "pages/host/seats/grid/list-row.tsx",
    "browser/seats",
    [["B123", "the Tab key stops at every row", "isCurrent ? 0 : -1", "0"]],
    "B123",
  ),
  ...breaksOf(
    "pages/host/seats/seats.tsx",
    "browser/seats",
    [["B124", "the button does not sort", "onClick={() => list.sortNow()}", "onClick={() => {}}"]],
    "B124",
  ),
  ...breaksOf(
    "pages/host/seats/grid/list-row.tsx",
    "browser/seats",
    [["B125", "a box has no name", 'aria-label={t("seats.check", { name: nameIn(row) })}', ""]],
    "B125",
  ),
];

export const hostSeats: readonly Break[] = [...pure, ...inBrowser];
