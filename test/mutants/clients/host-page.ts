// Breaks of what the host's page keeps, fills in, counts and warns of.
import { type Break, breaksOf } from "../break.ts";

export const hostPage: readonly Break[] = [
  ...breaksOf("pages/core/seats/rows.ts", "pages/seats/rows", [
    [
      "B90",
      "who has come back is still counted as left",
      'if (roster.has(line.deviceId) || kindNow(line) !== "left") continue;',
      'if (kindNow(line) === "away") continue;',
    ],
  ]),
  ...breaksOf("pages/core/time-lines.ts", "pages/time-lines", [
    ["B101", "who has left is forgotten at once", "gone.length > mostGone", "gone.length > 0"],
    ["B101", "what is not kept any more is not counted", "times += 1;", ""],
  ]),
  ...breaksOf("pages/core/host/series.ts", "pages/series", [
    ["B102", "a chart of seconds says that it is whole", "isWhole: since <= now - lengthMs", "isWhole: true"],
  ]),
  ...breaksOf("pages/core/host/host-rights.ts", "pages/host", [
    ["B91", "an event's own right goes before the one for all", "rights.get(allEvents) ??", ""],
  ]),
  ...breaksOf("pages/core/host/event-draft.ts", "pages/host", [
    [
      "B93",
      "an empty list lets nobody in",
      'draft.whoMayJoin === "listed" && !hasNames',
      "!hasNames && names.length < 0",
    ],
  ]),
  ...breaksOf("pages/core/host/event-draft.ts", "pages/host", [
    [
      "B103",
      "a title that another host has changed is changed back",
      'isTouched("title") ?',
      "draft.title ?",
    ],
  ]),
  ...breaksOf("pages/core/participant/refusals.ts", "pages/own-status", [
    [
      "B105",
      "who was removed never asks again",
      'reason === "kicked")\n    return',
      'reason === "")\n    return',
    ],
  ]),
  ...breaksOf("client/session/session-controller.ts", "connection/endings", [
    ["B105", "who was removed cannot ask again", '|| endReason === "kicked"', ""],
  ]),
  ...breaksOf("pages/languages/format.ts", "pages/words", [
    ["B106", "minutes are said without their seconds", "minutes >= 5", "minutes >= 1"],
  ]),
  ...breaksOf("pages/core/host/alerts.ts", "pages/host", [
    ["B98", "the alarm flickers at its edge", "return before ? away >=", "return false ? away >="],
  ]),
  ...breaksOf("pages/host/host-server.ts", "pages/host-server", [
    ["C29", "whatever a gateway says signs a host out", '.reason !== "bad_token"', '.reason === "nothing"'],
  ]),
];
