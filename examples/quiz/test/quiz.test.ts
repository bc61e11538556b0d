// The quiz in its worst weather, on `holdfast/testing`: a real server in this process, whose network and clock the test has
// in hand. Nothing here waits for real time.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { conformance, type Phone, type TestEvent, testEvent } from "holdfast/testing";
import { QuizRoom, roundMs } from "../QuizRoom.ts";
import type { quiz } from "../state.ts";

type Player = Phone<typeof quiz>;

describe("the quiz", () => {
  let event: TestEvent<QuizRoom>;
  let host: Player;
  let ann: Player;
  let bob: Player;

  beforeEach(async () => {
    event = await testEvent(QuizRoom);
    host = await event.host();
    ann = await event.join("ann");
    bob = await event.join("bob");
  });
  afterEach(() => event.close());

  const answer = (choice: number, { round = 1, plays_card = false } = {}) => ({ round, choice, plays_card });
  const results = (phone: Player) =>
    phone
      .saw("announcement")
      .filter((seen) => "name" in seen && seen.name === "result")
      .map((seen) => ("payload" in seen ? seen.payload : undefined));

  it("counts who is right, twice with the card, and announces it when all have answered", async () => {
    await host.request("next");
    equal(ann.state.question, "How many legs has a crab?");
    await ann.publish("answer", answer(2, { plays_card: true }));
    await bob.publish("answer", answer(0));
    equal(bob.state.phase, "result");
    equal(bob.state.right, 2);
    deepEqual([bob.roster.ann?.score, bob.roster.bob?.score], [20, 0]);
    deepEqual(results(bob), [{ round: 1, right: ["ann"] }]);
  });

  it("shows an answer and a card to nobody but their owner", async () => {
    await host.request("next");
    await ann.publish("answer", answer(1));
    deepEqual([ann.roster.ann?.answer, ann.roster.ann?.card], [1, "double"]);
    for (const other of [bob, host]) {
      equal(other.roster.ann?.has_answered, true);
      deepEqual([other.roster.ann?.answer ?? -1, other.roster.ann?.card ?? ""], [-1, ""]);
    }
  });

  it("takes an answer that was made without a network, once, when the phone is back", async () => {
    await host.request("next");
    await bob.drop();
    const answered = bob.publish("answer", answer(2));
    await ann.publish("answer", answer(2));
    equal(ann.state.phase, "asking"); // who is away may answer yet
    await bob.return();
    await answered;
    deepEqual(results(ann), [{ round: 1, right: ["ann", "bob"] }]);
    equal(ann.roster.bob?.score, 10);
  });

  it("refuses an answer that comes when the time is over, and tells the phone what it missed", async () => {
    await host.request("next");
    await bob.drop();
    const answered = rejects(bob.publish("answer", answer(2)), /That question is closed/);
    await event.advance(roundMs);
    await bob.return();
    await answered;
    deepEqual(results(bob), [{ round: 1, right: [] }]);
    deepEqual(bob.saw("participant_left"), []);
  });

  it("takes no second answer, no card that is gone, no choice that is none, and nothing from the past", async () => {
    await host.request("next");
    await rejects(ann.publish("answer", answer(7)), /There is no such choice/);
    await ann.publish("answer", answer(2, { plays_card: true }));
    await rejects(ann.publish("answer", answer(0)), /You have answered already/);
    await bob.publish("answer", answer(0));
    await host.request("next");
    await rejects(ann.publish("answer", answer(2, { round: 1 })), /That question is closed/);
    await rejects(ann.publish("answer", answer(0, { round: 2, plays_card: true })), /played your card/);
  });

  it("obeys nobody but the host", async () => {
    await rejects(ann.request("next"), /Only a host/);
    await host.request("next");
    await rejects(host.request("next"), /still open/);
  });

  it("goes on after a restart in the middle of a round, which takes nobody's time", async () => {
    await host.request("next");
    await ann.publish("answer", answer(2));
    await event.advance(15_000);
    await event.restart({ downMs: 3_600_000 });
    await ann.return();
    deepEqual([ann.state.phase, ann.state.round, ann.roster.ann?.answer], ["asking", 1, 2]);
    await event.advance(3_000);
    equal(ann.state.phase, "asking");
    await event.advance(3_000); // at most a second late, never early
    equal(ann.state.phase, "result");
    equal(ann.roster.ann?.score, 10);
  });

  it("knows an answer that was stored when the server died, and takes it once", async () => {
    await host.request("next");
    const answered = ann.publish("answer", answer(2));
    await event.crash("after commit");
    await ann.return();
    await answered;
    await bob.return();
    await bob.publish("answer", answer(0));
    equal(bob.roster.ann?.score, 10);
  });

  it("keeps score, answer and card over a reload and a second page", async () => {
    await host.request("next");
    await ann.publish("answer", answer(2, { plays_card: true }));
    await bob.publish("answer", answer(0));
    await ann.reload();
    equal(ann.roster.ann?.score, 20);
    const second = await ann.takeOver();
    equal(ann.closedWith, 4501);
    deepEqual([second.roster.ann?.score, second.roster.ann?.card], [20, ""]);
    deepEqual(bob.saw("participant_left"), []);
  });

  it("waits for nobody whose grace is over", async () => {
    await host.request("next");
    await bob.drop();
    await event.advance(roundMs);
    await host.request("next");
    await ann.publish("answer", answer(0, { round: 2 }));
    equal(ann.state.phase, "asking");
    await event.advance(10_000); // bob has left, 30 s after its drop
    equal(ann.state.phase, "result");
  });
});

// The rules of the contract that any room has to keep, at this one.
const first = { round: 1, choice: 0, plays_card: true };
conformance(QuizRoom, {
  begin: { by: "host", type: "next" },
  change: { how: "publish", type: "answer", payload: first },
  publish: {
    type: "answer",
    times: 1,
    payload: () => first,
    effects: ({ participants }) => Object.values(participants).filter((one) => one.has_answered).length,
  },
  refused: { type: "answer", payload: { ...first, round: 99 } },
  changing: ["ends_at"], // it is later by as much as there was no server
  except: ["M2", "G1"], // it tells nobody anything, and announces when all have answered (tested above)
});
