// A test author's phones and time, on a room of their own.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { z } from "zod";
import { defineEventState, EventRoom, Refusal, t } from "../../../src/holdfast.ts";
import { JoinRefused, MessageRefused, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const quiz = defineEventState({
  participant: { score: t.number().default(0) },
  event: { round: t.number().default(0) },
});

class QuizRoom extends EventRoom<typeof quiz> {
  override schema = quiz;
  override messages = {
    next: () => void (this.state.round += 1),
    round: () => this.state.round,
  };

  override onEventOpened(): void {
    this.onPublish("answer", z.int(), (from, points) => {
      if (points < 0) throw new Refusal(400, "No negative points");
      from.score += points;
      this.participants.tell(from.device_id, "taken", points);
      this.announce("scored", { points });
    });
  }
}

describe("the kit: phones", () => {
  let event: TestEvent<QuizRoom>;

  beforeEach(async () => {
    event = await testEvent(QuizRoom);
  });

  afterEach(() => event.close());

  it("[V40] shows who comes, goes and comes back, in words", async () => {
    const ann = await event.join("ann");
    const bob = await event.join("bob");
    await bob.drop();
    equal(bob.status, "away");
    await bob.return();
    await bob.drop();
    await event.advance(31_000);
    deepEqual(ann.saw(), [
      { type: "participant_joined", device_id: "bob" },
      { type: "participant_temporarily_disconnected", device_id: "bob", reason: "connection_lost" },
      { type: "participant_reconnected", device_id: "bob" },
      { type: "participant_temporarily_disconnected", device_id: "bob", reason: "connection_lost" },
      { type: "participant_left", device_id: "bob", reason: "grace_expired" },
    ]);
    deepEqual(Object.keys(ann.roster), ["ann"]);
  });

  it("[V41] a time that never comes is refused", async () => {
    const event = await testEvent();
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await rejects(event.advance(ms), RangeError);
      await rejects(event.restart({ downMs: ms }), RangeError);
      await rejects(event.crash(undefined, { downMs: ms }), RangeError);
    }
    const ann = await event.join("ann");
    await ann.drop();
    await rejects(ann.send("hello"), /ann cannot send: it is away/);
    await rejects(ann.request("hello"), /ann cannot request: it is away/);
    await event.close();
  });

  it("[V41] keeps a seat for its grace to the millisecond, and no longer", async () => {
    const { gracePeriodMs } = { gracePeriodMs: 30_000 };
    const ann = await event.join("ann");
    const bob = await event.join("bob");
    await bob.drop();
    await event.advance(gracePeriodMs - 1);
    equal(ann.roster.bob?.status, "temporarily_disconnected");
    await event.advance(1);
    deepEqual(ann.saw("participant_left"), [
      { type: "participant_left", device_id: "bob", reason: "grace_expired" },
    ]);
  });

  it("[V42] shows an author's state as soon as it has changed, and answers requests", async () => {
    const ann = await event.join("ann");
    const bob = await event.join("bob");
    await ann.send("next");
    equal(bob.state.round, 1);
    equal(await bob.request("round"), 1);
    await rejects(bob.request("nothing like it"), MessageRefused);
  });

  it("[V43] publishes once, is told once, and hears what was announced while it was away", async () => {
    const ann = await event.join("ann");
    const bob = await event.join("bob");
    await ann.publish("answer", 3);
    equal(bob.roster.ann?.score, 3);
    await bob.drop();
    const later = bob.publish("answer", 4);
    await ann.publish("answer", 5);
    await rejects(ann.publish("answer", -1), /No negative points/);
    await bob.return();
    await later;
    deepEqual(bob.saw("announcement"), [
      { type: "announcement", name: "scored", payload: { points: 3 } },
      { type: "announcement", name: "scored", payload: { points: 5 } },
      { type: "announcement", name: "scored", payload: { points: 4 } },
    ]);
    deepEqual(ann.saw("told"), [
      { type: "told", name: "taken", payload: 3 },
      { type: "told", name: "taken", payload: 5 },
    ]);
  });

  it("[V44] loads a page again, takes a seat over, and leaves", async () => {
    const ann = await event.join("ann");
    const bob = await event.join("bob");
    await bob.reload();
    const older = await bob.takeOver();
    equal(bob.closedWith, 4501);
    const page = await older.takeOver("token");
    equal(older.closedWith, 4501);
    equal(page.status, "connected");
    await page.leave();
    equal(page.status, "over");
    equal(page.closedWith, 4000);
    deepEqual(ann.saw().at(-1), { type: "participant_left", device_id: "bob", reason: "consented" });
  });

  it("[V45] rejects a join that the server refuses, with code, reason and sentence", async () => {
    await event.join("ann");
    event.room.participants.kick("ann");
    await event.settle();
    await rejects(event.join("ann"), (error: JoinRefused) => {
      equal(error.code, 403);
      equal(error.reason, "kicked");
      return error instanceof JoinRefused;
    });
  });

  it("[V46] finds out by itself about a phone whose network is a hole", async () => {
    const ann = await event.join("ann");
    const bob = await event.join("bob");
    await bob.vanish();
    deepEqual(ann.saw("participant_temporarily_disconnected"), []);
    await event.advance(15_000);
    equal(ann.saw("participant_temporarily_disconnected").length, 1);
  });

  it("[V56] joins with another secret, for another device, or without a name", async () => {
    const ann = await event.join("ann");
    const guess = event.join("ann", { options: { session_token: "a guess" } });
    await rejects(guess, (error: JoinRefused) => error.code === 401);
    const mallory = event.join("mallory", { options: { device_id: "ann" } });
    await rejects(mallory, (error: JoinRefused) => error.code === 401);
    equal(ann.status, "connected");
    const options = { device_id: "bob", display_name: undefined };
    const bob = await event.join("somebody", { options });
    equal(bob.name, "bob");
    equal(ann.roster.bob?.display_name, "");
    await rejects(event.join("", { options: { device_id: undefined } }), /Missing device_id/);
  });
});
