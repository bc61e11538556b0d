// Breaks of how the pages come, and of what a browser keeps of them.
import { type Break, breaksOf } from "../break.ts";

export const pages: readonly Break[] = [
  ...breaksOf(
    "pages/shell/worker/shells.ts",
    ["pages/shell-worker"],
    [
      ["B57", "a captive portal's answer is kept", "{ integrity, credentials", "{ credentials"],
      ["B175", "another cache keeps the page", 'own.set("cache-control", "no-cache");', ""],
      ["B57", "half of a shell stays", "await caches.delete(name);\n      throw error;", "throw error;"],
      [
        "B58",
        "a new one begins with nothing",
        "for (const { page, language } of before) await",
        "for (const { page, language } of []) await",
      ],
      [
        "B58",
        "old shells stay for ever",
        "build !== this.#manifest.build);\n  }\n\n  async forget(",
        "false);\n  }\n\n  async forget(",
      ],
    ],
  ),
  ...breaksOf(
    "pages/shell/worker/shell-worker.ts",
    ["pages/shell-worker"],
    [
      ["B56", "everything is answered", 'if (request.mode === "navigate")', "if (true)"],
      ["B58", "it takes over from nobody", "await this.#takeOver();", ""],
    ],
  ),
  ...breaksOf(
    "pages/shell/worker/take-over.ts",
    ["pages/shell-worker"],
    [
      ["B58", "it takes over from an event", "if (!answers.includes(true)) await", "await"],
      [
        "B58",
        "silence is a no",
        "setTimeout(answer, answerWithinMs, true)",
        "setTimeout(answer, answerWithinMs, false)",
      ],
    ],
  ),
  ...breaksOf(
    "pages/core/event-code.ts",
    ["pages/event-code"],
    [
      ["B54", "a code keeps its case", "(first + second).toUpperCase()", "first + second"],
      ["B54", "an id that looks like a code is not tried", "[code, exact]", "[code]"],
    ],
  ),
  ...breaksOf(
    "ops/pages/built-pages.ts",
    ["ops/pages"],
    [
      [
        "B50",
        "the address says nothing of the language",
        "asked !== null && languages",
        "false && languages",
      ],
    ],
  ),
];
