// Breaks of what the host's page keeps, fills in, counts and warns of.
import { type Break, breaksOf } from "./break.ts";

export const hostPage: readonly Break[] = [
  ...breaksOf("pages/core/event-counts.ts", "pages/event-counts", [
    [
      "B90",
      "who has come back is still counted as left",
      '=== "left" && !roster.has(line.deviceId)',
      '!== "away"',
    ],
    ["B90", "a name is another with an accent", '.normalize("NFKD")', ""],
  ]),
  ...breaksOf("pages/core/host-rights.ts", "pages/host", [
    ["B91", "an event's own right goes before the one for all", "rights.get(allEvents) ??", ""],
  ]),
  ...breaksOf("pages/core/event-draft.ts", "pages/host", [
    [
      "B93",
      "an empty list lets nobody in",
      'draft.whoMayJoin === "listed" && names',
      "names.length < 0 && names",
    ],
  ]),
  ...breaksOf("pages/core/alerts.ts", "pages/host", [
    ["B98", "the alarm flickers at its edge", "return before ? away >=", "return false ? away >="],
  ]),
  ...breaksOf("pages/host/host-server.ts", "pages/host-server", [
    ["C29", "whatever a gateway says signs a host out", '.reason !== "bad_token"', '.reason === "nothing"'],
  ]),
];
