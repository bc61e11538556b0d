// Breaks of what the published schemas of the wire say, and of what is held to them.
import { type Break, breaksOf } from "./break.ts";

export const wire: readonly Break[] = [
  ...breaksOf(
    "protocol/incoming/requests.ts",
    ["wire/schemas"],
    [
      [
        "Z41",
        "a message more is published than the schema allows",
        ".max(outboxWindow),\n});",
        ".max(outboxWindow + 1),\n});",
      ],
    ],
  ),
  ...breaksOf(
    "event/messages/replay.ts",
    ["wire/recorded"],
    [
      [
        "Z42",
        "an answer has a field that no schema names",
        "server_time: now,",
        "server_time: now,\n      now,",
      ],
    ],
  ),
  ...breaksOf(
    "admission/matchmaking.ts",
    ["wire/recorded"],
    [
      [
        "Z44",
        "a return by token does not say the token",
        "{ ...reservation, reconnectionToken: token }",
        "reservation",
      ],
    ],
  ),
  ...breaksOf(
    "connections/connection.ts",
    ["wire/recorded"],
    [
      [
        "Z46",
        "a question overtakes the acknowledgement",
        "this.#acknowledge(); // what came",
        "// what came",
      ],
    ],
  ),
];
