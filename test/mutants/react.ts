// Breaks of letting go of a session.
import { type Break, breaksOf } from "./break.ts";

export const react: readonly Break[] = [
  ...breaksOf(
    "client/session/session-controller.ts",
    ["pure/client/closing"],
    [
      ["V1", "a closed session begins again", "    if (this.#isClosed) return;\n", ""],
      ["V2", "a closed session empties its outbox", 'else if (endReason === "closed")', "else if (false)"],
    ],
  ),
  ...breaksOf(
    "client/session/ownership.ts",
    ["pure/client/closing"],
    [
      [
        "V4",
        "an echo of the older session ends the newer one",
        "const isEcho = this.#environment.now() < this.#echoUntil;",
        "const isEcho = false;",
      ],
      ["V4", "two take the seat from each other", "    this.#echoUntil = 0;\n", ""],
    ],
  ),
];
