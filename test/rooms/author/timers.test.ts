// Timers that are kept with an event, on the test kit: what a handler changes, what is left of one
// that throws, and what a restart makes of them.
import { expect } from "chai";
import { z } from "zod";
import { defineEventState, EventRoom, MemoryStore, type StoredEvent, t } from "../../../src/holdfast.ts";
import { MessageRefused, type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const state = defineEventState({
  participant: { score: t.number().default(0) },
  event: { rounds: t.array("number"), last: t.string().default("") },
});
const dayMs = 24 * 60 * 60 * 1000;

class Rounds extends EventRoom<typeof state> {
  override schema = state;
  fired: string[] = [];
  override onEventOpened(): void {
    this.onTimer("over", z.object({ round: z.number() }), ({ round }, { name, firesAt }) => {
      this.fired.push(`${name} ${round}`);
      this.state.rounds.push(round);
      this.state.last = `${firesAt}`;
      for (const participant of this.state.participants.values()) participant.score += round;
    });
    this.onTimer("plain", (payload, { id }) => void this.fired.push(`plain ${String(payload)} ${id}`));
    this.onTimer("throws", () => this.#goesWrong("throws"));
    this.onTimer("late", async () => this.#goesWrong("late"));
    this.onTimer("chain", z.number(), (left) => {
      this.fired.push(`chain ${left}`);
      if (left > 0) this.timers.after("chain", 1000, left - 1);
    });
    this.onTimer("ends", () => void this.closeEvent());
    this.onPublish("ask", z.boolean(), (_from, isRefused) => {
      this.timers.after("plain", 500, "asked");
      for (const { id } of this.timers.list("chain")) this.timers.cancel(id);
      if (isRefused) throw new Error("refused");
    });
  }
  #goesWrong(name: string): void {
    this.fired.push(name);
    this.state.rounds.push(99);
    this.broadcast("said", name);
    for (const client of this.clients) client.send("said", name);
    this.announce("announced", name);
    for (const { deviceId } of this.participants.list()) {
      this.participants.tell(deviceId, "told", name);
      this.participants.kick(deviceId);
    }
    this.timers.after("plain", 10, "from one that throws");
    for (const { id } of this.timers.list("over")) this.timers.cancel(id);
    throw new Error(`${name} went wrong`);
  }
}

describe("timers that are kept with an event", () => {
  let event: TestEvent<Rounds>;
  let phone: Phone<typeof state>;
  let store: MemoryStore;
  beforeEach(async () => {
    store = new MemoryStore();
    const config = { gracePeriodMs: 30_000, eventRetentionMs: 60_000, logLevel: "silent" } as const;
    event = await testEvent(Rounds, { store, config });
    phone = await event.join("ann");
  });
  afterEach(() => event.close());

  const stored = () => store.load(event.eventId);
  const entriesOf = (of: StoredEvent | undefined) =>
    [...(of?.entries ?? [])].filter(([key]) => key.startsWith("timer/"));
  const reported = () => event.errors.filter(({ where }) => where === "onTimer");

  it("[U1] [U4] fires when it is due, and what its handler changed is in the store when the timer is out of it", async () => {
    const { room } = event;
    const at = event.clock.now() + 1000;
    const id = room.timers.after("over", 1000, { round: 3 });
    expect(room.timers.list()).to.deep.equal([
      { id, name: "over", payload: { round: 3 }, kind: "after", firesAt: at },
    ]);
    await event.settle();
    expect(entriesOf(await stored())).to.have.length(1);
    await event.advance(999);
    expect(room.fired).to.deep.equal([]);
    let own: string | undefined; // of the commit that takes the timer out
    const commit = store.commit.bind(store);
    store.commit = async (batch) => {
      await commit(batch);
      const now = await stored();
      if (entriesOf(now).length === 0) own ??= `${now?.facts.own} ${now?.seats[0]?.own}`;
    };
    await event.advance(1);
    expect(room.fired).to.deep.equal(["over 3"]);
    expect(own).to.include('"rounds":[3]').and.to.include(`"last":"${at}"`).and.to.include('{"score":3}');
    expect(phone.roster.ann?.score).to.equal(3);
    expect(room.timers.list()).to.deep.equal([]);
    expect(room.timers.cancel(id)).to.equal(false);
  });

  it("[U2] [U3] after a restart: time without a server does not count for `after`, and does for `at`", async () => {
    const { timers } = event.room;
    timers.after("over", 10_000, { round: 1 });
    timers.at("over", new Date(event.clock.now() + 15_000), { round: 2 });
    timers.at("over", event.clock.now() + 300 * dayMs, { round: 3 });
    timers.cancel(timers.after("over", 5000, { round: 4 }));
    await event.advance(4000);
    await event.restart({ downMs: 20_000 });
    const restored = event.room;
    expect(restored.timers.list().map(({ payload }) => payload)).to.deep.equal([
      { round: 2 },
      { round: 1 },
      { round: 3 },
    ]);
    await event.advance(500); // a late one waits until what has arrived is read
    expect(restored.fired).to.deep.equal(["over 2"]);
    await event.advance(5499);
    expect(restored.fired).to.deep.equal(["over 2"]);
    await event.advance(1);
    expect(restored.fired).to.deep.equal(["over 2", "over 1"]);
    await event.restart();
    await event.advance(5000);
    expect(event.room.fired, "fired is fired").to.deep.equal([]);
    expect([...event.room.state.rounds]).to.deep.equal([2, 1]);
    expect(event.room.timers.list()).to.have.length(1);
  });

  it("[U1] a chain over restarts, in which each asks for the next: none is lost, none fires twice", async () => {
    event.room.timers.after("chain", 1000, 6);
    const fired: string[] = [];
    for (let k = 0; k < 3; k++) {
      await event.advance(2300);
      fired.push(...event.room.fired);
      await event.restart({ downMs: 10_000 });
    }
    await event.advance(3000);
    fired.push(...event.room.fired);
    expect(fired).to.deep.equal(Array.from({ length: 7 }, (_, k) => `chain ${6 - k}`));
  });

  for (const name of ["throws", "late"])
    it(`[U5] of a handler that ${name === "late" ? "is asynchronous" : name} nothing is left, and it has fired`, async () => {
      const { room } = event;
      phone.forget();
      room.timers.after(name, 1000);
      room.timers.after("over", 2000, { round: 1 });
      await event.advance(3000);
      expect(entriesOf(await stored())).to.have.length(0);
      expect(room.fired).to.deep.equal([name, "over 1"]);
      expect([...room.state.rounds]).to.deep.equal([1]);
      expect(room.participants.counts).to.include({ connected: 1, left: 0 });
      room.broadcast("end");
      await event.settle();
      expect(phone.saw(), "all that was sent").to.deep.equal([{ type: "message", name: "end" }]);
      expect(reported()[0]?.message).to.match(/went wrong|must be synchronous/);
      expect(reported()[0]).to.include({ eventId: event.eventId });
    });

  it("[U5] a payload that this release's schema refuses: told, and fired", async () => {
    event.room.timers.after("over", 1000, { round: 1 });
    class Other extends Rounds {
      override onEventOpened(): void {
        this.onTimer("over", z.string(), (word) => void this.fired.push(word));
      }
    }
    await event.restart({ room: Other });
    await event.advance(1000);
    expect(reported()[0]?.message).to.include("invalid payload");
    expect(event.room.fired).to.deep.equal([]);
    expect(entriesOf(await stored())).to.have.length(0);
  });

  it("[U6] after the event is closed none fires, none is kept, and the store has none; also when one has closed it", async () => {
    const { room } = event;
    room.timers.after("ends", 1000);
    room.timers.after("plain", 1000, "in the same moment");
    room.timers.after("plain", 1001, "later");
    await event.advance(1000);
    expect((await stored())?.facts.isClosed).to.equal(true);
    room.timers.after("plain", 10, "asked for afterwards");
    await event.advance(5000);
    expect(room.fired).to.deep.equal([]);
    expect(room.timers.list()).to.deep.equal([]);
    expect(entriesOf(await stored())).to.have.length(0);
  });

  it("[U7] one of a release that has no handler for it waits for one that has", async () => {
    event.room.timers.after("over", 1000, { round: 5 });
    class Without extends Rounds {
      override onEventOpened(): void {}
    }
    await event.restart({ room: Without });
    await event.advance(5000);
    expect(reported()).to.have.length(1);
    expect(event.room.timers.list("over")).to.have.length(1);
    await event.restart({ room: Rounds });
    await event.advance(1);
    expect(event.room.fired).to.deep.equal(["over 5"]);
    expect([...event.room.state.rounds]).to.deep.equal([5]);
  });

  it("[U8] what is asked for wrongly is refused with one sentence, and nothing is kept", async () => {
    const { room } = event;
    const { timers } = room;
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const [nothing, text] = [null as never, "5" as never]; // of an author without types: no instant, and not "at once"
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, 367 * dayMs, nothing, text])
      expect(() => timers.after("plain", wrong), String(wrong)).to.throw(RangeError, "timers.after");
    for (const wrong of [Number.NaN, new Date("no date"), event.clock.now() + 367 * dayMs, nothing, text])
      expect(() => timers.at("plain", wrong), String(wrong)).to.throw(RangeError, "timers.at");
    expect(() => timers.after("nobody", 1)).to.throw(TypeError, "call onTimer first");
    expect(() => timers.after("over", 1, { round: "one" })).to.throw(TypeError, "invalid payload");
    expect(() => timers.after("over", 1)).to.throw(TypeError, "invalid payload");
    expect(() => timers.after("plain", 1, "é".repeat(512))).to.throw(RangeError, "1024 bytes");
    for (const wrong of [circle, () => {}, 1n])
      expect(() => timers.after("plain", 1, wrong)).to.throw(TypeError, "its payload is no JSON");
    expect(() => room.onTimer("plain", () => {})).to.throw(TypeError, "has a handler already");
    expect(timers.list()).to.deep.equal([]);
    for (let k = 0; k < 10_000; k++) timers.after("plain", dayMs, k);
    expect(() => timers.after("plain", 1)).to.throw(RangeError, "10000 timers");
    timers.cancel(timers.list()[5]?.id ?? "");
    timers.after("plain", 1, "é".repeat(511));
    await event.advance(1);
    expect(room.fired).to.have.length(1);
  });

  it("[U9] a message that is refused has asked for no timer, and cancelled none", async () => {
    const { room } = event;
    room.timers.after("chain", 1000, 0);
    const refused = await phone.publish("ask", true).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(MessageRefused);
    expect(room.timers.list().map(({ name }) => name)).to.deep.equal(["chain"]);
    await phone.publish("ask", false);
    expect(room.timers.list().map(({ name }) => name)).to.deep.equal(["plain"]);
    await event.advance(1000);
    expect(room.fired.map((word) => word.slice(0, 11))).to.deep.equal(["plain asked"]);
  });

  it("[U10] one fires while nobody is there, and keeps no event alive", async () => {
    const { room } = event;
    await phone.leave();
    expect(room.participants.counts.connected).to.equal(0);
    room.timers.after("over", 50_000, { round: 1 });
    room.timers.after("over", 100_000, { round: 2 });
    await event.advance(50_000);
    expect(room.fired).to.deep.equal(["over 1"]);
    expect((await stored())?.facts.own).to.include("[1]");
    await event.advance(11_000);
    expect(await stored()).to.equal(undefined);
    await event.advance(100_000);
    expect(room.fired).to.deep.equal(["over 1"]);
  });
});
