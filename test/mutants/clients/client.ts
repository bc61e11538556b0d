// Breaks of our client: its route, retry budget, watchdog, outbox, roster, replay and clock.
import { type Break, breaksOf } from "../break.ts";

export const client: readonly Break[] = [
  ...breaksOf(
    "client/platform/environment.ts",
    ["rooms/client/surroundings"],
    [
      [
        "Z28",
        "a missing fetch shows when it is first used",
        'fetch: typeof fetch === "function",',
        "fetch: true,",
      ],
      [
        "Z28",
        "an address without a host is taken for one",
        "  } catch {\n    return false;\n  }",
        "  } catch {\n    return true;\n  }",
      ],
      [
        "Z27",
        "a page that may keep nothing has no session",
        "  try {\n    return localStorage;\n  } catch {\n    return undefined;\n  }",
        "  return localStorage;",
      ],
      [
        "Z27",
        "names need a source of random numbers",
        "idFrom(randomBytes() ?? Array.from({ length: idLength }, () => Math.random() * 64))",
        'idFrom(randomBytes() ?? missing(["crypto"]))',
      ],
    ],
  ),
  ...breaksOf(
    "client/platform/text.ts",
    ["rooms/client/surroundings"],
    [
      [
        "Z27",
        "a seat's key needs a newer JavaScript",
        'text.replaceAll(/[\\ud800-\\udfff]/gu, "\\ufffd")',
        "text.toWellFormed()",
      ],
    ],
  ),
  ...breaksOf(
    "client/session/own-seat.ts",
    ["pure/client/own-seat"],
    [
      ["C34", "a clock that was set back makes the seat's time longer", ", steadyNow() - steady", ""],
      ["C34", "what was kept is believed, whatever it is", " && isSound(note)", ""],
      ["C34", "another seat's is believed", "note.of === this.#of && ", ""],
      ["C34", "who was replaced has no seat", '["replaced", "closed"', '["closed"'],
      ["C33", "an observer has the participant's seat", "this.#roster?.own?.joinedAt ?? 0", "1000"],
    ],
  ),
  ...breaksOf(
    "client/session/quality-monitor.ts",
    ["pure/client/quality"],
    [
      ["C32", "trouble is forgotten at once", "this.#steadyAt = now + steadyAfterMs", "this.#steadyAt = now"],
      ["C32", "it stays unsteady until something else happens", "() => this.update(true)", "() => {}"],
    ],
  ),
  ...breaksOf(
    "client/connection/status-machine.ts",
    ["pure/client/own-seat"],
    [
      ["C33", "the round trip is forgotten", "gracePeriodMs - this.#clock.roundTripMs", "gracePeriodMs"],
      ["C33", "a restart charges time", 'reason === "server_restart"', "false"],
      ["C33", "the server's deadline is shown beside ours", "seatUntil: atLeastUntil } }", "} }"],
    ],
  ),
  ...breaksOf(
    "client/connection/route.ts",
    ["client/connection/waiting"],
    [["C35", "nobody waits for a place", " && trail.waitsForPlace", " && false"]],
  ),
  ...breaksOf(
    "client/session/message-router.ts",
    ["pure/client/message-router"],
    [
      ["G3", "an author's message of that name is an announcement", " && hasPlace(payload)", ""],
      [
        "G3",
        "an announcement is an author's message",
        'type === "announcement" && hasPlace(payload)',
        "false",
      ],
    ],
  ),
  ...breaksOf(
    "client/connection/route.ts",
    ["client/connection/route"],
    [
      [
        "C4",
        "a refused token is tried for ever",
        "new Set([400, 401, 403, 404, 409, 410, 413])",
        "new Set([400, 403, 404, 409, 410, 413])",
      ],
      [
        "C3",
        "a refused token is given up with the session",
        'if (path === "token") return { type: "try", path: "join", delayMs: 0, forgetCredentials: true };',
        "",
      ],
      [
        "C3",
        "a refused socket path is followed by a join",
        'if (path === "socket") return { type: "try", path: "token", delayMs: 0 };',
        'if (path === "socket") return { type: "try", path: "join", delayMs: 0 };',
      ],
      [
        "C3",
        "a path that dies is followed by the same",
        'hasCredentials && path !== "join" ? "token" : "join"',
        'hasCredentials && path !== "join" ? path : "join"',
      ],
      [
        "C3",
        "a token is forgotten by a join",
        'hasCredentials && path !== "join" ? "token"',
        'hasCredentials ? "token"',
      ],
      [
        "C4",
        "a proof is asked for again without end",
        "if (code === 401 && trail.canRenew)",
        "if (code === 401)",
      ],
      [
        "C4",
        "a kick is the end of a connection only",
        'if (ending !== undefined) return { type: "end", ending };',
        "",
      ],
      [
        "C3",
        "a server that is busy is left by this path",
        "const isNo = code < 500 && code !== 429;",
        "const isNo = code < 600;",
      ],
    ],
  ),
  ...breaksOf(
    "client/connection/route.ts",
    [
      "client/connection/endings",
      "pure/client/session",
      "client/connection/outage",
      "pure/client/leaving",
      "client/connection/silence",
      "client/connection/route",
    ],
    [
      [
        "C4",
        "who was kicked while away hears only of a refusal",
        'if (hasBeenIn && reason === "kicked")',
        'if (!hasBeenIn && reason === "kicked")',
      ],
      [
        "C4",
        "a newcomer hears that it has left",
        'if (hasBeenIn && reason === "closed")',
        'if (reason === "closed")',
      ],
      [
        "C4",
        "somebody else's answer ends a session",
        "(reason !== undefined || !trail.hasBeenIn)",
        '(reason !== undefined || trail.path === "join")',
      ],
      ["C3", "a hint is not obeyed", "retryAfterMs === undefined", "retryAfterMs !== 0"],
    ],
  ),
  ...breaksOf(
    "client/connection/server-clock.ts",
    [
      "pure/client/parts",
      "pure/client/session",
      "client/connection/outage",
      "pure/client/leaving",
      "client/connection/silence",
    ],
    [
      ["C14", "a server with another clock is not believed for minutes", "/ 2 + toleranceMs", "/ 2 + 1e15"],
      ["C14", "sleep is no time", "this.#sleptMs += ms;", ""],
    ],
  ),
  ...breaksOf(
    "client/connection/backoff.ts",
    ["client/connection/backoff"],
    [
      ["C2 C16", "retries come without jitter", "return chance() * (boundsMs[", "return 0.5 * (boundsMs["],
      ["C2", "the first attempt comes within 300 ms", "const firstMs = 200;", "const firstMs = 300;"],
      [
        "C16",
        "a herd doubles its waits",
        "const boundsMs = [400, 1000, 5000] as const;",
        "const boundsMs = [200, 400, 800] as const;",
      ],
      [
        "C2",
        "after a silence it waits as after a refusal",
        "if (hasTimedOut) return chance() * afterTimeoutMs;",
        "",
      ],
      [
        "C2",
        "a hint is obeyed by all at once",
        "return asked + chance() * Math.max(1000, asked);",
        "return asked;",
      ],
    ],
  ),
  ...breaksOf(
    "client/connection/watchdog.ts",
    ["client/connection/watchdog"],
    [
      ["C6", "a late timer judges", "const isLate = now - this.#dueAt > lateMs;", "const isLate = false;"],
      [
        "C6",
        "what we send proves life",
        "if (verdict.beat) this.#beatAt = now;",
        "if (verdict.beat) this.#beatAt = this.#receivedAt = now;",
      ],
      [
        "C6",
        "a silence may be shorter than an answered beat",
        "Math.min(heartbeatIntervalMs, (silenceTimeoutMs * 2) / 3)",
        "Number.POSITIVE_INFINITY",
      ],
      [
        "C30",
        "a sign of life that is missing is never asked for",
        "this.isAsked ? Number.POSITIVE_INFINITY : this.#receivedAt + this.#policy.askAfterMs",
        "Number.POSITIVE_INFINITY",
      ],
      [
        "C30",
        "one silence is asked about again and again",
        "return this.#beatAt > this.#receivedAt;",
        "return false;",
      ],
      [
        "C6",
        "a hidden tab's dead path is asked for ever",
        "if (!isLate || probe.isRepeated)",
        "if (!isLate)",
      ],
      [
        "C7",
        "a second waking puts the judgement off",
        "if (this.#probe !== undefined && this.#probe.deadlineAt <= now + waitMs) return;",
        "",
      ],
      [
        "C7",
        "an answered probe is death all the same",
        "this.#receivedAt = now;\n    this.#probe = undefined;",
        "this.#receivedAt = now;",
      ],
    ],
  ),
  ...breaksOf(
    "client/outbox/outbox.ts",
    [
      "client/outbox/outbox",
      "client/outbox/outbox-limits",
      "client/outbox/outbox-histories",
      "client/outbox/outbox-memory",
      "pure/client/parts",
    ],
    [
      [
        "C11",
        "what was sent from a lost seat is sent again from the next",
        "const settled = isSafe ? [] : this.#settle(sent, () => lost);",
        "const settled: Settlement[] = [];",
      ],
      [
        "C11",
        "what was never sent is lost with the seat",
        "const isSafe = isSameSeat && (isUntaken || sent < first);",
        "const isSafe = isSameSeat && (isUntaken || sent < first); if (!isSafe) this.clear();",
      ],
      ["C11", "acknowledgements of another outbox count", "if (stream !== this.#head.stream) return [];", ""],
      [
        "C19",
        "numbers are used twice after a storage went back",
        "if (last + base > sent) return this.#outrun(last + base);",
        "",
      ],
      [
        "C12",
        "an outbox grows without end",
        "this.#waiting.length >= maxWaiting || bytes > maxWaitingBytes",
        "this.#waiting.length >= 1e9",
      ],
      [
        "C12",
        "what cannot be noted as sent is sent",
        "!this.#store.putHead(head)) return undefined;",
        "!this.#store.putHead(head) && upTo < 0) return undefined;",
      ],
      [
        "C20",
        "a room that went back is sent nothing again",
        "position.last + base >= first - 1) {",
        "position.last >= 0) {",
      ],
      [
        "C9 C11",
        "a tab that was replaced sends on",
        "|| !this.#isHeld()) return undefined;\n    if (this.#isSearching",
        ") return undefined;\n    if (this.#isSearching",
      ],
      [
        "C11",
        "more than 64 are under way",
        "const room = outboxWindow - from;",
        "const room = 10 * outboxWindow - from;",
      ],
      [
        "C12",
        "a frame that the room cannot read is sent for ever",
        "if (!this.#isSearching || !this.isUnderWay) {",
        "if (this.#waiting.length > 0) {",
      ],
      [
        "C11",
        "what is taken back is sent",
        "this.#store.removeMessage(last);\n      this.#bytes -= this.#waiting.pop()?.bytes ?? 0;",
        "this.#store.removeMessage(last);\n      return;",
      ],
    ],
  ),
  ...breaksOf(
    "client/outbox/messages.ts",
    [
      "client/outbox/outbox",
      "client/outbox/outbox-limits",
      "client/outbox/outbox-histories",
      "client/outbox/outbox-memory",
      "pure/client/parts",
    ],
    [
      [
        "C12",
        "a frame may be too large",
        "if (bytesOf([message], stream) > maxFrameBytes)",
        "if (bytesOf([message], stream) > 2 * maxFrameBytes)",
      ],
      [
        "C12",
        "what the caller changes later is published",
        "JSON.parse(text) as StoredMessage;",
        "({ type, payload }) as StoredMessage;",
      ],
    ],
  ),
  ...breaksOf(
    "client/connection/sdk/kept-state.ts",
    ["client/state/kept-state"],
    [
      [
        "C22",
        "a whole state is decoded onto the old one",
        "const beginsAnew = kind === wholeState && (this.#before !== undefined || this.#hasState);",
        "const beginsAnew = false;",
      ],
      ["C21", "patches are not counted", "patch: at.patch + 1", "patch: at.patch"],
      ["C21", "a state that could not be decoded is kept", "if (this.#isBroken) return undefined;", ""],
    ],
  ),
  ...breaksOf(
    "client/connection/status-machine.ts",
    [
      "pure/client/session",
      "client/connection/outage",
      "pure/client/leaving",
      "client/connection/silence",
      "client/connection/endings",
    ],
    [
      [
        "C1",
        "who left on being connected again has returned",
        "outage !== undefined && isStillSo",
        "outage !== undefined",
      ],
      [
        "C1",
        "an outage is announced after the end",
        "if (!this.isOver) this.#listener.outageBegan(outage);",
        "this.#listener.outageBegan(outage);",
      ],
    ],
  ),
  ...breaksOf(
    "client/connection/managed-connection.ts",
    [
      "pure/client/session",
      "client/connection/outage",
      "pure/client/leaving",
      "client/connection/silence",
      "pure/client/tabs",
    ],
    [
      [
        "C2",
        "an old connection is still received from",
        "if (this.#isOver) return;\n    if (type",
        "if (type",
      ],
    ],
  ),
  ...breaksOf(
    "client/connection/reconnect-loop.ts",
    ["pure/client/leaving", "client/connection/silence"],
    [
      [
        "C1",
        "who leaves when an attempt begins is connected by it",
        "if (this.#isOver) attempt.abort();",
        "",
      ],
      [
        "C7",
        "an attempt that has just begun is begun again",
        "if (!isFresh) this.#interrupt();",
        "this.#interrupt();",
      ],
    ],
  ),
  ...breaksOf("client/connection/attempt-times.ts", "pure/client/slow-network", [
    ["C38", "a slow network lets nobody in", ": 1 + this.#tookTooLong", ": 1"],
    ["C38", "what a join took is forgotten", "this.#lastMs = tookMs;", ""],
    ["C38", "a network that has become slow lets nobody back", "this.#tookTooLong < tolerated ? 1 : 2", "1"],
    ["C38", "an attempt takes for ever", "this.#usualMs * most", "Infinity"],
  ]),
  ...breaksOf(
    "client/presence/roster.ts",
    ["client/presence/roster"],
    [
      [
        "C13",
        "who has not changed is another object",
        "if (known !== undefined && known.own === own && isSame(known, participant)) return known;",
        "",
      ],
      [
        "C13",
        "who has left is not missed",
        "touched ?? new Set([...before.keys(), ...next.keys()])",
        "touched ?? new Set(next.keys())",
      ],
      ["C13", "a new deadline is not seen", "entry.graceExpiresAt === participant.grace_expires_at &&", ""],
      [
        "C13",
        "a patch that changed nothing is announced",
        "if (changed.size === 0 && isSameOrder) return undefined;",
        "",
      ],
      [
        "Z2",
        "everyone is looked at with every patch",
        "const touched = isKnown ? this.#touchedBy(state, changes) : undefined;",
        "const touched = undefined as ReadonlySet<string> | undefined;",
      ],
      [
        "Z1",
        "a change in a collection of somebody's is missed",
        "(ref) => this.#belongs(ref, deviceId)",
        "() => {}",
      ],
      [
        "Z3",
        "the ids are another array with every patch",
        "const isSameOrder = isSameList(ids, this.#ids);",
        "const isSameOrder = false;",
      ],
    ],
  ),
  ...breaksOf(
    "client/state/callbacks.ts",
    ["client/state/callbacks"],
    [
      ["Z7", "a removal is told to nobody", "if (deletes(op) && previousValue !== undefined)", "if (false)"],
      [
        "Z9",
        "a collection that is put in the place of another is not heard",
        "this.#items.place(value, item, field);",
        "",
      ],
      ["Z9", "everything is compared before anything is registered", "if (!this.#isUsed ||", "if ("],
    ],
  ),
  ...breaksOf(
    "client/state/comparison.ts",
    ["client/state/callbacks-restarts"],
    [
      [
        "Z8",
        "what was registered stays with the old copy",
        "if (item !== undefined) this.#items.move(item, now);",
        "",
      ],
      [
        "Z8",
        "patches of the new encoder are not heard",
        "if (item !== undefined) this.#items.place(now, item, name);",
        "",
      ],
      [
        "Z8",
        "nothing is found in what is still there",
        "else if (isInstance(value)) this.#copies(was[0] as object, value);",
        "",
      ],
      ["Z8", "an array's removed items are not told", "was.slice(most - end, was.length - end)", "[]"],
    ],
  ),
  ...breaksOf(
    "client/state/listeners.ts",
    ["client/state/callbacks"],
    [
      ["Z9", "what is registered within a patch is told it twice", "&& since !== this.#turn.number", ""],
      ["Z9", "what has been stopped is told", "!isOver &&", ""],
    ],
  ),
  ...breaksOf("client/connection/sdk/sdk-room.ts", "client/room-state", [
    ["Z30", "nobody is told of a list that is reversed", "tellReversals(decoder);", ""],
  ]),
  ...breaksOf("client/connection/sdk/reversals.ts", "client/sdk-internals", [
    ["Z30", "every decoder of the page is told more", "|| !ours.has(of)", ""],
  ]),
  ...breaksOf(
    "client/state/immutable-copy.ts",
    ["client/state/immutable-copy"],
    [
      [
        "Z4",
        "an array that has not changed is another one",
        "return isSame ? previous : Object.freeze(copy);",
        "return Object.freeze(copy);",
      ],
      ["Z4", "keys in another order are the same object", "name === others[index] &&", "name in other &&"],
      ["Z4", "an object can be changed", "? previous : Object.freeze(made);", "? previous : made;"],
    ],
  ),
  ...breaksOf(
    "client/connection/server-clock.ts",
    ["pure/client/parts"],
    [
      [
        "C14",
        "the whole round trip is added",
        "serverTime + roundTripMs / 2 - now",
        "serverTime + roundTripMs - now",
      ],
      [
        "C14",
        "the last answer counts, however slow",
        "roundTripMs <= best.roundTripMs ||",
        "roundTripMs >= 0 ||",
      ],
      [
        "C14",
        "time goes back a little",
        "const isHeld = shown < this.#lastShown",
        "const isHeld = shown > this.#lastShown",
      ],
    ],
  ),
  ...breaksOf(
    "client/presence/presence-feed.ts",
    ["client/presence/presence-feed"],
    [
      ["C10", "what is old is announced again", "if (order <= 0) continue;", ""],
      ["C10", "a gap is passed over", "if (order > 1) {", "if (order > 1e15) {"],
      [
        "C10",
        "a part of what was missed is announced",
        "return isWhole ? missed : undefined;",
        "return missed;",
      ],
      [
        "C10",
        "what comes live goes ahead of what was missed",
        "this.#waiting = this.#position === undefined ? undefined : [];",
        "this.#waiting = undefined;",
      ],
      [
        "C10",
        "its own return is an event",
        "if (!this.#isOwnReturn(event)) announced.push(event);",
        "announced.push(event);",
      ],
    ],
  ),
  ...breaksOf(
    "client/connection/retry-budget.ts",
    [
      "pure/client/session",
      "client/connection/outage",
      "pure/client/leaving",
      "client/connection/silence",
      "client/connection/endings",
    ],
    [
      ["C5", "it never gives up", "this.#spentMs += Math.min(", "this.#spentMs += 0 * Math.min("],
      [
        "C5",
        "sleep counts as trying",
        "Math.min(now - this.#lookedAt, meantMs + lateMs)",
        "now - this.#lookedAt",
      ],
      [
        "C5",
        "time without a network counts as trying",
        "this.#isUnderWay && this.#wasOnline && isOnline",
        "this.#isUnderWay",
      ],
    ],
  ),
];
