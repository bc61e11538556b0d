// Breaks of timers that are kept with an event, and of the hooks of the whole event.
import { type Break, breaksOf } from "./break.ts";

export const timers: readonly Break[] = [
  ...breaksOf("event/timers/timer-book.ts", "event/timer-book", [
    ["U2", "time without a server counts", "firesAt: now + leftMs", "firesAt"],
    ["U2", "a crash begins a timer's time anew", "Math.max(0, firesAt - lastAliveAt)", "delayMs"],
    [
      "U2",
      "an outage counts",
      "const laterAt = Math.min(firesAt + byMs, now + delayMs);",
      "const laterAt = firesAt;",
    ],
    [
      "U2",
      "what is asked for in an outage waits longer",
      "Math.min(firesAt + byMs, now + delayMs)",
      "firesAt + byMs",
    ],
    [
      "U3",
      "time without a server moves an instant",
      "if (delayMs === null) return timer;",
      "if (delayMs === null) return { ...timer, firesAt: firesAt + now - lastAliveAt };",
    ],
    ["U1", "after a restart those of one instant fire in any order", " || byAge(a, b)", ""],
    ["U7", "a newer version's timer is read", " || version > timerVersion", ""],
  ]),
  ...breaksOf("seats/deadlines.ts", "event/timer-book", [
    ["U1", "those of one instant fire in any order", " || (a.at === b.at && a.order < b.order)", ""],
  ]),
  ...breaksOf("seats/roster.ts", "author/hooks", [
    ["U20", "a handler is told that nobody was kicked", "return this.isKicked(deviceId);", "return false;"],
  ]),
  ...breaksOf("event/event.ts", "author/hooks", [
    ["U20", "an unkick is not stored", ' || change.event === "unkick"', ""],
  ]),
  ...breaksOf("rooms/author/room-author.ts", "author/hooks", [
    ["U21", "an event is empty while somebody comes", " + connected + held", ""],
    ["U21", "an event is empty before the last has left", "state.participants.size + connected", "connected"],
    ["U21", "an event that is closed is said to be empty", "isEmpty && !this.#isClosing", "isEmpty"],
  ]),
  ...breaksOf("event/event-record.ts", "author/hooks", [
    ["U22", "no time was lost", "Math.max(0, now - stored.lastAliveAt)", "0"],
  ]),
  ...breaksOf("rooms/EventRoom.ts", "author/hooks", [
    ["U23", "this.clock goes by the wall", "followClock(this, services.clock);", ""],
  ]),
];
