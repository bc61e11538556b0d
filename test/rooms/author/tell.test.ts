// What a room tells one participant, also one who is away: our client handles it once and in order, a stock one gets it at
// least once. On the test kit; tell-sockets.test.ts has clients that answer nothing, or anything;
// tell-refused.test.ts what cannot be told.
import { expect } from "chai";
import { z } from "zod";
import type { EventSession, Json } from "../../../src/client/types/index.ts";
import {
  defineEventState,
  EventRoom,
  MemoryStore,
  type ParticipantOf,
  Refusal,
  t,
} from "../../../src/holdfast.ts";
import { type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const game = defineEventState({
  participant: { score: t.number().default(0) },
  event: { round: t.number().default(0) },
});

class GameRoom extends EventRoom<typeof game> {
  override schema = game;
  /** What `participants.tell` returned to the last handler. */
  answer: unknown;

  override onSeatTaken({ device_id, display_name }: ParticipantOf<typeof game>): void {
    if (display_name === "greeted") this.participants.tell(device_id, "n", "hello");
  }

  override onEventOpened(): void {
    this.onTimer("remind", z.object({ to: z.string(), fails: z.boolean() }), ({ to, fails }) => {
      this.state.round += 1;
      this.participants.tell(to, "n", `round ${this.state.round}`);
      if (fails) throw new Error("the author's mistake");
    });
    this.onPublish("pass", z.object({ to: z.string(), n: z.int(), fails: z.boolean() }), (from, message) => {
      const { to, n, fails } = message;
      from.score += 1;
      this.answer = this.participants.tell(to, "passed", n);
      if (fails) throw new Refusal(400, "Not this one");
    });
    this.onPublish("out", z.string(), (_from, to) => {
      this.participants.kick(to);
      this.answer = this.participants.tell(to, "passed", 0);
    });
  }
}

interface Batch {
  readonly entries?: { readonly put: unknown[] };
  readonly upserts: readonly { readonly own: string }[];
  readonly facts?: { readonly own: string };
}

/** A store that says what it was given. */
class OpenStore extends MemoryStore {
  commits: Batch[] = [];

  override commit(...args: Parameters<MemoryStore["commit"]>): Promise<void> {
    this.commits.push(...(args[0] as unknown as Batch[]));
    return super.commit(...args);
  }

  /** The commits with a message that has this in it. */
  telling = (word: string) =>
    this.commits.filter(({ entries }) => JSON.stringify(entries?.put).includes(word));
}

const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index);

/** What a session handles from now on. */
function handledBy(session: Pick<EventSession, "onTold">, type = "n"): unknown[] {
  const handled: unknown[] = [];
  session.onTold(type, (payload) => handled.push(payload));
  return handled;
}

