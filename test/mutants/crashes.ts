// Breaks that only a storm of cuts, reloads and kills can notice (harness/crashes).
import { type Break, breaksOf } from "./break.ts";

export const crashes: readonly Break[] = [
  ...breaksOf(
    "client/inbox/inbox.ts",
    ["process/durable/tell-storm"],
    [
      [
        "D66",
        "a page that is loaded again handles what it has handled",
        "this.#storage.keep(this.#key, JSON.stringify(this.#position));",
        "",
      ],
    ],
  ),
  ...breaksOf(
    "event/event.ts",
    ["process/durable/tell-storm"],
    [["D66", "what was told is forgotten by a kill", "this.mailboxes.restore(this.epoch);", ""]],
  ),
  ...breaksOf(
    "event/event.ts",
    ["process/durable/timer-storm"],
    [["D67", "timers are forgotten by a kill", "this.timers.restore(stored);", ""]],
  ),
  ...breaksOf(
    "event/timers/timer-book.ts",
    ["process/durable/timer-storm"],
    [["D67", "time without a server counts", "firesAt: now + leftMs", "firesAt"]],
  ),
];
