// The polls in their worst weather, on `holdfast/testing`. What a page shows of it is React's business; what counts is here.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { conformance, type Phone, type TestEvent, testEvent } from "holdfast/testing";
import { pollMs, PollRoom } from "../PollRoom.ts";
import type { poll } from "../state.ts";

describe("the polls", () => {
  let event: TestEvent<PollRoom>;
  let ann: Phone<typeof poll>;
  let bob: Phone<typeof poll>;

  beforeEach(async () => {
    event = await testEvent(PollRoom);
    ann = await event.join("ann");
    bob = await event.join("bob");
  });
  afterEach(() => event.close());

  it("decides by most votes when the time is over, and asks the next question", async () => {
    await ann.publish("vote", { number: 1, option: 0 });
    await ann.publish("vote", { number: 1, option: 2 }); // has changed its mind
    equal(bob.roster.ann?.vote, 2);
    await event.advance(pollMs);
    deepEqual(bob.saw("announcement"), [
      {
        type: "announcement",
        name: "decided",
        payload: { question: "Where shall we meet?", decided: "Online" },
      },
    ]);
    deepEqual([bob.state.question, bob.roster.ann?.vote], ["And when?", -1]);
  });

  it("counts a vote from a tunnel while its poll is on, and refuses it afterwards", async () => {
    await bob.drop();
    const inTime = bob.publish("vote", { number: 1, option: 1 });
    await bob.return();
    await inTime;
    equal(ann.roster.bob?.vote, 1);
    await event.advance(10_000);
    await bob.drop();
    const tooLate = rejects(bob.publish("vote", { number: 1, option: 0 }), /That poll is over/);
    await event.advance(20_000);
    equal(ann.state.number, 2);
    await bob.return();
    await tooLate;
  });

  it("has as much time left after a restart as before it", async () => {
    await ann.publish("vote", { number: 1, option: 1 });
    await event.advance(20_000);
    await event.restart({ downMs: 600_000 });
    await ann.return();
    deepEqual([ann.state.number, ann.roster.ann?.vote], [1, 1]);
    await event.advance(9_000);
    equal(ann.state.number, 1);
    await event.advance(2_000); // at most a second late, never early
    equal(ann.state.number, 2);
  });

  it("is one voter in two tabs", async () => {
    await ann.publish("vote", { number: 1, option: 1 });
    const second = await ann.takeOver();
    equal(ann.closedWith, 4501);
    await second.publish("vote", { number: 1, option: 0 });
    deepEqual(Object.keys(bob.roster), ["ann", "bob"]);
    equal(bob.roster.ann?.vote, 0);
  });
});

// The rules of the contract that any room has to keep, at this one.
conformance(PollRoom, {
  publish: {
    type: "vote",
    times: 1,
    payload: () => ({ number: 1, option: 1 }),
    effects: ({ participants }) => Object.values(participants).filter(({ vote }) => vote === 1).length,
  },
  refused: { type: "vote", payload: { number: 99, option: 0 } },
  changing: ["ends_at"], // it is later by as much as there was no server
  except: ["M2", "G1", "G16"], // it tells nothing, announces by its timer (tested above), and has no private fields
});
