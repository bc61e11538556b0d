// Who of an event a participant sees, what is read out of others, and what hosts have said.
import { expect } from "chai";
import fc from "fast-check";
import { speakFrom } from "../../../harness/pages/words.ts";
import type { RosterEntry } from "../../../src/client/types/index.ts";
import {
  messagesIn,
  textOf,
  withMessage,
  withoutMessage,
} from "../../../src/pages/core/participant/host-messages.ts";
import { othersSentence } from "../../../src/pages/core/others.ts";
import { namesOf } from "../../../src/pages/core/person.ts";
import { mostShown, rosterShown } from "../../../src/pages/core/participant/roster-shown.ts";
import type { Announcement } from "../../../src/protocol/messages.ts";

const entry = (displayName: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
  deviceId: displayName,
  userId: "u",
  displayName,
  status: "connected",
  reason: "",
  joinedAt: 0,
  disconnectedAt: 0,
  graceExpiresAt: 0,
  isMe: false,
  own: {},
  ...more,
});
const away = (disconnectedAt: number) => ({ status: "temporarily_disconnected", disconnectedAt }) as const;
const shown = (roster: RosterEntry[], wanted = "") => rosterShown(roster, namesOf(roster), wanted);
const names = (roster: RosterEntry[], wanted = "") =>
  shown(roster, wanted).shown.map(({ displayName }) => displayName);
const crowd = (n: number) => Array.from({ length: n }, (_, at) => entry(`Person ${at}`));

describe("pages: who is shown", () => {
  before(() => speakFrom("en"));

  it("[B78] of a few everyone, oneself first, and nobody moves when they drop", () => {
    const few = [entry("b"), entry("A 10"), entry("A 9"), entry("z", { isMe: true })];
    expect(names(few)).to.deep.equal(["z", "A 9", "A 10", "b"]);
    const dropped = few.map((each) => (each.displayName === "b" ? { ...each, ...away(5) } : each));
    expect(names(dropped)).to.deep.equal(["z", "A 9", "A 10", "b"]);
    expect(shown(dropped)).to.include({ kind: "everyone", here: 3, away: 1, others: 0, leftOut: 0 });
  });

  it("[B78] of many oneself and those who are away, and how many more there are", () => {
    const many = [...crowd(940), entry("me", { isMe: true }), entry("b", away(2)), entry("a", away(9))];
    expect(names(many)).to.deep.equal(["me", "b", "a"]);
    expect(shown(many)).to.include({ kind: "away", others: 940, leftOut: 0, here: 941, away: 2 });
  });

  it("[B78] whoever drops next is added at the end, and there are never more than fit", () => {
    const dropping = crowd(1000);
    let before: string[] = [];
    for (let n = 0; n < 300; n += 1) {
      const at = (n * 7) % 1000;
      dropping[at] = { ...(dropping[at] as RosterEntry), ...away(100 + n) };
      if (n % 60 > 0) continue;
      const list = names(dropping);
      expect(list.slice(0, before.length)).to.deep.equal(before);
      expect(list.length).to.be.at.most(mostShown);
      before = list;
    }
    expect(shown(dropping).leftOut).to.equal(300 - mostShown);
  });

  it("[B78] whoever is looked for is found without case and accents, or by the mark", () => {
    const many = [...crowd(100), entry("Émile Zola"), entry("emile", { deviceId: "2" })];
    expect(names(many, " EMILE")).to.deep.equal(["emile", "Émile Zola"]);
    expect(names(many, "zola")).to.deep.equal(["Émile Zola"]);
    expect(shown(many, "person")).to.include({ kind: "found", leftOut: 100 - mostShown, others: 2 });
    expect(names(many, "nobody")).to.deep.equal([]);
  });

  it("[B79] others are read out by name when they are few, else as numbers", () => {
    const who = { device_id: "d", user_id: "u" };
    const events: Announcement[] = [
      { type: "participant_joined", payload: who },
      {
        type: "participant_temporarily_disconnected",
        payload: { ...who, reason: "connection_lost", grace_expires_at: 1 },
      },
      { type: "participant_reconnected", payload: who },
    ];
    const plain = (text: string) => text.replaceAll(/[\u2068\u2069]/g, "");
    expect(plain(othersSentence(events.slice(0, 2), () => "Ann"))).to.equal("Ann joined. Ann is away.");
    expect(othersSentence(events, () => "Ann")).to.equal("1 joined, 1 went away, and 1 came back.");
    expect(othersSentence([], () => "")).to.equal("");
    expect(
      othersSentence(events.slice(0, 1), () => undefined),
      "nobody is read out without a name",
    ).to.equal("1 joined.");
  });

  it("[B80] what a host has said is there once, the newest first, and not for ever", () => {
    const message = (id: string, at: number) => ({ id, text: "Hello", at, isToAll: true });
    let messages = withMessage([], message("a", 1));
    messages = withMessage(messages, message("a", 1));
    expect(messages).to.have.length(1);
    for (let n = 2; n < 12; n += 1) messages = withMessage(messages, message(`m${n}`, n));
    expect(messages.map(({ at }) => at)).to.deep.equal([11, 10, 9, 8, 7]);
    expect(withoutMessage(messages, "m11")).to.have.length(4);
    expect(messagesIn(JSON.stringify(messages))).to.deep.equal(messages);
    for (const odd of [undefined, "", "{", "{}", "[1,null,{}]"]) expect(messagesIn(odd)).to.deep.equal([]);
  });

  it("[B80] of a message's payload its text is taken, and nothing that is not one", () => {
    expect(textOf({ text: " Pens down.\n\u202eNow. " })).to.equal("Pens down.\nNow.");
    expect(textOf({ text: "x".repeat(9000) })).to.have.length(2000);
    for (const odd of [undefined, null, 7, {}, { text: 7 }, { text: "\u200b" }])
      expect(textOf(odd)).to.equal(undefined);
    fc.assert(fc.property(fc.anything(), (payload) => void textOf(payload)));
  });
});
