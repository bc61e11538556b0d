// Breaks of who may take or return to a seat, and of what a join may contain.
import { type Break, breaksOf } from "./break.ts";

export const identity: readonly Break[] = [
  ...breaksOf(
    "event/client-auth.ts",
    ["identity/client-auth"],
    [
      ["A20", "a host looks like an observer", 'role: isHost ? "host" : "observer"', 'role: "observer"'],
      [
        "A20",
        "a reconnection forgets its claims",
        "seat?.session.claims : claim.claims",
        "undefined : claim.claims",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/author/host-only.ts",
    ["identity/client-auth"],
    [["A21", "anybody is a host", "if (!isHostClient(client)) throw", "if (client === undefined) throw"]],
  ),
  ...breaksOf(
    "identity/verifier.ts",
    ["identity/open", "identity/verifier"],
    [
      ["A1", "any token returns to any seat", "&& timingSafeEqual(expected, given)", ""],
      ["A22", "a user of that name returns to a seat with a key", '|| seat.proof !== ""', ""],
      ["A22", "a provider may take for ever", "this.#clock.after(verifyWithinMs", "this.#clock.after(9e9"],
      [
        "A22",
        "anybody returns to a seat of nobody's",
        'seatKey === undefined && asked.role === "participant"',
        "seatKey === null",
      ],
      ["A22", "who may only watch takes a seat", 'if (role === "observer")', "if (role === undefined)"],
      ["A22 A7", "an error's token is logged", "withoutSecrets(error, secretsOf())", "error"],
      [
        "A1",
        "a proof has no salt",
        "const salt = randomBytes(saltBytes);",
        "const salt = Buffer.alloc(saltBytes);",
      ],
      [
        "A5",
        "a user_id that contradicts the seat is let in",
        "if (claim.userId !== null && claim.userId !== seat.userId)",
        "if (claim.userId === seat.userId && claim.userId === null)",
      ],
      [
        "A1 A7",
        "the digest is the token",
        'digest: seatKey === undefined ? "" : hash("sha256", seatKey, "base64url"),',
        'digest: seatKey ?? "",',
      ],
    ],
  ),
  ...breaksOf(
    "rooms/author/seat-requests.ts",
    ["author/seat-requests", "author/seat-request-time"],
    [
      ["A27", "the same join asks twice", "if (pending !== undefined) return pending;", ""],
      ["A28", "an author's mistake costs a seat", "if (!isNew) return undefined;", ""],
      ["A27", "a schema's sentence is logged", 'logAs: "Invalid join options",', ""],
    ],
  ),
  ...breaksOf(
    "sync/own-state.ts",
    ["author/seat-requests", "author/seat-request-time"],
    [["A27", "what a seat begins with is not in its first commit", ": this.#beginningOf(seat)", ": null"]],
  ),
  ...breaksOf(
    "admission/admission.ts",
    ["author/seat-requests", "author/seat-request-time", "admission/admission"],
    [
      [
        "A27",
        "the rules are not asked again",
        "const now = await this.#askAgain(join);",
        "const now: { who: string; room: unknown } = { who, room };",
      ],
      [
        "A28",
        "who has no seat any more is asked about as one who returns",
        '&& now.who === "join"',
        '&& now.who === ("" as string)',
      ],
    ],
  ),
  ...breaksOf(
    "admission/refusals.ts",
    ["author/seat-requests", "author/seat-request-time"],
    [["A27", "any number is a status", "&& isAnswer(error)", ""]],
  ),
  ...breaksOf(
    "event/arrivals.ts",
    ["author/seat-requests", "author/seat-request-time"],
    [
      [
        "A28",
        "a reservation for a return becomes a new seat",
        "&& claim.isReturn && seat",
        "&& seat === null && seat",
      ],
    ],
  ),
  ...breaksOf(
    "identity/host-codes.ts",
    ["identity/host-keys"],
    [
      ["A30", "a link works for ever", "|| !(now <= Number.parseInt(until, 36))", ""],
      ["A30", "a code is a token", "update(`${kind} ${text}`)", "update(text)"],
    ],
  ),
  ...breaksOf(
    "identity/host-keys.ts",
    ["identity/host-keys"],
    [
      ["A30", "a link works twice", "return spent === mine ?", "return spent !== undefined ?"],
      ["A31", "a revoked token is good until the restart", "await this.#refreshAfter(knownForMs);", ""],
    ],
  ),
  ...breaksOf(
    "identity/providers/open-mode.ts",
    ["identity/open"],
    [["O2", "anybody may watch", "if (!isHost && !isLocal)", "if (!isHost && isLocal === undefined)"]],
  ),
  ...breaksOf(
    "identity/providers/user-tokens.ts",
    ["identity/user-tokens"],
    [["A24", "nobody is a host", 'if (roles.includes("host")) return "host";', ""]],
  ),
  ...breaksOf(
    "identity/limits/wrong-proofs.ts",
    ["identity/open"],
    [
      [
        "A4",
        "a sixth guess is answered",
        "forSeat <= wrongProofsPerSeat",
        "forSeat <= wrongProofsPerSeat + 1",
      ],
      ["A4", "an address may guess for ever", "&& fromAddress <= wrongProofsPerAddress", ""],
    ],
  ),
  ...breaksOf(
    "identity/limits/window-counter.ts",
    ["identity/open", "admission/join-queue"],
    [
      [
        "A4",
        "a stranger fills the memory",
        "if (endsAt > now && this.#windows.size < this.#maxKeys) return;",
        "if (endsAt > now) return;",
      ],
      [
        "A4",
        "a minute never ends",
        "if (window !== undefined && window.endsAt > now) return ++window.count;",
        "if (window !== undefined) return ++window.count;",
      ],
      [
        "Q6",
        "what is given back is given back below nothing",
        "&& window.count > 0) window.count -= 1;",
        ") window.count -= 1;",
      ],
    ],
    "A4|Q6",
  ),
  ...breaksOf(
    "identity/providers/token-mode.ts",
    ["identity/token"],
    [
      [
        "A2",
        "a token for another event is good",
        "if (payload.event_id !== eventId && !isForAll)",
        "if (payload.event_id === undefined)",
      ],
      [
        "A2",
        "a token for another device is good",
        "if (payload.device_id !== deviceId)",
        "if (payload.device_id === undefined)",
      ],
      [
        "O2",
        "a participant's token allows watching",
        'return role === "host" || role === "observer" ? role : "participant";',
        'return role === "host" ? role : "observer";',
      ],
      ["A2", "a token without an end is good", '["sub", "exp"]', '["sub"]'],
    ],
  ),
  ...breaksOf(
    "identity/providers/token-rules.ts",
    ["identity/token"],
    [
      [
        "A6 A2",
        "another algorithm than the agreed one is believed",
        '"secret" in keys ? ["HS256"] : publicKeyAlgorithms',
        '"secret" in keys ? ["HS256", "HS384"] : publicKeyAlgorithms',
      ],
      [
        "A2",
        "an expired token is an error of ours",
        'if (cause instanceof errors.JWTExpired) return badToken("The session token has expired");',
        "",
      ],
    ],
  ),
  ...breaksOf(
    "identity/verifier.ts",
    ["identity/token"],
    [
      [
        "A2 A5",
        "a token for another user is good",
        "request.userId !== undefined && userId !== undefined && request.userId !== userId",
        'request.userId === "" && request.userId !== userId',
      ],
    ],
  ),
  ...breaksOf(
    "protocol/incoming/text.ts",
    ["identity/join-options", "wire/schemas"],
    [
      ["J1", "a lone surrogate is a name", "if (!value.isWellFormed())", 'if (value === "\\ud800\\ud800")'],
      [
        "J1",
        "control characters are in names",
        "if (controlCharacter.test(value))",
        'if (value === "\\n\\n\\n")',
      ],
      ["J1 Z41", "text is counted in UTF-16 units", "[...value].length", "value.length"],
      ["Z41", "the schemas let control characters into names", "[^\\\\p{Cc}\\\\p{Cs}]", "[^\\\\p{Cs}]"],
      [
        "J2",
        "an option may have any length",
        "whyNotAsLong(value, max, 0)",
        "whyNotAsLong(value, 10 * max, 0)",
      ],
    ],
  ),
  ...breaksOf(
    "protocol/incoming/join-options.ts",
    ["identity/join-options", "wire/schemas"],
    [
      [
        "J1",
        "names are trimmed",
        'const fields = z.object({\n  event_id: nameOption("event_id", maxIdLength),',
        'const fields = z.object({\n  event_id: z.string().trim().pipe(nameOption("event_id", maxIdLength)),',
      ],
      [
        "J2",
        "the SDK's token wins over the option",
        "(parsed.data.session_token || undefined) ?? parseBearer(bearerToken)",
        "parseBearer(bearerToken) ?? (parsed.data.session_token || undefined)",
      ],
      [
        "J3",
        "an empty name is refused",
        'nameOption("display_name", 64, 0)',
        'nameOption("display_name", 64, 1)',
      ],
    ],
  ),
  ...breaksOf(
    "identity/limits/new-seats.ts",
    ["identity/new-seats"],
    [
      [
        "Q6 J10",
        "what came to nothing is counted",
        "this.#counts.takeBack(address, this.#clock.now());",
        "this.#counts.get(address, this.#clock.now());",
      ],
      [
        "J10",
        "a join that is asked about twice counts twice",
        "|| this.#counted.has(claim)) return;",
        ") return;",
      ],
      [
        "J10",
        "the limit is one more",
        "this.#clock.now()) > this.#perMinute)",
        "this.#clock.now()) > this.#perMinute + 1)",
      ],
      [
        "J10",
        "everyone behind an unbelieved proxy shares its budget",
        "this.#perMinute === 0 || isShared ||",
        "this.#perMinute === 0 ||",
      ],
    ],
  ),
  ...breaksOf(
    "identity/limits/unused-reservations.ts",
    ["identity/address-limits"],
    [
      ["N8", "a socket that has come counts on", "if (unused?.delete(claim) &&", "if (unused?.has(claim) &&"],
      ["N8", "those that may still come are taken for late", "lateAt <= now - lateAfterMs", "lateAt <= now"],
      ["N8", "those that may still come have no bound", "unused.size >= youngPerLate * this.#limit ||", ""],
      [
        "N8",
        "a minute never ends",
        "if (at > now - windowMs) break;\n      unused.delete(claim);",
        "if (at > now - windowMs) break;",
      ],
      [
        "N8",
        "a stranger fills the memory",
        "if (lastAt > now - windowMs && this.#shares.size <= maxAddresses) return;",
        "if (lastAt > now - windowMs) return;",
      ],
    ],
  ),
  ...breaksOf(
    "identity/limits/opened-events.ts",
    ["identity/address-limits"],
    [
      ["N7", "one address fills the server", "living >= Math.ceil(maxEvents / 2)", "living >= maxEvents"],
      [
        "N7",
        "events that have ended count on",
        "this.#openers.delete(eventId);\n    const living",
        "const living",
      ],
      [
        "N7",
        "one more may be opened in a minute",
        "this.#clock.now()) > this.#limits.perMinute)",
        "this.#clock.now()) > this.#limits.perMinute + 1)",
      ],
      [
        "N7",
        "an event that many ask for counts for each",
        "|| this.#openers.has(eventId)) return;",
        ") return;",
      ],
    ],
  ),
];
