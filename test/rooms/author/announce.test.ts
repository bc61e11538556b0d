// What a room author announces to all: when it is said, and what cannot be. On the test kit; announce-sockets.test.ts has what
// clients make of it over drops and restarts.
import { expect } from "chai";
import { z } from "zod";
import { defineEventState, EventRoom, t } from "../../../src/holdfast.ts";
import { MessageRefused, type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const game = defineEventState({
  participant: { score: t.number().default(0) },
  event: { round: t.number().default(0) },
});

class GameRoom extends EventRoom<typeof game> {
  override schema = game;
  readonly answers: unknown[] = [];

  override onEventOpened(): void {
    this.onPublish("next", z.string(), (from, word) => {
      this.state.round += 1;
      const payload = { round: this.state.round };
      this.answers.push(this.announce("round", payload));
      payload.round = 999; // it is what it was
      from.score += 1;
      if (word === "throw") throw new Error("no");
    });
  }
}

describe("announcements to all", () => {
  let event: TestEvent<GameRoom>;
  let phone: Phone<typeof game>;
  beforeEach(async () => {
    event = await testEvent(GameRoom, { config: { logLevel: "silent" } });
    phone = await event.join("ann");
  });
  afterEach(() => event.close());

  it("[G4] in a handler: said when it has returned, as it was then, and not at all when it throws", async () => {
    const witness = await event.observe();
    const refused = await phone.publish("next", "throw").catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(MessageRefused);
    await phone.publish("next", "good");
    await event.advance(150);
    expect(witness.saw("announcement")).to.deep.equal([
      { type: "announcement", name: "round", payload: { round: 1 } },
    ]);
    expect(event.room.answers).to.deep.equal([true, true]);
  });

  it("[G6] what was said before the event's end is the last that everyone has, and after it nothing is said", async () => {
    const { room } = event;
    phone.forget();
    room.announce("result", { winner: "d" });
    const closed = room.closeEvent();
    expect(room.announce("late")).to.equal(false);
    await event.settle();
    await closed;
    expect(phone.closedWith).to.equal(4502);
    expect(phone.saw().map(({ type }) => type)).to.deep.equal(["announcement", "participant_left"]);
  });

  it("[G7] what cannot be announced is refused where it is asked for, and nothing is sent", async () => {
    const { room } = event;
    expect(() => room.announce("")).to.throw(TypeError, "a type is a name");
    expect(() => room.announce("big", "x".repeat(9000))).to.throw(RangeError, "more than 8192");
    expect(() => room.announce("fn", () => 1)).to.throw(TypeError, "JSON");
    room.announce("ok");
    await event.settle();
    expect(phone.saw("announcement")).to.deep.equal([{ type: "announcement", name: "ok" }]);
  });
});
