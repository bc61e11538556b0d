// Breaks of timers that are kept with an event, and of the hooks of the whole event.
import { type Break, breaksOf } from "../break.ts";

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
  ...breaksOf("event/timers/event-timers.ts", "event/event-timers", [
    ["U6", "timers fire while the store is suspended", ' && this.#store.state !== "suspended"', ""],
    ["U6", "timers fire in a process that has given the event up", " && !this.#announcer.isClosed", ""],
    [
      "U6",
      "what is kept of a timer is not moved by an outage",
      "for (const timer of this.#book.postpone(byMs, this.#clock.now())) this.#keep(timer);",
      "this.#book.postpone(byMs, this.#clock.now());",
    ],
    ["U6", "a closed event keeps new timers", "if (this.#isOver) return;\n    this.#put", "this.#put"],
    [
      "U7",
      "a timer without a handler is lost",
      "if (!this.#author.has(timer.name)) return this.#wait(timer);",
      "",
    ],
    ["U7", "each timer without a handler is a line", "if (this.#missed.has(name)) return;", ""],
    [
      "U9",
      "what is asked for stays when the handler throws",
      "this.#effects.run(done, () => this.#take(timer.id));",
      "",
    ],
    [
      "U9",
      "what is cancelled stays so when the handler throws",
      "this.#effects.run(done, () => this.#put(timer));",
      "",
    ],
    ["U11", "thousands fire in one turn", 'if (instantOf(this.#clock) > until) return "more";', ""],
  ]),
  ...breaksOf("event/timers/event-timers.ts", "author/timers", [
    ["U1 U4", "a timer that has fired stays in the store", "this.#entries.drop(prefix + timer.id); //", "//"],
    [
      "U6",
      "timers of a closed event stay in the store",
      "for (const { id } of this.#book.all()) this.#take(id);",
      "",
    ],
    ["U1", "a timer is in memory only", "this.#entries.put(prefix + timer.id, recordOfTimer(timer));", ""],
  ]),
  ...breaksOf("rooms/author/deferred-effects.ts", "event/event-timers", [
    ["U9", "what was asked for first is taken back first", "waiting.toReversed()", "waiting"],
  ]),
  ...breaksOf("rooms/author/timer-handlers.ts", "author/timers", [
    [
      "U5",
      "what a handler changed stays when it throws",
      "allOrNothing(this.#effects, () => handler(value, { id, name, firesAt }), what, this.report);",
      "handler(value, { id, name, firesAt });",
    ],
    ["U8", "a name may have two handlers", "if (this.#handlers.has(name)) throw", "if (false) throw"],
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
  ...breaksOf("event/stored/commit-batch.ts", "room/begins-anew", [
    ["K16", "a room that has gone writes into its event", "this.#hasLeft = true;", ""],
  ]),
  ...breaksOf("event/stored/commit-batch.ts", "event/event", [
    [
      "K4",
      "who asks a room that has lost its event waits for ever",
      "this.#isRequested = false;\n    this.#isDiscarded",
      "this.#isDiscarded",
    ],
  ]),
  ...breaksOf("rooms/author/room-author.ts", "author/hooks", [
    ["U21", "an event is empty while somebody comes", " + connected + held", ""],
    ["U21", "an event is empty before the last has left", "state.participants.size + connected", "connected"],
    ["U21", "an announcement to nobody empties the event again", "if (!this.#hasLeft) return;", ""],
    ["U21", "an event that is closed is said to be empty", "isEmpty && !this.#isClosing", "isEmpty"],
  ]),
  ...breaksOf("event/stored/event-record.ts", "author/hooks", [
    ["U22", "no time was lost", "Math.max(0, now - stored.lastAliveAt)", "0"],
  ]),
  ...breaksOf("rooms/EventRoom.ts", "author/hooks", [
    ["U23", "this.clock goes by the wall", "takeOver(this, clock);", ""],
  ]),
];
