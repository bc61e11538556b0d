// What a join may say of itself: the alphabet of names, the token's length, and what is never repaired.
import { rejects } from "node:assert/strict";
import { expect } from "chai";
import type { ParticipantRequest } from "../../../src/protocol/incoming/join-options.ts";
import { parseJoinOptions } from "../../../src/protocol/incoming/join-options.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";
import { type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const good = { event_id: "quiz", device_id: "phone", session_token: "t" };
const emoji = "😀"; // two UTF-16 units, one code point
const family = "\u{1F469}\u200d\u{1F469}\u200d\u{1F467}"; // five code points, one picture

function parse(options: unknown, bearer?: string): ParticipantRequest {
  const request = parseJoinOptions(options, bearer);
  if (request.role !== "participant") throw new Error("not a participant");
  return request;
}

/** The sentence of a 400. */
function refusal(options: unknown, bearer?: string): string {
  try {
    parseJoinOptions(options, bearer);
  } catch (error) {
    expect(error).to.be.instanceOf(Refusal).and.include({ code: 400 });
    return (error as Error).message;
  }
  throw new Error(`accepted: ${JSON.stringify(options)}`);
}

describe("join options", () => {
  const legal: [string, string][] = [
    ["one character", "a"],
    ["128 characters", "a".repeat(128)],
    ["128 emoji", emoji.repeat(128)],
    ["25 families", family.repeat(25)],
    ["spaces only", "   "],
    ["spaces around", " a "],
    ["a prototype's key", "__proto__"],
    ["another", "constructor"],
    ["markup", "<script>alert(1)</script>"],
    ["a path", "../../etc/passwd"],
    ["a zero-width joiner alone", "\u200d"],
    ["a right-to-left override", "\u202eabc"],
    ["a private-use character", "\ue000"],
    ["a noncharacter", "\uffff"],
    ["the last code point", "\u{10FFFF}"],
    ["a line separator, which is no control", "\u2028"],
    ["the replacement character", "\ufffd"],
  ];
  for (const [what, name] of legal) {
    it(`[J1] a name may be ${what}, and comes out as it went in`, () => {
      const request = parse({ ...good, event_id: name, device_id: name, user_id: name });
      expect(request).to.include({ eventId: name, deviceId: name, userId: name });
    });
  }

  const illegal: [string, unknown, RegExp][] = [
    ["an empty string", "", /1 to 128 characters/],
    ["129 characters", "a".repeat(129), /1 to 128 characters/],
    ["129 emoji", emoji.repeat(129), /1 to 128 characters/],
    ["a megabyte", "a".repeat(1_000_000), /1 to 128 characters/],
    ["a lone high surrogate", "a\ud83d", /lone surrogate/],
    ["a lone low surrogate", "\ude00a", /lone surrogate/],
    ["surrogates the wrong way round", "\ude00\ud83d", /lone surrogate/],
    ["a null character", "a\0", /control character/],
    ["a line feed", "a\n", /control character/],
    ["a tab", "\ta", /control character/],
    ["delete", "\x7f", /control character/],
    ["a C1 control", "\u0085", /control character/],
    ["a number", 5, /must be a string/],
    ["true", true, /must be a string/],
    ["an array of a name", ["a"], /must be a string/],
    ["an object", { toString: "a" }, /must be a string/],
  ];
  for (const [what, value, why] of illegal) {
    it(`[J1] a name may not be ${what}`, () => {
      for (const field of ["event_id", "device_id", "user_id"]) {
        const sentence = refusal({ ...good, [field]: value });
        expect(sentence)
          .to.match(new RegExp(`^Invalid ${field}: `))
          .and.match(why);
        expect(sentence.length, "what was sent is not sent back").to.be.lessThan(80);
      }
    });
  }

  it("[J1] a missing or null id is Missing", () => {
    for (const field of ["event_id", "device_id"]) {
      expect(refusal({ ...good, [field]: undefined })).to.equal(`Missing ${field}`);
      expect(refusal({ ...good, [field]: null })).to.match(new RegExp(`^Missing ${field}$`));
    }
  });

  it("[J1] options that are no object are missing everything", () => {
    for (const options of [null, undefined, 5, "quiz", true, [], [good]])
      expect(refusal(options)).to.equal("Missing event_id");
    const inherited = Object.create(good) as object;
    expect(refusal(JSON.parse(JSON.stringify(inherited)))).to.equal("Missing event_id");
    expect(refusal(JSON.parse('{"__proto__":{"event_id":"a","device_id":"b"}}'))).to.equal(
      "Missing event_id",
    );
  });

  it("[J1] unknown options change nothing of ours; [A26] they are kept apart, as they came, up to 4096 characters", () => {
    const json = '{"__proto__":{"x":1},"constructor":5,"maxClients":1,"nested":{"a":[1]}}';
    const more = JSON.parse(json) as object;
    const { options, ...ours } = parse({ ...more, ...good });
    expect(ours).to.deep.equal(parse(good));
    expect(JSON.stringify(options)).to.equal(json);
    expect(parse({ ...good, role: null }).options).to.equal(undefined);
    const longest = "x".repeat(4096 - '{"a":""}'.length);
    expect(parse({ ...good, a: longest }).options).to.deep.equal({ a: longest });
    const deep = JSON.parse(`${"[".repeat(30_000)}${"]".repeat(30_000)}`) as unknown;
    for (const tooMany of [{ a: `${longest}x` }, { deep }])
      expect(parse({ ...good, ...tooMany })).to.deep.equal({ ...parse(good), hasTooManyOptions: true });
  });

  it("[J2] a token has 1 to 4096 characters", () => {
    expect(parse({ ...good, session_token: "t".repeat(4096) }).sessionToken).to.have.length(4096);
    expect(parse({ ...good, session_token: "\0 \n" }).sessionToken).to.equal("\0 \n");
    expect(refusal({ ...good, session_token: "t".repeat(4097) })).to.equal(
      "Invalid session_token: it must have 1 to 4096 characters",
    );
    expect(parse({ ...good, session_token: "" }).sessionToken, "an empty one is none").to.equal(undefined);
    for (const wrong of [5, {}, ["t"], true])
      expect(refusal({ ...good, session_token: wrong })).to.equal(
        "Invalid session_token: it must be a string",
      );
  });

  it("[J2] the bearer token stands in for a missing option, and only then", () => {
    const { session_token: _, ...tokenless } = good;
    expect(parse(tokenless).sessionToken).to.equal(undefined);
    expect(parse(tokenless, "").sessionToken).to.equal(undefined);
    expect(parse({ ...good, session_token: null }).sessionToken).to.equal(undefined);
    expect(parse(tokenless, "bearer").sessionToken).to.equal("bearer");
    expect(parse({ ...good, session_token: null }, "bearer").sessionToken).to.equal("bearer");
    expect(parse(good, "bearer").sessionToken).to.equal("t");
    expect(parse({ ...good, session_token: "" }, "bearer").sessionToken).to.equal("bearer");
    expect(refusal(tokenless, "b".repeat(4097))).to.match(/^Invalid session_token/);
  });

  it("[J3] a display name has up to 64 code points, a user id up to 128, and both may be left out", () => {
    expect(parse({ ...good, display_name: emoji.repeat(64) }).displayName).to.equal(emoji.repeat(64));
    expect(parse({ ...good, display_name: "" }).displayName, "an empty one clears it").to.equal("");
    for (const wrong of [emoji.repeat(65), "a".repeat(65), "a\n"])
      expect(refusal({ ...good, display_name: wrong })).to.match(/^Invalid display_name: /);
    expect(parse({ ...good, display_name: null, user_id: null })).to.include({
      displayName: undefined,
      userId: undefined,
    });
  });

  it("[O2] a role is participant or observer, and an observer needs no device", () => {
    expect(parseJoinOptions({ event_id: "quiz", role: "observer" })).to.include({ role: "observer" });
    expect(parse({ ...good, role: "participant" }).role).to.equal("participant");
    for (const wrong of ["host", "Observer", "", 5, {}])
      expect(refusal({ ...good, role: wrong })).to.match(/^Invalid role: /);
  });
});

describe("joins: names", () => {
  let event: TestEvent;
  beforeEach(async () => {
    event = await testEvent();
  });
  afterEach(() => event.close());

  it("[J1] a wrong name is a 400 with the same sentence", async () => {
    const cases: [Record<string, unknown>, string][] = [
      [{ device_id: undefined }, "Missing device_id"],
      [{ device_id: null }, "Missing device_id"],
      [{ device_id: "" }, "Invalid device_id: it must have 1 to 128 characters"],
      [{ device_id: emoji.repeat(129) }, "Invalid device_id: it must have 1 to 128 characters"],
      [{ device_id: "a\ud83d" }, "Invalid device_id: it contains a lone surrogate"],
      [{ event_id: "a\n" }, "Invalid event_id: it contains a control character"],
      [{ event_id: undefined }, "Missing event_id"],
      [{ event_id: ["a"] }, "Invalid event_id: it must be a string"],
      [{ session_token: undefined }, "Missing session_token"],
      [{ user_id: "" }, "Invalid user_id: it must have 1 to 128 characters"],
    ];
    for (const [options, message] of cases)
      await rejects(event.join("ann", { options }), { name: "JoinRefused", code: 400, message });
  });

  it("[J1] names are neither trimmed nor normalised: each spelling is its own seat", async () => {
    const spellings = [
      "a",
      " a",
      "a ",
      "A",
      "\u00e9",
      "e\u0301",
      "\ufb01",
      "fi",
      "a\u00ad",
      emoji.repeat(128),
    ];
    let last: Phone | undefined;
    // none of them is also the name to be shown, which is at most 64 long
    for (const device of spellings) last = await event.join(device, { options: { display_name: undefined } });
    expect(Object.keys(last?.roster ?? {})).to.have.members(spellings);
    const other = await event.join("a", { options: { event_id: ` ${event.eventId}` } });
    expect(Object.keys(other.roster), "an event with a space in front is another event").to.have.length(1);
  });

  it("[J3] user_id defaults to the device, and a display name sent on a return replaces the old one", async () => {
    const back = [{ type: "participant_reconnected", device_id: "phone" }];
    const named = (display_name?: string) =>
      event.join("phone", { client: "stock", options: { display_name } });
    const first = await named("Ann");
    expect(first.roster.phone).to.include({ user_id: "phone", display_name: "Ann" });
    const silent = await named();
    expect(silent.saw("participant_reconnected")).to.deep.equal(back);
    expect(silent.roster.phone).to.include({ display_name: "Ann" });
    const renamed = await named("Ann 😀");
    expect(renamed.saw("participant_reconnected")).to.deep.equal(back);
    expect(renamed.roster.phone).to.include({ display_name: "Ann 😀", user_id: "phone" });
  });
});
