// Breaks of the server that the suite of rules for room classes must notice on the test kit, and of the kit's bad network.
import { type Break, breaksOf } from "../break.ts";

const suite = "rooms/testing/conformance";

export const testing: readonly Break[] = [
  ...breaksOf("rooms/internals/undo/log.ts", suite, [
    ["P14 V80", "nothing of a refused message is taken back", "log.takeBack();", ""],
  ]),
  ...breaksOf("seats/transition.ts", suite, [
    [
      "S3 V80",
      "the grace is a second longer",
      "at + policy.gracePeriodMs,",
      "at + policy.gracePeriodMs + 1000,",
    ],
    [
      "S7 V80",
      "a takeover is told to everyone",
      '=== undefined ? "self" : "everyone"',
      '=== undefined ? "everyone" : "everyone"',
    ],
  ]),
  ...breaksOf("seats/mailbox.ts", suite, [
    ["M2 V80", "another connection is sent nothing that one before was", "this.#cursor = this.#from;", ""],
  ]),
  ...breaksOf("testing/network/one-way.ts", "network/fault-proxy", [
    ["V70", "a hole lets what waits pass", "if (this.#isHeld || this.#to.destroyed) return;", ""],
    ["V71", "bytes are not late", "return this.#freeAt + latencyMs;", "return this.#freeAt;"],
    [
      "V71",
      "a sender is never made to wait",
      "this.#waitingBytes > mostWaitingBytes || this.#isFull",
      "this.#isFull",
    ],
  ]),
  ...breaksOf("testing/network/fault-proxy.ts", "network/fault-proxy", [
    ["V70", "a hole tells of an end", "(ended.length === 1 && this.#hole !== undefined)", "false"],
    ["V70", "newcomers pass in a hole", "    this.#hold(pair);\n  }", "  }"],
  ]),
  ...breaksOf("testing/network/outages.ts", "testing/outages", [
    ["V72", "an outage has no end", "    await network.heal();\n", ""],
    ["V72", "outages that overlap are played", "  checkOrder(outages);\n", ""],
  ]),
  ...breaksOf("testing/conformance/check.ts", suite, [
    ["V81", "a room that breaks something keeps it", 'outcome: "broken", because };', 'outcome: "kept" };'],
  ]),
];
