// Breaks of what the participant's page says: its own seat, who is shown, names, and what hosts say.
import { type Break, breaksOf } from "../break.ts";

export const participant: readonly Break[] = [
  ...breaksOf(
    "pages/participant/later.ts",
    "browser/bytes",
    [["B174", "cards that did not come never come", "} catch {", "} catch { return;"]],
    "B174",
  ),
  ...breaksOf("pages/core/participant/own-status.ts", "pages/own-status", [
    ["B72", "who is not answered is here", "facts.isAnswering ? here", "true ? here"],
    ["B72", "a seat is kept for ever", "if (now >= until) return", "if (now < 0) return"],
    [
      "B73",
      "a countdown runs while no time is taken",
      'if (deadline === "paused")',
      'if (deadline === "never")',
    ],
    ["B75", "a return is said for ever", "isNewSeat ? newSeatMs : momentMs", "Infinity"],
    [
      "B77",
      "who waits for a place is told to wait for an answer",
      'if (reason === "full")',
      'if (reason === "no")',
    ],
  ]),
  ...breaksOf("pages/core/participant/roster-shown.ts", "pages/room-shown", [
    ["B78", "thousands are in the document", "fitting.slice(0, mostShown)", "fitting.slice(0)"],
    [
      "B78",
      "the list moves with each drop",
      "a.disconnectedAt - b.disconnectedAt",
      "b.disconnectedAt - a.disconnectedAt",
    ],
  ]),
  ...breaksOf("pages/core/participant/host-messages.ts", "pages/room-shown", [
    [
      "B80",
      "a message is shown twice",
      "if (messages.some(({ id }) => id === message.id)) return messages;",
      "",
    ],
  ]),
  ...breaksOf("pages/core/person.ts", "pages/person", [
    ["B70", "marks of direction stay in a name", '.replace(unseen, "")', ""],
    [
      "B70",
      "two who look the same are called the same",
      "if (same.length > 1) tellApart",
      "if (same.length > 99) tellApart",
    ],
  ]),
  ...breaksOf("pages/core/others.ts", "pages/room-shown", [
    ["B79", "who has no name is read out as nobody", '&& !names.includes("")', ""],
  ]),
  ...breaksOf("pages/core/places.ts", "pages/numbers-and-places", [
    ["B182", "a link longer than any id names an event", "named.length > longestEventId", "false"],
  ]),
];
