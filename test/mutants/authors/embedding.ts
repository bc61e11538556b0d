// Breaks of what lets events live in somebody's server.
import { type Break, breaksOf } from "../break.ts";

const here = "embedding/embedding";
const refused = "embedding/refusals";

export const embedding: readonly Break[] = [
  ...breaksOf("admission/http/event-requests.ts", here, [
    [
      "X4",
      "an address with escapes leads past the gate",
      'path?.includes("%") !== true',
      "path !== undefined",
    ],
    [
      "X4",
      "a socket's address with dots leads past the gate",
      "found !== undefined || plainPath.test(path)",
      "found !== undefined || path !== ''",
    ],
    ["X1", "every name is an event's", "this.#names.has(room) ||", "room !== '' ||"],
  ]),
  ...breaksOf("admission/http/http-gate.ts", here, [
    ["X4", "another process reads another address", "if (this.#call?.method)", "if (this.#call === null)"],
    [
      "X10",
      "health and metrics are nowhere without express",
      "!isInExpress && calls.has(",
      "false && calls.has(",
    ],
    ["X7", "a preflight has no methods", "preflightHeaders(this.gate.corsHeaders(this.request))", "{}"],
  ]),
  ...breaksOf("rooms/sockets/transport.ts", refused, [
    [
      "X15",
      "a server listens twice",
      "if (this.#hasListened) throw",
      "if (this.#requests === undefined) throw",
    ],
  ]),
  ...breaksOf("rooms/framework/server.ts", refused, [
    ["X11", "a server that is over ends the next one", "if (!parts.isOver ||", "if (parts ||"],
  ]),
  ...breaksOf("server/lifetime.ts", refused, [
    ["X15", "a server listens after its end", "if (this.isOver) throw", "if (this.#ending === null) throw"],
  ]),
  ...breaksOf("rooms/framework/server-errors.ts", here, [
    [
      "X4",
      "the framework's matchmaking lets into events",
      "throw asServerError(noSuchMethod());",
      "return undefined as never;",
    ],
  ]),
  ...breaksOf("rooms/internals/core.ts", here, [
    ["X3", "events are listed in a lobby", "if (!isWanted)", "if (isWanted)"],
  ]),
  ...breaksOf("rooms/framework/given-transport.ts", here, [
    [
      "X9",
      "the owner's size of frames is forgotten",
      "    maxPayload,\n    perMessageDeflate,\n    verifyClient: verifyClient",
      "    perMessageDeflate,\n    verifyClient: verifyClient",
    ],
    [
      "X9",
      "a transport that was given goes on listening",
      "if (texts.has(String(listener)))",
      "if (texts.size === 0)",
    ],
  ]),
  ...breaksOf("server/complete-config.ts", refused, [
    ["W23", "settings in code may be anything", "    if (isGood) continue;", "    continue;"],
    ["W23", "an undefined setting is no default", "value !== undefined", "value !== null"],
  ]),
  ...breaksOf("server/own-routes.ts", here, [
    [
      "X6 X14",
      "our pages are in front of the owner's routes",
      "await theirs?.(app);",
      "if (hasPages) app.use(answer);\n      await theirs?.(app);",
    ],
    ["X6", "a link is good with the pages only", "new Set([...probes, redeeming, ", "new Set([...probes, "],
  ]),
  ...breaksOf("rooms/framework/backend.ts", here, [
    [
      "X11",
      "the store is never closed, the process never free",
      "  driver.shutdown = async () => {\n    await shutDown();\n    await ending.end();\n  };",
      "  void [shutDown, ending];",
    ],
  ]),
  ...breaksOf("rooms/framework/check-server.ts", refused, [
    [
      "X13",
      "another transport is not noticed",
      "if (server.transport !== transport)",
      "if (transport === undefined)",
    ],
  ]),
  ...breaksOf("rooms/framework/event-room.ts", refused, [
    ["X13", "an EventRoom is served as a plain room", "if (isEventRoom(room))", "if (isEventRoom(Room))"],
  ]),
  ...breaksOf("rooms/framework/one-app.ts", refused, [
    [
      "X13",
      "a second server takes the first one's place",
      "!== undefined)\n      throw",
      "=== 0)\n      throw",
    ],
  ]),
];
