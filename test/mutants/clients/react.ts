// Breaks of letting go of a session.
import { type Break, breaksOf } from "../break.ts";

export const react: readonly Break[] = [
  ...breaksOf(
    "client/session/session-controller.ts",
    ["pure/client/closing"],
    [["V1", "a closed session begins again", "    if (this.#isClosed) return;\n", ""]],
  ),
  ...breaksOf(
    "client/session/seat-holding.ts",
    ["pure/client/closing"],
    [["V2", "a closed session empties its outbox", 'else if (endReason === "closed")', "else if (false)"]],
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
  ...breaksOf(
    "react/registry.ts",
    ["pure/react/registry"],
    [
      ["V5", "the first provider that goes takes the session with it", "if (opened.holders > 0) return;", ""],
      [
        "V5",
        "a remount goes on with a session that is about to be closed",
        "    clearTimeout(opened.closing);\n    opened.holders += 1;",
        "    opened.holders += 1;",
      ],
      [
        "V6",
        "a session that is over is gone on with",
        "if (!isSame || isOver) continue;",
        "if (!isSame) continue;",
      ],
      ["V6", "an observer has a participant's session", 'role ?? "participant",', '"participant",'],
      [
        "V6",
        "a proof is asked for by the function of the first render",
        "{ ...options, sessionToken: latest }",
        "options",
      ],
    ],
  ),
  ...breaksOf(
    "react/event-handle.ts",
    ["pure/react/registry"],
    [
      [
        "V14",
        "what is published early is lost",
        "for (const use of this.#waiting.splice(0)) use(session);",
        "",
      ],
    ],
  ),
  ...breaksOf(
    "react/shallow-equal.ts",
    ["pure/react/registry"],
    [["V9", "more items are the same", "one.length === other.length &&", ""]],
  ),
  ...breaksOf(
    "react/reading.ts",
    ["pure/react/server-side"],
    [
      [
        "V12",
        "a server reads from a session",
        "() => read(nowhere),",
        "() => read({ session: {} as never }),",
      ],
    ],
  ),
];