describe("what a participant is told", () => {
  let event: TestEvent<GameRoom>;
  let store: OpenStore;
  beforeEach(async () => {
    store = new OpenStore();
    event = await testEvent(GameRoom, { store, config: { gracePeriodMs: 60_000, logLevel: "silent" } });
  });
  afterEach(() => event.close());

  const tell = (to: string, payload: Json) => event.room.participants.tell(to, "n", payload);
  const entries = async () =>
    [...((await store.load(event.eventId))?.entries ?? [])].filter(([key]) => key.startsWith("tell/"));
  /** How many messages are kept. */
  const waiting = async () => (await entries()).filter(([, value]) => value !== "").length;

  async function guest(name: string, displayName = name) {
    const page = await event.page(name, { displayName });
    return { page, handled: handledBy(page.session) };
  }
  const payloads = (phone: Pick<Phone, "saw">) =>
    phone.saw("told").map((told) => (told as { payload?: unknown }).payload);

  describe("by our client", () => {
    it("[M1] [M2] is handled once and in order, here or away, and forgotten when it is; nobody else gets it", async () => {
      const { page, handled } = await guest("me");
      const other = await event.join("other", { client: "stock" });
      for (const n of upTo(3)) expect(tell("me", n)).to.equal(true);
      await event.advance(1000);
      expect(handled).to.deep.equal(upTo(3));
      await page.unplug();
      for (const n of upTo(300, 4)) expect(tell("me", n)).to.equal(true);
      await event.settle();
      expect(await waiting()).to.equal(297);
      await page.plug();
      await event.advance(3000);
      expect(handled).to.deep.equal(upTo(300));
      expect(await waiting(), "forgotten").to.equal(0);
      expect(await entries(), "the last number").to.have.length(1);
      expect(payloads(other)).to.deep.equal([]);
      expect(tell("nobody", 1)).to.equal(false);
    });

    it("[M2] over random cuts while it is told, each once and in order", async () => {
      const names = ["a", "b", "c", "d"];
      const guests = await Promise.all(names.map((name) => guest(name)));
      for (let n = 1; n <= 200; n++) {
        for (const name of names) tell(name, n);
        if (n % 40 === 20) for (const { page } of guests) await page.drop();
        if (n % 40 === 0) for (const { page } of guests) await page.vanish(); // what is sent now is lost
        if (n % 3 === 0) await event.advance(Math.ceil(Math.random() * 30));
      }
      await event.advance(40_000);
      for (const { handled } of guests) expect(handled).to.deep.equal(upTo(200));
      expect(await waiting()).to.equal(0);
    });

    it("[M2] [M9] a page that is loaded again goes on where the one before was, and what that handled does not come again", async () => {
      const { page, handled } = await guest("me");
      for (const n of upTo(5)) tell("me", n);
      await event.advance(1000);
      expect(await waiting()).to.equal(0);
      for (const n of upTo(10, 6)) tell("me", n);
      await event.settle();
      expect(handled).to.deep.equal(upTo(10));
      expect(await waiting(), "not all acknowledged yet").to.be.greaterThan(0);
      await page.vanish();
      for (const n of upTo(15, 11)) tell("me", n);
      await event.settle(); // sent into the hole
      await page.reload();
      const second = handledBy(page.session);
      await event.advance(3000);
      expect([...handled, ...second]).to.deep.equal(upTo(15));
      expect(await waiting()).to.equal(0);
    });

    it("[M5] another seat of the device has another mailbox, whose first message is not taken for an old one", async () => {
      const { page, handled } = await guest("me");
      for (const n of upTo(3)) tell("me", n);
      await event.advance(1000);
      expect(handled).to.deep.equal(upTo(3));
      await page.unplug();
      tell("me", "never");
      event.room.participants.expireNow("me");
      await event.settle();
      expect(await entries(), "nothing is kept of it").to.deep.equal([]);
      expect(tell("me", 4)).to.equal(false);
      await page.plug();
      await event.advance(3000);
      expect(event.room.participants.get("me")?.status).to.equal("connected");
      for (const n of upTo(3)) tell("me", `new ${n}`);
      await event.advance(1000);
      expect(handled).to.deep.equal([1, 2, 3, "new 1", "new 2", "new 3"]);
    });
  });

  describe("by a stock client", () => {
    it("[M3] is got at least once, in order, and forgotten when a pong says that it is there", async () => {
      const phone = await event.join("me", { client: "stock" });
      tell("me", 1);
      await event.settle();
      expect(payloads(phone)).to.deep.equal([1]);
      expect(await waiting()).to.equal(0);
      await phone.drop();
      phone.forget();
      for (const n of upTo(200, 2)) tell("me", n);
      await event.settle();
      expect(await waiting()).to.equal(199);
      await phone.reload();
      await event.settle();
      expect(payloads(phone)).to.deep.equal(upTo(200, 2));
      const { joined_at } = phone.roster.me ?? {};
      const first = phone.received.find(({ type }) => type === "told");
      expect(first?.payload).to.deep.equal({ no: 2, type: "n", payload: 2, joined_at });
      expect(await waiting()).to.equal(0);
    });

    it("[M3] an earlier version of our client, which acknowledges nothing, is one", async () => {
      const phone = await event.join("me", { client: "stock" });
      await phone.send("presence_resume", {});
      expect(phone.received.some(({ type }) => type === "presence_resumed")).to.equal(true);
      tell("me", 1);
      await event.settle();
      expect(payloads(phone)).to.deep.equal([1]);
      expect(await waiting()).to.equal(0);
    });
  });

  describe("and the store", () => {
    it("[M1] what a hook tells whoever has just taken a seat is there behind the first state, once", async () => {
      const { handled } = await guest("me", "greeted");
      const phone = await event.join("other", { client: "stock", options: { display_name: "greeted" } });
      await event.advance(100);
      expect([handled, payloads(phone)]).to.deep.equal([["hello"], ["hello"]]);
      tell("me", "again");
      await event.advance(100);
      expect(handled).to.deep.equal(["hello", "again"]);
    });

    it("[M1] is sent when it is stored, behind the patch of what was stored with it", async () => {
      const { page } = await guest("me");
      const seen: unknown[] = [];
      page.session.on("state", (state) => seen.push(`round ${state.round}`));
      page.session.onTold("n", () => seen.push("told"));
      await event.holdStore();
      tell("me", 1);
      await event.advance(150);
      expect(seen).to.deep.equal([]);
      tell("me", 2);
      event.room.state.round = 7;
      await event.releaseStore();
      expect(seen.filter((word) => word === "told")).to.have.length(2);
      expect(seen.filter((word) => word === "round 7")).to.have.length(1);
      expect(seen.at(-1), "behind the state that was stored with it").to.equal("told");
    });

    it("[M4] a message that a handler has told is in one commit with what the handler changed, and told when it returns", async () => {
      const [from, to] = [await guest("from"), await guest("to")];
      const passed = handledBy(to.page.session, "passed");
      store.commits = [];
      const publish = async (type: string, payload: Json) => {
        const done = Promise.allSettled([from.page.session.publish(type, payload)]);
        await event.advance(100);
        return (await done)[0].status;
      };
      const pass = (n: number, fails = false) => publish("pass", { to: "to", n, fails });
      expect(await pass(1)).to.equal("fulfilled");
      const told = store.telling("passed");
      expect(told).to.have.length(1);
      expect(told[0]?.upserts.map(({ own }) => own)).to.deep.include('{"score":1}');
      expect(await pass(2, true)).to.equal("rejected");
      expect(event.room.answer, "as it would have been").to.equal(true);
      expect(await pass(3)).to.equal("fulfilled");
      expect(passed).to.deep.equal([1, 3]);
      expect(await publish("out", "to")).to.equal("fulfilled");
      expect(event.room.answer, "it is here until the handler returns").to.equal(true);
      expect(to.page.session.status, "it is out").to.equal("left");
      expect(await entries(), "nothing is kept of it").to.deep.equal([]);
      expect(passed).to.deep.equal([1, 3]);
    });

    it("[M4] what a timer's handler tells is in one commit with what it changed, and not told when it throws", async () => {
      const { handled } = await guest("me");
      store.commits = [];
      event.room.timers.after("remind", 1, { to: "me", fails: true });
      event.room.timers.after("remind", 50, { to: "me", fails: false });
      await event.advance(200);
      expect(handled).to.deep.equal(["round 1"]);
      expect(event.errors.map(({ message }) => message)).to.deep.equal(["the author's mistake"]);
      expect(store.telling("round 1").map(({ facts }) => facts?.own.includes('"round":1'))).to.deep.equal([
        true,
      ]);
    });
  });

  it("[M7] over a restart of the server: what waited, and what it is told then; no number comes again", async () => {
    const page = await event.page("me");
    const seen: { readonly n: unknown; readonly id: string }[] = [];
    page.session.onTold("n", (n, { id }) => seen.push({ n, id }));
    tell("me", 1);
    await event.advance(1000);
    expect(seen).to.have.length(1);
    await page.unplug();
    for (const n of [2, 3]) tell("me", n);
    await event.restart();
    tell("me", 4);
    await page.plug();
    await event.advance(5000);
    expect(seen.map(({ n }) => n)).to.deep.equal(upTo(4));
    tell("me", 5);
    await event.advance(1000);
    expect(seen.map(({ n }) => n)).to.deep.equal(upTo(5));
    const numbers = seen.map(({ id }) => Number(id.split(":")[1]));
    expect(numbers).to.deep.equal(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).to.equal(5);
  });
});
