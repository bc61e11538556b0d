// Breaks of what participants are told: the mailboxes of an event, receipts, our client's inbox.
import { type Break, breaksOf } from "./break.ts";

const histories = ["event/told-histories", "event/mailboxes", "seats/mailbox"];

export const mail: readonly Break[] = [
  ...breaksOf("seats/mailbox.ts", histories, [
    ["M1", "what is not stored is sent", "next.no > this.#released", "false"],
    ["M2", "another connection is sent nothing that one before was", "this.#cursor = this.#from;", ""],
    ["M6", "what a handler has asked for does not count", " + this.#reserved;", ";"],
    [
      "M6",
      "what is not stored is handled because a client says so",
      "Math.min(through, this.#released)",
      "through",
    ],
    ["M8", "any number of messages is on its way", "underWay >= toldWindow.messages || ", ""],
    ["M8", "what is handled stays on its way", "this.#sentBytes -= first.bytes;", ""],
    ["M8", "a message larger than the window never leaves", "underWay > 0 && isFull", "isFull"],
  ]),
  ...breaksOf("event/messages/mailboxes.ts", histories, [
    [
      "M1",
      "a receipt fetches what no patch has shown",
      "box.stored = no;",
      "box.stored = no; box.mailbox.released(no);",
    ],
    ["M1", "a room that is given back takes more", " || this.#isClosed) return false;", ") return false;"],
    [
      "M4",
      "what a handler that throws has told is told",
      "() => this.#release(box, bytes),",
      "() => this.#add(box, text, bytes),",
    ],
    [
      "M5",
      "a mailbox outlives its seat",
      "for (const { no } of box.mailbox.waiting())",
      "for (const { no } of [])",
    ],
    [
      "M5",
      "what is of another seat is told to this one",
      "keptIn(text).joined_at === joinedAt",
      "joinedAt > 0",
    ],
    [
      "M5",
      "what another seat has handled counts",
      "if (told?.joined_at === seat.joinedAt)",
      "if (told !== undefined)",
    ],
    ["M6", "an event's mailboxes have no bound", "if (this.#bytes + bytes > eventBytes)", "if (false)"],
    ["M6", "what goes with a seat counts on", "this.#bytes -= box.mailbox.bytes;", ""],
    ["M7", "a store that went back makes numbers come again", "this.#firstNumber = epoch;", ""],
    ["M7", "the last number is forgotten", 'this.#entries.put(key, "");', ""],
    [
      "M8",
      "the next portion never comes",
      "this.#handled(seat.deviceId, parsed.value.through);\n    this.#sendTo(seat.deviceId);",
      "this.#handled(seat.deviceId, parsed.value.through);",
    ],
    [
      "M10",
      "a client that has not said how far it is is sent it",
      ' || connection.receipt === "unknown")',
      ")",
    ],
    [
      "M13",
      "it is sent while nothing may be announced",
      'if (this.#store.state === "suspended") return void this.#due.add(box);',
      "",
    ],
  ]),
  ...breaksOf("connections/connection.ts", "author/tell-sockets", [
    ["M3", "any pong is a receipt", "payload.length === receiptBytes && ", ""],
    ["M10", "our client is taken for a stock one", 'if (kept !== undefined) this.receipt = "unknown";', ""],
  ]),
  ...breaksOf("event/announcer.ts", "event/event", [
    ["M1", "it waits for a patch that nobody asks for", "return this.#parts.mail.isDue || ", "return "],
  ]),
  ...breaksOf(
    "client/inbox/inbox.ts",
    ["client/inbox", "event/told-histories"],
    [
      [
        "M9",
        "what is handled is not noted",
        "this.#storage.keep(this.#key, JSON.stringify(this.#position));",
        "",
      ],
      ["M9", "what was handled is handled again", "no <= this.#position.through", "false"],
      [
        "M9",
        "another seat's messages are taken for old ones",
        "joined_at === this.#position.joined_at && no",
        "no",
      ],
      [
        "M11",
        "a message without a handler is lost",
        "if (!isOld && (handlers === undefined || !this.#owner.hasOutbox)) return;",
        "",
      ],
      [
        "M11",
        "what waited for a handler waits for ever",
        "this.#environment.after(0, () => this.#handleWaiting());",
        "",
      ],
      [
        "M11",
        "what waited is handled over the next connection, too",
        "this.#sender = undefined;\n    this.#waiting = [];",
        "this.#sender = undefined;",
      ],
      ["M12", "a page that has lost the seat handles on", " || !this.#owner.hasOutbox)", ")"],
      ["M14", "each message is acknowledged by itself", "if (waitMs <= 0)", "if (true)"],
    ],
  ),
];
