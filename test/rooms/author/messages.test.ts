// What a room author's message handlers make of a client's words: whoever sends them is heard afterwards, and nobody can fill the
// log. On the test kit; messages-sockets.test.ts has what the stock SDK rejects with, and frames that cannot be decoded.
import { expect } from "chai";
import { z } from "zod";
import { LineLimit } from "../../../src/ops/line-limit.ts";
import { type Client, EventRoom, validate } from "../../../src/holdfast.ts";
import { type TestEvent, testEvent } from "../../../src/testing/index.ts";

const clumsy = "clumsy";

class AskedRoom extends EventRoom {
  override messages = {
    answers: (_client: Client, payload: unknown) => ({ payload }),
    throws: () => {
      throw new Error("the author's mistake");
    },
    throws_nothing: () => {
      throw undefined; // oxlint-disable-line no-throw-literal
    },
    rejects_nothing: () => Promise.reject(null),
    number: validate(z.int("a whole number is wanted"), (_client: Client, number) => number + 1),
  };
  override onEventOpened(): void {
    this.onMessage("*", (_client, type) => {
      if (type === "anything_else") throw null; // oxlint-disable-line no-throw-literal
    });
  }
  override onUncaughtException(...words: Parameters<EventRoom["onUncaughtException"]>): void {
    super.onUncaughtException(...words);
    if (this.state.event_id === clumsy) throw new Error("the author's own report fails");
  }
}

describe("messages of room authors", () => {
  let event: TestEvent<AskedRoom>;
  const open = async (eventId: string) => {
    event = await testEvent(AskedRoom, { eventId, config: { gracePeriodMs: 60_000, logLevel: "silent" } });
  };
  afterEach(() => event.close());
  const lines = () =>
    event.log.filter((line) => line.event_id === event.eventId && line.transition === undefined);

  for (const eventId of ["calm", clumsy])
    it(`[R32] whatever a handler throws, its client is heard afterwards, and the process hears of no error (${eventId})`, async () => {
      await open(eventId);
      const phone = await event.join("me");
      for (const type of ["throws", "throws_nothing", "rejects_nothing", "anything_else"]) {
        await phone.send(type, 1);
        expect(await phone.request("answers", type), type).to.deep.equal({ payload: type });
      }
      expect(lines(), "each is in the log").to.have.length.of.at.least(4);
      expect(phone.closedWith).to.equal(undefined);
      // an error that nobody caught, or a promise that nobody handles, fails the test that runs (harness/setup.ts)
    });

  it("[R12] clients cannot fill the log: neither with messages that cannot be read nor by an author's mistake", async () => {
    await open("filled");
    const phone = await event.join("me");
    for (let burst = 0; burst < 5; burst++) {
      const asked = Array.from({ length: 42 }, (_, k) =>
        phone.request(k % 3 === 0 ? "number" : "throws", "x"),
      );
      const outcomes = await Promise.allSettled(asked);
      expect(outcomes.every(({ status }) => status === "rejected")).to.equal(true);
      await event.advance(1000); // within the frames of a second
    }
    expect(phone.status, "it was heard all the time").to.equal("connected");
    expect(lines().filter(({ malformed }) => malformed)).to.have.length.within(1, 30); // of 70
    expect(lines().filter(({ where }) => where)).to.have.length.within(1, 100); // of 140
  });
});

describe("lines of the log", () => {
  it("[R12] a bounded kind of line says how many were left out", () => {
    let now = 0;
    const limit = new LineLimit(2, () => now);
    expect([limit.next(), limit.next(), limit.next(), limit.next()]).to.deep.equal([
      {},
      {},
      undefined,
      undefined,
    ]);
    now += 59_999;
    expect(limit.next()).to.equal(undefined);
    now += 1;
    expect([limit.next(), limit.next(), limit.next()]).to.deep.equal([{ left_out: 3 }, {}, undefined]);
  });
});
