// Where a new room comes into being, among processes that say how many they have.
import { LocalDriver, LocalPresence, matchMaker } from "@colyseus/core";
import { expect } from "chai";
import { processChoice } from "../../../src/rooms/framework/process-choice.ts";

describe("the process of a new room", () => {
  const choose = processChoice(new Set(["event"]));
  const presence = new LocalPresence();

  before(() => matchMaker.setup(presence, new LocalDriver()));
  beforeEach(async () => {
    for (const [id, rooms] of Object.entries({ [matchMaker.processId]: "9,0", full: "7,0", empty: "2,90" }))
      await presence.hset("roomcount", id, rooms);
    matchMaker.stats.local.roomCount = 9;
  });
  afterEach(() => matchMaker.stats.reset(false));

  it("[Y8] is, for a plain room, the one with the fewest rooms", async () => {
    expect(await choose("chat", {})).to.equal("empty");
    matchMaker.stats.local.roomCount = 1;
    expect(await choose("chat", {})).to.equal(matchMaker.processId);
  });

  it("[Y8] is, for an event, this one", async () => {
    expect(await choose("event", { event_id: "x" })).to.equal(matchMaker.processId);
  });

  it("[Y8] is, for a plain room, the owner's own choice", async () => {
    const asked: unknown[] = [];
    const own = processChoice(new Set(["event"]), async (...call) => {
      asked.push(call);
      return "chosen";
    });
    expect([await own("chat", { a: 1 }), await own("event", {})]).to.deep.equal([
      "chosen",
      matchMaker.processId,
    ]);
    expect(asked).to.deep.equal([["chat", { a: 1 }]]);
  });
});
