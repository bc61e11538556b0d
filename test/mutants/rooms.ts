// Breaks of the rooms: what is told, when, to whom, and who is let in.
import { type Break, breaksOf } from "./break.ts";

export const rooms: readonly Break[] = [
  ...breaksOf(
    "rooms/room-ending.ts",
    ["room/begins-anew"],
    [["K14", "who leaves a room that is being stored to go has not left", "this.#decidesLeaves = true;", ""]],
  ),
  ...breaksOf(
    "rooms/internals/serializer.ts",
    ["author/collections"],
    [
      ["G19", "a first state has what the next patch tells again", "this.#flushBefore(client);", ";"],
      ["G19", "who comes is sent a patch before its first state", "client.state = ClientState.JOINING;", ""],
    ],
  ),
  ...breaksOf(
    "rooms/internals/serializer.ts",
    ["client/resume"],
    [
      [
        "C21",
        "who has a state is sent it whole all the same",
        "const missed = this.#history.since(known);",
        "const missed = this.#history.since(known + 1e9);",
      ],
      [
        "C22",
        "a state with collections is gone on with",
        "this.isResumable = isFlat;",
        "this.isResumable = isFlat || true;",
      ],
      [
        "C21",
        "who has missed something is not sent all of it",
        "...missed]));",
        "...missed.slice(0, -1)]));",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/internals/serializer.ts",
    ["durable/private-fields"],
    [
      [
        "G20",
        "a room takes up the numbers of the one before",
        "if (!this.isResumable) numberInstancesFrom",
        "if (epoch < 0) numberInstancesFrom",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/author/seat-connections.ts",
    ["author/private-fields"],
    [["G16 R8", "a view stays with its connection", "if (view !== undefined) client.view = view;", ""]],
    "G16",
  ),
  ...breaksOf(
    "rooms/author/seat-connections.ts",
    ["author/seat-connections"],
    [
      [
        "R8",
        "what an author has put on a client stays there",
        "if (userData !== undefined) client.userData = userData;",
        "",
      ],
      [
        "R9",
        "the hook is called behind the first state",
        "if (entry !== undefined) this.#call(entry, { client, how });",
        "if (entry !== undefined) setTimeout(() => this.#call(entry, { client, how }), 20);",
      ],
      [
        "R9",
        "of a new seat's connections none is told",
        "for (const arrival of arriving) this.#call(entry, arrival);",
        "",
      ],
      [
        "R8",
        "a seat that was left has its things kept",
        "this.#kept.delete(deviceId);\n  }\n\n  #call",
        "}\n\n  #call",
      ],
    ],
  ),
  ...breaksOf(
    "event/announcer.ts",
    ["room/one-tick"],
    [
      [
        "E2",
        "a drop and a return in one tick are shown to nobody",
        "const next = this.#stored.splice(0, size);",
        "const all = this.#stored.splice(0, size);\n      const twice = (id = '') => all.filter(({ change }) => change?.deviceId === id).length > 1;\n      const next = all.filter(({ change }) => !twice(change?.deviceId));",
      ],
      [
        "E2 S16",
        "of two changes of a device the last one is told",
        "for (const each of decided) {",
        "for (const each of decided.filter((one, i) => !decided.slice(i + 1).some((two) => two.change?.deviceId === one.change?.deviceId))) {",
      ],
    ],
  ),
  ...breaksOf(
    "event/announcer.ts",
    ["room/room", "room/session", "room/one-tick"],
    [
      [
        "S7",
        "a word to the returner alone is told to everyone",
        'effect.type === "announce" && effect.audience !== "self";',
        'effect.type === "announce";',
      ],
      [
        "S4 S7",
        "the returner is not told of a takeover",
        "this.#parts.recipient.sendTo(after.connection, effect.announcement);",
        "continue;",
      ],
    ],
    "S7|E5|P1|takeover",
  ),
  ...breaksOf(
    "event/announcer.ts",
    ["pure/event/announcing"],
    [
      [
        "K4",
        "what is stored is announced without a lease",
        'if (store.state === "suspended") return undefined;',
        "",
      ],
    ],
  ),
  ...breaksOf(
    "event/announcer.ts",
    ["pure/event/event"],
    [
      [
        "G2",
        "an author's announcements come behind everybody's changes",
        "for (const each of decided) {",
        "for (const each of decided.toSorted((a, b) => Number(a.change === undefined) - Number(b.change === undefined))) {",
      ],
    ],
    "G2",
  ),
  ...breaksOf(
    "event/messages/author-announcements.ts",
    ["pure/event/announcing", "pure/event/event"],
    [
      ["G5", "any number of announcements waits", "this.#waiting + bytes > waitingBytes", "false"],
      ["G5", "what has gone out counts for ever", "void (this.#waiting -= bytes)", "{}"],
      ["G4", "what a handler took back counts for ever", ", over);\n    return true", ");\n    return true"],
      ["G6", "an event that is closed goes on announcing", "this.#event.isClosed || ", ""],
      ["G6", "a room that has gone goes on announcing", " || this.#announcer.isClosed", ""],
    ],
  ),
  ...breaksOf(
    "event/messages/author-announcements.ts",
    ["author/announce"],
    [
      [
        "G4",
        "it is said before the handler has returned",
        "this.#effects.run(",
        "((run: () => void) => run())(",
      ],
    ],
    "G4",
  ),
  ...breaksOf(
    "event/stored/commit-batch.ts",
    ["pure/event/announcing"],
    [
      [
        "G2",
        "what an author has changed is stored behind its announcement",
        "this.#decided.push({ entry, whenAnnounced });\n    this.#takesAuthorsChanges = true;",
        "this.#decided.push({ entry, whenAnnounced });",
      ],
      [
        "P5",
        "what a handler changed is stored by another commit",
        "this.#whenStored.push(whenStored);\n      this.#takesAuthorsChanges = true;",
        "this.#whenStored.push(whenStored);",
      ],
      [
        "D2",
        "what could not be stored is stored behind what came later",
        "this.#decided = [...taken.decided, ...this.#decided];",
        "this.#decided = [...this.#decided, ...taken.decided];",
      ],
      [
        "D2",
        "what could not be stored is not tried again",
        "    this.#isRequested = true;\n  }\n\n  postpone",
        "  }\n\n  postpone",
      ],
      [
        "P5",
        "a message is acknowledged before it is stored",
        "if (whenStored !== undefined) {\n      this.#whenStored.push(whenStored);",
        "if (whenStored !== undefined) {\n      whenStored();",
      ],
    ],
  ),
  ...breaksOf(
    "event/stored/commit-batch.ts",
    ["process/durable/storm"],
    [
      [
        "D2",
        "a join is acknowledged before it is stored",
        "this.#decided.push({ change, whenAnnounced });",
        "this.#decided.push({ change, whenAnnounced: undefined });\n    whenAnnounced?.();",
      ],
    ],
    "SQLite",
  ),
  ...breaksOf(
    "sync/patch-scheduler.ts",
    ["pure/sync/patch-scheduler"],
    [
      [
        "E1",
        "a message comes ahead of its state",
        "Buffer.concat([patch, announcements])",
        "Buffer.concat([announcements, patch])",
      ],
      [
        "E19",
        "a hook's patch takes the announcements of the one that called it",
        "this.#isAwaited = this.#isMaking || this.isSending;",
        "this.#isAwaited = this.isSending;",
      ],
      [
        "E20",
        "who asks for patches gets them however dear they are",
        "return this.#make();\n    this.#guard",
        "return this.#make();\n    return this.#make();\n    this.#guard",
      ],
      [
        "E20",
        "what is stored waits for one who asked when patches were dearer",
        "this.#timer !== undefined && this.#timerAt <= at",
        "this.#timer !== undefined",
      ],
    ],
  ),
  ...breaksOf(
    "sync/write-queue.ts",
    ["pure/sync/write-queue"],
    [
      [
        "E19",
        "a patch goes out in one turn, however long it takes",
        "if (count % stride === 0 && instantOf(this.#clock) >= until)",
        "if (count < 0)",
      ],
      ["E19", "who is written to ahead is written to again", "      lane.shift();\n", ""],
      [
        "K4",
        "a patch goes on without a lease",
        "if (!(entry.announces ? mayAnnounce : maySpeak)) break;",
        "if (!entry.announces && !maySpeak) break;",
      ],
      ["E19", "who has no state yet is sent a patch", "if (!receiver.isJoined) continue;", ""],
      [
        "E19 K19",
        "what one is sent overtakes what waits for it",
        "if (this.catchUp(to) && this.#permission.maySpeak)",
        "if (this.#permission.maySpeak)",
      ],
      [
        "K18",
        "what is sent while nothing may be said is written",
        "if (this.catchUp(to) && this.#permission.maySpeak)",
        "if (this.catchUp(to))",
      ],
      [
        "K18",
        "a broadcast overtakes what is kept for one",
        "if (this.#batch !== undefined && to.lane.has(this.#batch)) this.flushBatch();",
        "",
      ],
      [
        "E22",
        "what is broadcast right before the room goes is lost",
        "    this.flushBatch();\n    this.#slices.stop();",
        "    this.#slices.stop();",
      ],
      [
        "E22",
        "each broadcast to others is a write of its own",
        "this.#writeBatch(true);",
        "this.#writeBatch(false);",
      ],
      [
        "K18",
        "what is kept for a lost event is said later",
        "receiver.lane.clear();",
        "receiver.lane.length;",
      ],
    ],
  ),
  ...breaksOf(
    "sync/patch-throttle.ts",
    ["pure/sync/patch-scheduler"],
    [
      ["E20", "patches take half of the time", "const share = 5;", "const share = 2;"],
      [
        "E20",
        "the last hears of a dear patch after 400 ms",
        "const latestMs = 230;",
        "const latestMs = 400;",
      ],
    ],
  ),
  ...breaksOf(
    "sync/write-coalescing.ts",
    ["pure/sync/write-coalescing"],
    [
      ["E21", "each frame is a write of its own", "socket.cork();", ""],
      ["E21", "what is held never leaves", "for (const socket of held) socket.uncork();", "held.clear();"],
    ],
  ),
  ...breaksOf(
    "sync/pending-batch.ts",
    ["pure/sync/write-queue"],
    [
      [
        "E22",
        "a batch waits as long as more is broadcast",
        "this.#hasMore && now - this.#since < lingerMs",
        "this.#hasMore",
      ],
      [
        "E22",
        "each broadcast is a write of its own",
        "const mayLinger = this.#hasMore &&",
        "const mayLinger = false && this.#hasMore &&",
      ],
      ["E22", "who has been written a batch misses what comes into it later", "this.#isTaken = true;", ""],
    ],
  ),
  ...breaksOf(
    "sync/patch-history.ts",
    ["pure/sync/patch-history", "pure/sync/snapshot"],
    [
      [
        "E17",
        "patches for a whole state grow without end",
        "if (this.#whole.patchBytes > mostBytes)",
        "if (false)",
      ],
      [
        "E17",
        "the first state lacks the last patch",
        "Buffer.concat([bytes, ...this.#after(number)])",
        "Buffer.concat([bytes, ...this.#after(number + 1)])",
      ],
      [
        "E17",
        "a change that no patch says is missing in the first state",
        "this.#resumableBytes = 0;\n    this.#whole = undefined;",
        "this.#resumableBytes = 0;",
      ],
      ["P12", "a part of the patches is given", " || patch < this.#resumableFrom)", ")"],
      ["P12", "a patch that never was is answered", " || patch > this.#number ||", " ||"],
      [
        "P12",
        "patches go on over what none of them says",
        "this.#first = this.#resumableFrom = this.#number;",
        "this.#first = this.#number;",
      ],
      ["P12", "all patches are kept", "const worthSending = 0.5;", "const worthSending = 50;"],
    ],
  ),
  ...breaksOf(
    "admission/admission-policy.ts",
    ["pure/admission/join-queue"],
    [
      [
        "Q2",
        "joins go in before returns",
        "const mayJoin = returning === undefined ||",
        "const mayJoin = true || returning === undefined ||",
      ],
      [
        "Q2",
        "a storm of returns shuts joins out",
        "this.#returnsInARow >= shareOfJoins - 1",
        "this.#returnsInARow >= 1_000_000",
      ],
      [
        "Q3",
        "a return waits as long as the rate says",
        "const isOverdue = returning.cameAt + returnWithinMs <= now;",
        "const isOverdue = false;",
      ],
      [
        "Q3",
        "returns beyond the rate come all at once in the end",
        "return Math.min(this.#intervalMs, leftMs / this.#returns.size);",
        "return this.#intervalMs;",
      ],
      ["Q4", "every join may wait", "this.#waitMs(now) <= joinWaitMs ?", "this.#waitMs(now) >= 0 ?"],
      [
        "Q4",
        "a join's wait has no end",
        "joining.cameAt + joinLimitMs <= now ? this.#taken",
        "joining.cameAt < 0 ? this.#taken",
      ],
      [
        "Q4",
        "all who are refused come back at once",
        "const from = Math.max(this.#promisedUntil, now + this.#waitMs(now));",
        "const from = now + this.#waitMs(now);",
      ],
      [
        "Q4",
        "somebody is sent away for a minute",
        "const longestHintMs = 15_000;",
        "const longestHintMs = 60_000;",
      ],
      [
        "Q5",
        "one long stall is an overload",
        "if (this.#lateInARow >= lateSamples) this.#isLate = true;",
        "if (this.#lateInARow >= 1) this.#isLate = true;",
      ],
      ["Q5", "an overload never ends", "else if (lateMs < onTimeUnderMs) this.#isLate = false;", ""],
      ["Q5", "a late loop makes up for nothing", "return Math.max(cameAt, now - catchUpMs);", "return now;"],
      ["Q1", "a rate allows no burst", "const burstMs = 250;", "const burstMs = 0;"],
    ],
  ),
  ...breaksOf(
    "admission/join-queue.ts",
    ["pure/admission/join-queue"],
    [
      ["Q6", "who has gone keeps its place", "this.#policy.remove(waiting);", ""],
      ["Q6", "a drain leaves those who wait", "this.#turnAway(waiting, restarting());", "waiting.cameAt;"],
      ["Q7", "who had to wait is not counted", "if (this.#isWaiting(waiting)) this.#metrics.delayed();", ""],
    ],
  ),
  ...breaksOf(
    "admission/admission.ts",
    ["ops/gate"],
    [
      [
        "J10",
        "there is no end of events",
        "this.#rooms.size >= maxEvents",
        "this.#rooms.size >= Number.POSITIVE_INFINITY",
      ],
    ],
    "J10",
  ),
  ...breaksOf(
    "event/event.ts",
    ["room/room", "room/participants"],
    [
      [
        "E8",
        "a closed event leaves its sockets open",
        'for (const connection of this.#connections.all()) this.#connections.cut(connection, "eventClosed");',
        "",
      ],
      [
        "E7 E5",
        "a socket is closed by its client's word only",
        "if (connection !== undefined) this.#connections.cut(connection, effect.close);",
        "if (connection !== undefined) this.#connections.forget(connection);",
      ],
    ],
    "J5|J6|E5|E7|E8|E16",
  ),
  ...breaksOf(
    "event/details/details.ts",
    ["room/event-details"],
    [
      ["W60", "an event is always new", "created_at: before.created_at,", "created_at: 0,"],
      ["W61", "everybody is on the list", 'name !== "" && this.#comparable.has(name)', 'name !== ""'],
      [
        "W63",
        "a grace holds nowhere",
        "this.#parts.policy.gracePeriodMs = this.#kept.grace_period_ms ??",
        "this.#parts.policy.gracePeriodMs =",
      ],
      ["W63", "nobody waits for a patch of it", "this.#isDue = true;\n    });", "});"],
      ["W64", "a server bears everything", "checkChange(change, this.#parts.settings);", ""],
    ],
  ),
  ...breaksOf(
    "event/details/removed-devices.ts",
    ["room/event-details"],
    [
      [
        "W60",
        "an earlier version has removed nobody",
        "if (!this.#removals.has(deviceId))",
        "if (false as boolean)",
      ],
    ],
  ),
  ...breaksOf(
    "connections/connection.ts",
    ["room/room"],
    [
      ["E12", "a flood is served", "return this.#allowance < 0;", "return this.#allowance < -1e9;"],
      [
        "E7",
        "a half-open socket of one who was kicked stays",
        "const cut = this.#owner.clock.after(closeTimeoutMs, () => this.socket.terminate());",
        "const cut = this.#owner.clock.after(closeTimeoutMs, () => {});",
      ],
    ],
    "E7|E12",
  ),
  ...breaksOf(
    "connections/connection.ts",
    ["room/liveness"],
    [["L2", "a frame proves no life", "this.unanswered = 0;", ""]],
    "L2",
  ),
  ...breaksOf(
    "connections/ping-loop.ts",
    ["connections/ping-loop", "room/liveness"],
    [
      [
        "L1",
        "a half-open socket is asked once more",
        "if (unanswered >= this.#settings.pingMaxRetries) return true;",
        "if (unanswered > this.#settings.pingMaxRetries + 1) return true;",
      ],
      [
        "L1",
        "a dead socket is never cut",
        "else if (!wasStalled && this.#isDead(pinged, now)) socket.terminate();",
        "else if (!wasStalled && this.#isDead(pinged, now)) socket.ping();",
      ],
    ],
    "L1",
  ),
  ...breaksOf(
    "connections/ping-loop.ts",
    ["connections/ping-loop", "room/liveness"],
    [
      [
        "L4",
        "a stall of ours is blamed on those who are there",
        "const wasStalled = this.#clock.now() - this.#dueAt > stallMs;",
        "const wasStalled = false;",
      ],
      [
        "L4",
        "judgement comes before what has arrived",
        "setImmediate(() => this.#pingAll(wasStalled));",
        "this.#pingAll(false);",
      ],
    ],
    "L4",
  ),
  ...breaksOf(
    "event/expiry-timer.ts",
    ["room/stalls"],
    [
      [
        "L4",
        "a return that waits in the kernel is too late",
        "if (now - at > stallMs) {",
        "if (now - at > 1e12) {",
      ],
      ["L4", "after a stall nobody ever leaves", "if (leftMs > 0) {", "if (leftMs > -1e12) {"],
    ],
    "L4",
  ),
  ...breaksOf(
    "event/announcer.ts",
    ["author/author-sockets"],
    [
      [
        "R1 R2",
        "a leave and a join of one device are about one seat",
        "const known = before === undefined ? undefined : current.get(deviceId);",
        "const known = current.get(deviceId);",
      ],
    ],
    "one tick|same tick",
  ),
  ...breaksOf(
    "sync/state-writer.ts",
    ["rooms/room/room"],
    [
      [
        "E1 S11",
        "who has left stays in the state",
        "else this.#state.participants.delete(seat.deviceId);",
        "",
      ],
      [
        "S3",
        "the state does not say until when",
        "entry.grace_expires_at = away?.graceExpiresAt ?? 0;",
        "entry.grace_expires_at = 0;",
      ],
    ],
    "E1|S3",
  ),
  ...breaksOf(
    "rooms/session-messages.ts",
    ["room/room", "room/participants"],
    [
      [
        "L3",
        "a beat is acknowledged with an hour's error",
        "writeDoubleBE(serverTime,",
        "writeDoubleBE(serverTime + 3_600_000,",
      ],
      ["E13", "an unknown message is an error", 'room.onMessage("*", ignore);', ""],
    ],
    "L3|E13",
  ),
  ...breaksOf(
    "event/stored/commit-batch.ts",
    ["pure/event/announcing"],
    [
      [
        "K4",
        "who waits in an event that is lost waits for ever",
        "for (const { whenAnnounced } of waiting) whenAnnounced?.();",
        "",
      ],
    ],
  ),
  ...breaksOf(
    "event/stored/event-record.ts",
    ["process/durable/storm"],
    [
      [
        "D2",
        "who has left stays in the store",
        "if (seat === undefined) removals.push(deviceId);\n      else upserts.push(this.#stored(seat));",
        "if (seat !== undefined) upserts.push(this.#stored(seat));",
      ],
    ],
    "SQLite",
  ),
  ...breaksOf(
    "admission/admission.ts",
    ["process/durable/storm"],
    [
      [
        "D2",
        "every participant's join is refused",
        "const request = parseJoinOptions(options, token);",
        'if (JSON.stringify(options).includes("session_token")) throw restarting(); const request = parseJoinOptions(options, token);',
      ],
    ],
    "SQLite",
  ),
  ...breaksOf(
    "admission/admission.ts",
    ["pure/admission/admission"],
    [
      [
        "K6 S9",
        "what was seen before a wait is believed after it",
        "return this.#askAgain(join, room === undefined); // time has passed",
        "if (room === undefined) return this.#askAgain(join);\n    return { room, who };",
      ],
      ["J10", "a join that came to nothing stays counted", "this.#limits.giveBack(claim, caller);", ""],
    ],
  ),
  ...breaksOf(
    "admission/token-returns.ts",
    ["pure/admission/admission"],
    [
      [
        "K3",
        "a socket goes to a room that its event has left",
        "if (this.#rooms.get(roomId) !== room) throw",
        "if (this.#rooms.size < 0) throw",
      ],
    ],
  ),
  ...breaksOf(
    "admission/admission.ts",
    ["ops/gate"],
    [["J10", "new seats in new events are not counted", "this.#limits.join(claim, caller);", ""]],
    "J10",
  ),
  ...breaksOf(
    "event/arrivals.ts",
    ["room/room"],
    [
      [
        "E16 J7",
        "any token returns to a session",
        "if (!isSameHash(seat.session.tokenHash, hash)) return undefined;",
        "",
      ],
      [
        "S9",
        "a return that asks over HTTP is not waited for",
        '    this.#event.decide(seat.deviceId, { type: "return_admitted" });\n    return seat.session.id;',
        "    return seat.session.id;",
      ],
    ],
    "J7|E16|S9|E4|E5",
  ),
  ...breaksOf(
    "event/lifetime/retention.ts",
    ["room/retention"],
    [
      [
        "N2",
        "an event that nobody entered is kept like any other",
        "return this.#isUsed ? retentionMs : reservationMs;",
        "return reservationMs === 0 ? 0 : retentionMs;",
      ],
      [
        "N3",
        "a reservation on its way is not waited for",
        "else if (!this.#event.isQuiet()) this.#wait(askAgainMs);",
        "",
      ],

      [
        "N3",
        "who comes in does not begin it anew",
        "this.#isUsed = true;\n    this.stop();",
        "this.#isUsed = true;",
      ],
    ],
  ),
  ...breaksOf(
    "event/arrivals.ts",
    ["room/retention"],
    [
      [
        "N1",
        "who asks prolongs it",
        "const seat = this.#check(claim, caller.address);",
        "this.#parts.retention.remember();\n    const seat = this.#check(claim, caller.address);",
      ],
      [
        "N1",
        "who asks for a return by its token prolongs it",
        "const seat = hash === undefined ? undefined : this.#parts.roster.byToken(hash);",
        "this.#parts.retention.remember();\n    const seat = hash === undefined ? undefined : this.#parts.roster.byToken(hash);",
      ],
    ],
  ),
  ...breaksOf(
    "event/arrivals.ts",
    ["room/room"],
    [
      [
        "J6 E8",
        "a closed event takes joins",
        ".isClosed) throw new Refusal(410",
        '.isClosed && claim.eventId === "") throw new Refusal(410',
      ],
    ],
    "J6",
  ),
  ...breaksOf(
    "event/seat-rules.ts",
    ["room/room"],
    [
      [
        "J6 E7",
        "a kicked device comes back",
        "if (this.#roster.isKicked(deviceId))",
        'if (this.#roster.isKicked(""))',
      ],
      [
        "J5",
        "a full event takes one more",
        "if (this.#roster.size >= capacity)",
        "if (this.#roster.size > capacity)",
      ],
    ],
    "J5|J6",
  ),
  ...breaksOf(
    "connections/connection.ts",
    ["admission/flood"],
    [["E30", "a burst is a flood", "framesPerSecond * burstSeconds", "framesPerSecond / 60"]],
  ),
  ...breaksOf(
    "app.config.ts",
    ["start/unfit-packages"],
    [["W21", "packages that do not fit are served with", "  checkInternals();", ""]],
  ),
];
