// Timers that are kept with an event, in a whole server whose time a test moves: what a handler changes, what is left of one
// that throws, and what a restart makes of them.
import { expect } from "chai";
import { z } from "zod";
import { defineEventState, EventRoom, MemoryStore, type StoredEvent, t } from "../../../src/holdfast.ts";
import { ServerFakeClock } from "../../../harness/fake-clock.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

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
  let app: TestApp;
  let store: MemoryStore;
  let clock: ServerFakeClock;
  const begin = async (room: unknown = Rounds) => {
    app = await startApp({
      room: room as never,
      store,
      clock,
      config: { gracePeriodMs: 30_000, eventRetentionMs: 60_000 },
    });
  };
  beforeEach(async () => {
    store = new MemoryStore();
    clock = new ServerFakeClock();
    await begin();
  });
  afterEach(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as Rounds;
  const entriesOf = (stored: StoredEvent | undefined) =>
    [...(stored?.entries ?? [])].filter(([key]) => key.startsWith("timer/"));

  async function opened() {
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    return { event, me, phone, room: roomOf(event) };
  }

  it("[U1] [U4] fires when it is due, and what its handler changed is in the store when the timer is out of it", async () => {
    const { event, me, phone, room } = await opened();
    const at = clock.now() + 1000;
    const id = room.timers.after("over", 1000, { round: 3 });
    expect(room.timers.list()).to.deep.equal([
      { id, name: "over", payload: { round: 3 }, kind: "after", firesAt: at },
    ]);
    await until("stored", async () => entriesOf(await store.load(event)).length === 1);
    await clock.advance(999);
    expect(room.fired).to.deep.equal([]);
    await clock.advance(1);
    await until("fired", () => room.fired.length === 1);
    const stored = await until("out of the store", async () => {
      const now = await store.load(event);
      return entriesOf(now).length === 0 && now;
    });
    expect(stored.facts.own).to.include('"rounds":[3]').and.to.include(`"last":"${at}"`);
    expect(stored.seats[0]?.own).to.equal('{"score":3}');
    await until("shown", () => phone.sees(me.device_id)?.score === 3);
    expect(room.timers.list()).to.deep.equal([]);
    expect(room.timers.cancel(id)).to.equal(false);
  });

  it("[U2] [U3] after a restart: time without a server does not count for `after`, and does for `at`", async () => {
    const { event, room } = await opened();
    room.timers.after("over", 10_000, { round: 1 });
    room.timers.at("over", new Date(clock.now() + 15_000), { round: 2 });
    room.timers.at("over", clock.now() + 300 * dayMs, { round: 3 });
    room.timers.cancel(room.timers.after("over", 5000, { round: 4 }));
    await clock.advance(4000);
    await app.close();
    await clock.advance(20_000);
    await begin();
    const restored = roomOf(event);
    expect(restored.timers.list().map(({ payload }) => payload)).to.deep.equal([
      { round: 2 },
      { round: 1 },
      { round: 3 },
    ]);
    await clock.advance(500); // a late one waits until what has arrived is read
    await until("the one of the wall clock", () => restored.fired.length === 1);
    await clock.advance(5499);
    expect(restored.fired).to.deep.equal(["over 2"]);
    await clock.advance(1);
    await until("the other", () => restored.fired.length === 2);
    expect(restored.fired).to.deep.equal(["over 2", "over 1"]);
    await app.close();
    await begin();
    await clock.advance(5000);
    expect(roomOf(event).fired, "fired is fired").to.deep.equal([]);
    expect([...roomOf(event).state.rounds]).to.deep.equal([2, 1]);
    expect(roomOf(event).timers.list()).to.have.length(1);
  });

  it("[U1] a chain over restarts, in which each asks for the next: none is lost, none fires twice", async () => {
    const { event, room } = await opened();
    room.timers.after("chain", 1000, 6);
    const fired: string[] = [];
    for (let k = 0; k < 3; k++) {
      await clock.advance(2300);
      fired.push(...roomOf(event).fired);
      await app.close();
      await clock.advance(10_000);
      await begin();
    }
    await clock.advance(3000);
    fired.push(...roomOf(event).fired);
    expect(fired).to.deep.equal(Array.from({ length: 7 }, (_, k) => `chain ${6 - k}`));
  });

  for (const name of ["throws", "late"])
    it(`[U5] of a handler that ${name === "late" ? "is asynchronous" : name} nothing is left, and it has fired`, async () => {
      const { event, phone, room } = await opened();
      room.timers.after(name, 1000);
      room.timers.after("over", 2000, { round: 1 });
      await clock.advance(1000);
      await until("fired", () => room.fired.length === 1);
      await clock.advance(1000);
      await until("the other one, not cancelled", () => room.fired.length === 2);
      await clock.advance(1000);
      await until("stored", async () => entriesOf(await store.load(event)).length === 0);
      expect(room.fired).to.deep.equal([name, "over 1"]);
      expect([...room.state.rounds]).to.deep.equal([1]);
      expect(room.participants.counts).to.include({ connected: 1, left: 0 });
      room.broadcast("end");
      await until("all that was sent", () => phone.heard.some(({ type }) => type === "end"));
      expect(phone.heard.map(({ type }) => type)).to.not.include.oneOf(["said", "announcement", "told"]);
      const errors = app.lines.filter(({ where }) => where === "onTimer");
      expect(errors.map(({ err }) => (err as Error).message)[0]).to.match(/went wrong|must be synchronous/);
      expect(errors[0]).to.include({ event_id: event });
    });

  it("[U5] a payload that this release's schema refuses: told, and fired", async () => {
    const { event, room } = await opened();
    room.timers.after("over", 1000, { round: 1 });
    await app.close();
    class Other extends Rounds {
      override onEventOpened(): void {
        this.onTimer("over", z.string(), (word) => void this.fired.push(word));
      }
    }
    await begin(Other);
    await clock.advance(1000);
    await until("told", () => app.lines.some(({ where }) => where === "onTimer"));
    expect(JSON.stringify(app.lines)).to.include("invalid payload");
    expect(roomOf(event).fired).to.deep.equal([]);
    await until("fired", async () => entriesOf(await store.load(event)).length === 0);
  });

  it("[U6] after the event is closed none fires, none is kept, and the store has none; also when one has closed it", async () => {
    const { event, room } = await opened();
    room.timers.after("ends", 1000);
    room.timers.after("plain", 1000, "in the same moment");
    room.timers.after("plain", 1001, "later");
    await clock.advance(1000);
    await until("closed", async () => (await store.load(event))?.facts.isClosed);
    room.timers.after("plain", 10, "asked for afterwards");
    await clock.advance(5000);
    expect(room.fired).to.deep.equal([]);
    expect(room.timers.list()).to.deep.equal([]);
    await until("gone", async () => entriesOf(await store.load(event)).length === 0);
  });

  it("[U7] one of a release that has no handler for it waits for one that has", async () => {
    const { event, room } = await opened();
    room.timers.after("over", 1000, { round: 5 });
    await app.close();
    class Without extends Rounds {
      override onEventOpened(): void {}
    }
    await begin(Without);
    await clock.advance(5000);
    await until("told", () => app.lines.some(({ where }) => where === "onTimer"));
    expect(roomOf(event).timers.list("over")).to.have.length(1);
    await app.close();
    await begin();
    await clock.advance(1);
    await until("fired", () => roomOf(event).fired.length === 1);
    expect([...roomOf(event).state.rounds]).to.deep.equal([5]);
  });

  it("[U8] what is asked for wrongly is refused with one sentence, and nothing is kept", async () => {
    const { room } = await opened();
    const { timers } = room;
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const [nothing, text] = [null as never, "5" as never]; // of an author without types: no instant, and not "at once"
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, 367 * dayMs, nothing, text])
      expect(() => timers.after("plain", wrong), String(wrong)).to.throw(RangeError, "timers.after");
    for (const wrong of [Number.NaN, new Date("no date"), clock.now() + 367 * dayMs, nothing, text])
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
    await clock.advance(1);
    expect(room.fired).to.have.length(1);
  });

  it("[U9] a message that is refused has asked for no timer, and cancelled none", async () => {
    const { phone, room } = await opened();
    room.timers.after("chain", 1000, 0);
    const ask = (isRefused: boolean) => ({ type: "ask", payload: isRefused });
    phone.room.send("outbox_publish", { stream: "s", first: 1, messages: [ask(true)] });
    const ack = await until("refused", () => phone.heard.find(({ type }) => type === "outbox_ack"));
    expect(ack.payload.refused).to.have.length(1);
    expect(room.timers.list().map(({ name }) => name)).to.deep.equal(["chain"]);
    phone.room.send("outbox_publish", { stream: "s", first: 2, messages: [ask(false)] });
    await until("taken", () => room.timers.list().some(({ name }) => name === "plain"));
    expect(room.timers.list()).to.have.length(1);
    await clock.advance(1000);
    expect(room.fired.map((word) => word.slice(0, 11))).to.deep.equal(["plain asked"]);
  });

  it("[U10] one fires while nobody is there, and keeps no event alive", async () => {
    const { event, phone, room } = await opened();
    await phone.room.leave();
    await until("nobody", () => room.participants.counts.connected === 0);
    room.timers.after("over", 50_000, { round: 1 });
    room.timers.after("over", 100_000, { round: 2 });
    await clock.advance(50_000);
    expect(room.fired).to.deep.equal(["over 1"]);
    await until("stored", async () => (await store.load(event))?.facts.own?.includes("[1]"));
    await clock.advance(11_000);
    await until("forgotten", async () => (await store.load(event)) === undefined);
    await clock.advance(100_000);
    expect(room.fired).to.deep.equal(["over 1"]);
  });
});
