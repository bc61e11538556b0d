// Breaks of what hosts ask over HTTP: who may ask what, what is done of it, what is said of it, how often one may ask.
import { type Break, breaksOf } from "./break.ts";

const served = ["host-api/host-api"];

export const hostApi: readonly Break[] = [
  ...breaksOf(
    "identity/host-codes.ts",
    ["identity/host-keys"],
    [
      [
        "W65",
        "a code for one event is one for all",
        'sealed(secret, "event code", `',
        'sealed(secret, "code", `',
      ],
      [
        "W65",
        "a token for one event is one for all",
        'sealed(secret, "event token", `',
        'sealed(secret, "token", `',
      ],
      [
        "W65",
        "whoever has a token names its event",
        "event === undefined ? undefined : read(event)",
        "event",
      ],
    ],
  ),
  ...breaksOf("host-api/host-api.ts", served, [
    [
      "W66",
      "a host of one event asks about another",
      "if (eventId !== undefined && !isFor(scope, eventId))",
      "if (false)",
    ],
    [
      "W66",
      "a host of one event invites to all",
      "if (!isFor(scope, eventId)) throw otherEvent();\n    const made",
      "const made",
    ],
    [
      "W66",
      "a host of one event sees all",
      "all.filter(({ event_id: eventId }) => isFor(scope, eventId))",
      "all",
    ],
    ["W66", "a host of one event makes others", "scope !== everyEvent : !isFor", "false : !isFor"],
    ["W67", "an event that was there is said to be new", "isNew ? 201 : 200", "201"],
    ["W68", "a change is answered and not made", 'if (operation === "change")', "if (false)"],
    ["W68", "an event stays open", 'if (operation === "close" && !(await event.close()))', "if (false)"],
    ["W68", "a closed event is changed", "if (event.isClosed) throw", "if (false) throw"],
    ["W69", "no token is a token", "token === undefined || ", ""],
    [
      "W70",
      "what does not change is asked for each time",
      "body: this.#parts.facts, headers: cacheable",
      "body: this.#parts.facts",
    ],
  ]),
  ...breaksOf("host-api/calls.ts", served, [
    [
      "W69",
      "a path that cannot be read is an error of ours",
      'throw new Refusal(400, "The path cannot be read", { reason: "unreadable" });',
      "id = text;",
    ],
    ["W69", "any text is an event's id", "if (why !== undefined) throw", "if (false) throw"],
    ["W110", "anybody may send as much as a host", 'new Set(["server", "session"])', 'new Set(["server"])'],
  ]),
  ...breaksOf(
    "host-api/calls.ts",
    ["host-api/carried"],
    [["W109", "an action is asked for again", 'isRepeatable: operation !== "act"', "isRepeatable: true"]],
  ),
  ...breaksOf(
    "cluster/carrying/forward.ts",
    ["host-api/carried"],
    [
      [
        "W109",
        "what was heard is asked again",
        'resolve(isReached && !isRepeatable ? "lost" : "moved")',
        'resolve("moved")',
      ],
      [
        "W109",
        "what was not heard is lost",
        'resolve(isReached && !isRepeatable ? "lost" : "moved")',
        'resolve(isRepeatable ? "moved" : "lost")',
      ],
      ["W109", "what has moved is lost", 'return resolve("moved");', "return moved();"],
    ],
  ),
  ...breaksOf("host-api/requests.ts", served, [
    [
      "W110",
      "what is nested too deep is an error of ours",
      "options !== undefined && !isJson(options)",
      "false",
    ],
  ]),
  ...breaksOf("admission/http/json-exchange.ts", served, [
    [
      "W110",
      "a body that cannot be written out again ends the process",
      "return this.refuse(tooDeep());",
      "text = value as string; throw new Error();",
    ],
  ]),
  ...breaksOf(
    "protocol/comparable-name.ts",
    ["wire/comparable-name"],
    [["W110", "a name of a few characters is as long as it likes", ".slice(0, mostCompared)", ""]],
  ),
  ...breaksOf("admission/http/api-exchange.ts", served, [
    [
      "W69",
      "a body is read before it is known who asks",
      "this.#scope = await this.#api.admit(call, this.token, this.caller, isCounted);\n      const refusal",
      "const refusal",
    ],
    [
      "W70",
      "answers are kept",
      '{ "cache-control": "no-store", ...answer.headers }',
      "{ ...answer.headers }",
    ],
    [
      "W71",
      "a page may not ask what it is to ask first",
      'if (this.request.method === "OPTIONS")',
      "if (false)",
    ],
  ]),
  ...breaksOf("rooms/directory/hosted-event.ts", served, [
    [
      "W68",
      "a change is answered before it is stored",
      "this.#event.details.change(change);\n    return this.#event.batch.stored(storedWithinMs);",
      "this.#event.details.change(change);\n    return Promise.resolve(true);",
    ],
    ["W72", "an answer is not as it is published", "is_closed: isClosed", "is_over: isClosed"],
  ]),
  ...breaksOf("protocol/wire/api-routes.ts", served, [
    ["W72", "a route is published that is not served", 'path: "/invitations"', 'path: "/invitation"'],
  ]),
  ...breaksOf(
    "host-api/creations.ts",
    ["admission/host-requests"],
    [
      [
        "W67",
        "hosts make events where only the server's code may",
        'this.#rules.eventCreation === "server"',
        "false",
      ],
      ["W67", "a fresh code may be somebody's event", "mustBeNew: true, ", ""],
      ["W67", "fresh codes are tried for ever", "for (let i = 0; i < tries; i++)", "for (;;)"],
      ["W73", "an address makes any number of events", "this.#limits.creates(caller);", ""],
    ],
  ),
  ...breaksOf(
    "admission/event-creation.ts",
    ["host-api/host-api"],
    [
      [
        "W67",
        "what was said of a new event is lost",
        "{ type, options, details });\n",
        "{ type, options });\n",
      ],
    ],
  ),
  ...breaksOf(
    "identity/limits/host-requests.ts",
    ["admission/host-requests"],
    [
      ["W73", "an address asks without a limit", "> hostRequestsPerMinute", "> Number.POSITIVE_INFINITY"],
      ["W73", "whoever may be everybody is counted", "isShared || ", ""],
      ["W73", "this machine is counted", " || isLoopback(address)) return;", ") return;"],
      ["W73", "codes are guessed without a limit", "<= wrongHostsPerMinute", "<= Number.POSITIVE_INFINITY"],
    ],
  ),
  ...breaksOf(
    "admission/http/api-exchange.ts",
    ["cluster/host-api"],
    [
      [
        "W74",
        "a process answers for another's event",
        "if (carrier === undefined || roomId === undefined)",
        "if (true)",
      ],
    ],
  ),
  ...breaksOf(
    "event/details/details.ts",
    ["identity/host-stays"],
    [
      [
        "W75",
        "details do not outlive the server",
        "entries.put(detailsKey, JSON.stringify(kept), () => {",
        "entries.note(namesKey, JSON.stringify(names));\n    queueMicrotask(() => {",
      ],
      [
        "W75",
        "names do not outlive the server",
        "if (change.expected_names !== undefined) entries.put(namesKey, JSON.stringify(names));",
        "",
      ],
    ],
  ),
  ...breaksOf(
    "server/event-creator.ts",
    ["room/create-event"],
    [
      ["W105", "code's details are left out", "...(said === undefined ? {} : { details: said }),", ""],
      [
        "W105",
        "code is bound by no setting",
        "if (said !== undefined) checkChange(said, this.#settings);",
        "",
      ],
    ],
  ),
  ...breaksOf(
    "protocol/incoming/opening.ts",
    ["room/create-event"],
    [
      [
        "W105",
        "a field that there is not is taken",
        "z.strictObject(changeFields)",
        "z.object(changeFields)",
      ],
    ],
  ),
  ...breaksOf(
    "event/announcer.ts",
    ["event/announcing"],
    [
      ["W106", "hooks take as long as they like", " && tookMs < hooksMs;", ";"],
      [
        "W106",
        "what is left over is forgotten",
        "if (this.#stored.length > 0) this.#parts.patches.request();",
        "",
      ],
    ],
  ),
  ...breaksOf(
    "event/host-actions.ts",
    ["host/host-actions"],
    [
      [
        "W107",
        "who is away is not told",
        "await this.#forEach(this.#roster.away(), (deviceId) => this.#tell(deviceId, text, id));",
        "",
      ],
      [
        "W107",
        "who is away hears it twice",
        "this.#tell(deviceId, text, id));",
        "this.#tell(deviceId, text));",
      ],
    ],
  ),
  ...breaksOf(
    "client/inbox/inbox.ts",
    ["client/inbox"],
    [
      ["W107", "what was announced is told as well", "this.#announced.add(id);", ""],
      [
        "W107",
        "what was announced to others is taken for told",
        'this.#announced.has(next.announcement_id ?? "")',
        "next.announcement_id !== undefined",
      ],
      ["W107", "ids are kept for ever", "if (this.#announced.size <= mostAnnounced) return;", "return;"],
    ],
  ),
  ...breaksOf(
    "event/details/removed-devices.ts",
    ["room/event-details"],
    [
      [
        "W108",
        "the latest are all",
        "return this.#removals.size;",
        "return Math.min(mostRemoved, this.#removals.size);",
      ],
      ["W108", "a host is sent all of them", ".slice(0, mostRemoved)", ""],
    ],
  ),
  ...breaksOf(
    "pages/core/seats/rows.ts",
    ["seats/rows"],
    [
      [
        "W108",
        "who drops off the list is let in again",
        "(row.isKeptOut && row.since > oldest)",
        "row.isKeptOut",
      ],
    ],
  ),
];
