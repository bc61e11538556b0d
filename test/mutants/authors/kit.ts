// Breaks of the test kit's engine, and of the server behind it, that a room author's test on the kit must notice.
import { type Break, breaksOf } from "../break.ts";

export const kit: readonly Break[] = [
  ...breaksOf("testing/server/crashing-store.ts", "kit/lives", [
    ["V48", "a dead server goes on storing", "if (this.#isCut) return undefined;", ""],
    ["V57", "a store that is held stores", "await this.#held;", ""],
    [
      "V57",
      "a dead server's store is not let go",
      "this.#isCut = true;\n    this.release();",
      "this.#isCut = true;",
    ],
    ["V48", "no server dies after a commit", 'this.#listener.reached("after commit")', "void 0"],
  ]),
  ...breaksOf("testing/server/incarnation.ts", "kit/lives", [
    ["V49", "a dead server calls its author's code", "room[authorGuard].silence();", ""],
    ["V48", "the phones of a dead server are not told", "this.#http.cut();", ""],
  ]),
  ...breaksOf("testing/virtual-clock.ts", "kit/memory", [
    ["X40", "a clock keeps the timers of a server that is gone", "this.#clock.forget(this);", ""],
  ]),
  ...breaksOf("ops/process-metrics.ts", "kit/memory", [
    ["X40", "each server measures the process anew", "measured ??= measure();", "measured = measure();"],
  ]),
  ...breaksOf("sync/own-state.ts", "author/unwritable-fields", [
    ["X41", "what cannot be written is reported each time", "this.#unwritable.add(instance);", ""],
    ["X41", "what was stored of it is forgotten", "return last;", "return null;"],
  ]),
  ...breaksOf("testing/client/test-page.ts", "kit/clients", [
    ["X43", "a page that is closed goes on", "this.#clock.stop();", ""],
    [
      "X43",
      "a browser that has its network again does not say so",
      'this.#environment.signal("online");',
      "",
    ],
  ]),
  ...breaksOf("client/connection/sdk/sockets.ts", "kit/clients", [
    [
      "X44",
      "sockets to other addresses are not opened",
      "return connect.call(this, url, headers);",
      "return;",
    ],
  ]),
  ...breaksOf("testing/server/test-log.ts", "kit/events", [
    [
      "V55",
      "only what is written is kept",
      "if (written < keptLevel) this.logger.level = level;",
      "this.logger.level = level;",
    ],
    ["V55", "what is kept is written, too", "if (levelOf(line) >= this.#writtenLevel)", ""],
  ]),
  ...breaksOf("testing/server/test-server.ts", "kit/lives", [
    [
      "V54",
      "a restart is on the class of before",
      "if (release !== undefined) this.#types.set(release.type, release.room);",
      "",
    ],
    ["V54", "a store that is given is not used", "given.store ?? new MemoryStore()", "new MemoryStore()"],
  ]),
  ...breaksOf("testing/server/test-server.ts", "kit/phones", [
    ["V42", "what has changed is not shown", "while (this.#life.showAll());", "while (false);"],
  ]),
  ...breaksOf("testing/test-event.ts", "kit/phones", [
    ["V56", "every phone has its usual secret", "{ ...usual, ...options }", "{ ...options, ...usual }"],
  ]),
  ...breaksOf("testing/virtual-clock.ts", "kit/phones", [
    ["V41", "a timer fires before its time", "next.at > by", "next.at > by + 1"],
  ]),
  ...breaksOf("testing/phone/inbox.ts", "kit/phones", [
    ["V43", "what is announced again is seen again", "if (!this.#isNext(epoch, seq)) return;", ""],
  ]),
  ...breaksOf("connections/ping-loop.ts", "kit/phones", [
    [
      "V46",
      "a silent socket lives for ever",
      "if (unanswered >= this.#settings.pingMaxRetries) return true;",
      "",
    ],
  ]),
  ...breaksOf("store/commit-queue.ts", "kit/lives", [
    [
      "V48",
      "what is decided is told without being stored",
      "if (!isMemoryOnly) for",
      "if (isMemoryOnly) for",
    ],
  ]),
];
