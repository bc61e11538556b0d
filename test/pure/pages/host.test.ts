import { expect } from "chai";
import { speakFrom } from "../../../harness/pages/words.ts";
import type { Announcement } from "../../../src/protocol/messages.ts";
import { areManyAway, readAlerts, usualAlerts } from "../../../src/pages/core/host/alerts.ts";
import { changeOf, draftOf, freshDraft } from "../../../src/pages/core/host/event-draft.ts";
import { happened } from "../../../src/pages/core/happened.ts";
import {
  readRights,
  tokenFor,
  withoutToken,
  withRight,
  writtenRights,
} from "../../../src/pages/core/host/host-rights.ts";

const who = { device_id: "a", user_id: "a", display_name: "Ann" };
const leftBy = (reason: string) =>
  ({ type: "participant_left", payload: { ...who, reason } }) as unknown as Announcement;
const awayBy = (reason: string) =>
  ({
    type: "participant_temporarily_disconnected",
    payload: { ...who, reason, grace_expires_at: 1 },
  }) as unknown as Announcement;

describe("pages: what a host keeps, fills in and is told", () => {
  before(() => speakFrom("en"));

  it("[B91] rights survive being kept; the one for all events goes before an event's own", () => {
    const rights = withRight(withRight(readRights(undefined), "__proto__", "one"), "*", "all");
    expect(readRights(writtenRights(rights))).to.deep.equal(rights);
    expect(tokenFor(rights, "__proto__")).to.equal("all");
    const less = withoutToken(rights, "all");
    expect(tokenFor(less, "__proto__")).to.equal("one");
    expect(tokenFor(less, "constructor")).to.equal(undefined);
    expect(withRight(rights, "*", "newer").get("*")).to.equal("newer");
  });

  it("[B91] whatever stands in the storage, it is read as rights or as none", () => {
    for (const kept of ["", "{", "null", "7", '["*"]', '[["*"]]', '[["*",7]]', '[[{},"t"]]', '[["","t"]]'])
      expect([...readRights(kept)], kept).to.deep.equal([]);
  });

  it("[B93] an untouched form is an event; a number may be typed in any language's digits", () => {
    const usual = { title: "", grace_period_ms: 60_000, who_may_join: "anyone", expected_names: [] };
    expect(changeOf(freshDraft)).to.deep.equal({ change: usual });
    for (const typed of ["1200", " 1,200", "1.200", "1’200", "١٢٠٠", "१२००"])
      expect(changeOf({ ...freshDraft, capacity: typed }), typed).to.deep.equal({
        change: { ...usual, capacity: 1200 },
      });
  });

  it("[B93] what the server would refuse is said by its field before it is asked", () => {
    const problem = (draft: object) => changeOf({ ...freshDraft, ...draft });
    for (const capacity of ["0", "-1", "many", "1e3", "100001", "9999999999"])
      expect(problem({ capacity }), capacity).to.deep.equal({ problem: "capacity" });
    expect(problem({ title: "x".repeat(121) })).to.deep.equal({ problem: "title" });
    expect(problem({ title: "🎉".repeat(120) })).to.have.property("change");
    expect(problem({ whoMayJoin: "listed", names: " \n" })).to.deep.equal({ problem: "names-missing" });
    expect(problem({ names: "x".repeat(65) })).to.deep.equal({ problem: "name-long" });
    const many = Array.from({ length: 2001 }, (_, n) => `Pupil ${n}`).join("\n");
    expect(problem({ names: many })).to.deep.equal({ problem: "names-many" });
  });

  it("[B103] of an event that is on only what was touched is changed; a list of names is read once", () => {
    const details = {
      event_id: "K7Q4XM",
      type: "event",
      title: "Quiz",
      capacity: 30,
      grace_period_ms: 120_000,
      who_may_join: "listed",
      is_locked: false,
      created_at: 1,
      expected_names: ["Ann", "Bob"],
      removed: [],
      removed_total: 0,
    } as const;
    const draft = draftOf({ ...details, expected_names: ["Lee, Ann", "7"], removed: [] });
    expect(changeOf(draft, draft)).to.deep.equal({ change: {} });
    expect(changeOf({ ...draft, title: " Quiz 2 ", capacity: "" }, draft)).to.deep.equal({
      change: { title: "Quiz 2" },
    });
    expect(changeOf({ ...draft, names: "Ann\nBob\nAnn\n12" }, draft)).to.deep.equal({
      change: { expected_names: ["Ann", "Bob", "Ann"] },
    });
    expect(changeOf({ ...draft, names: "" }, draft)).to.deep.equal({ problem: "names-missing" });
  });

  it("[B98] many are away from the share on, two at least, and until it is less than half of that", () => {
    expect(areManyAway(1, 1, 0.1, false), "one alone").to.equal(false);
    expect(areManyAway(7, 30, 0.25, false)).to.equal(false);
    expect(areManyAway(8, 30, 0.25, false)).to.equal(true);
    expect(areManyAway(4, 30, 0.25, true), "at half it still holds").to.equal(true);
    expect(areManyAway(3, 30, 0.25, true)).to.equal(false);
    expect(areManyAway(0, 0, 0.25, true), "an empty event").to.equal(false);
  });

  it("[B98] alerts are read from any text", () => {
    for (const kept of [undefined, "", "null", "[]", '{"share":3,"sound":"yes"}'])
      expect(readAlerts(kept), kept).to.deep.equal(usualAlerts);
    const kept = { title: false, sound: true, notification: true, share: 0.5 };
    expect(readAlerts(JSON.stringify(kept))).to.deep.equal(kept);
  });

  it("[B97] what happened is a sentence with the name isolated, also for a reason that is not known yet", () => {
    const said = (event: Announcement) => happened(event, "Ann");
    const ann = "\u2068Ann\u2069";
    expect(said({ type: "participant_joined", payload: who })).to.equal(`${ann} joined`);
    expect(said(awayBy("server_restart"))).to.equal(`${ann} is away: server restarted`);
    expect(said(leftBy("grace_expired"))).to.equal(`${ann} did not come back in time`);
    for (const odd of ["", "boredom", "__proto__", "constructor"]) {
      expect(said(leftBy(odd))).to.equal(`${ann} left`);
      expect(said(awayBy(odd))).to.equal(`${ann} is away: connection lost`);
    }
  });
});
