// What a room tells one participant, also one who is away: our client handles it once and in order, a stock one gets it at
// least once. Real sockets, the stock SDK and our client, a bad network, restarts.
import "../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import { z } from "zod";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import type { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { quiet, until } from "../../../harness/wait.ts";
import { joinEvent } from "../../../src/client/index.ts";
import type { EventSession, JoinEventOptions } from "../../../src/client/types/index.ts";
import type { Told } from "../../../src/protocol/session.ts";
import {
  defineEventState,
  EventRoom,
  MailboxFullError,
  MemoryStore,
  type ParticipantOf,
  Refusal,
  t,
} from "../../../src/holdfast.ts";

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

/** A store that can be made to wait, or to fail. */
class HeldStore extends MemoryStore {
  gate: Promise<void> = Promise.resolve();
  commits: unknown[] = [];

  override async commit(...args: Parameters<MemoryStore["commit"]>): Promise<void> {
    await this.gate;
    this.commits.push(...args[0]);
    return super.commit(...args);
  }
}

const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index);

describe("what a participant is told", function () {
  this.timeout(60_000);
  let app: TestApp;
  let proxy: FaultProxy;
  const store = new HeldStore();
  const sessions: EventSession[] = [];
  before(async () => {
    app = await startApp({ room: GameRoom, store, config: { gracePeriodMs: 20_000 } });
    proxy = await app.proxy();
  });
  afterEach(async () => {
    proxy.heal();
    for (const session of sessions.splice(0)) await session.leave();
  });
  after(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as GameRoom;
  const entriesOf = async (event: string) =>
    [...((await store.load(event))?.entries ?? [])].filter(([key]) => key.startsWith("tell/"));

  interface Guest {
    readonly session: EventSession;
    readonly handled: unknown[];
  }
  async function guest(eventId: string, options: Partial<JoinEventOptions> = {}): Promise<Guest> {
    const session = joinEvent({ url: proxy.url, storage: new FakeStorage(), eventId, ...options });
    sessions.push(session);
    const handled: unknown[] = [];
    session.onTold("n", (payload) => handled.push(payload));
    await session.joined();
    return { session, handled };
  }
  const heard = (phone: Phone) =>
    phone.heard.filter(({ type }) => type === "told").map(({ payload }) => payload as unknown as Told);

  describe("by our client", () => {
    it("[M1] [M2] is handled once and in order, here or away, and forgotten when it is; nobody else gets it", async () => {
      const event = newEvent();
      const { session, handled } = await guest(event);
      const other = await Phone.join(app.url, identity(event));
      const { participants } = roomOf(event);
      for (const n of [1, 2, 3]) expect(participants.tell(session.deviceId, "n", n)).to.equal(true);
      await until("all of it", () => handled.length === 3);
      proxy.reset({ refuse: true });
      await until("it is away", () => participants.get(session.deviceId)?.status !== "connected");
      for (const n of upTo(300, 4)) expect(participants.tell(session.deviceId, "n", n)).to.equal(true);
      proxy.heal();
      await until("all of it", () => handled.length >= 300);
      await until("it is forgotten", async () => (await entriesOf(event)).every(([, value]) => value === ""));
      expect(handled).to.deep.equal(upTo(300));
      expect(await entriesOf(event), "the last number").to.have.length(1);
      expect(heard(other)).to.deep.equal([]);
      expect(participants.tell("nobody", "n", 1)).to.equal(false);
    });

    it("[M2] over random cuts while it is told, each once and in order", async () => {
      const event = newEvent();
      const guests = await Promise.all([1, 2, 3, 4].map(() => guest(event)));
      const { participants } = roomOf(event);
      for (let n = 1; n <= 200; n++) {
        for (const { session } of guests) participants.tell(session.deviceId, "n", n);
        if (n % 20 === 0) proxy.reset();
        if (n % 3 === 0) await quiet(Math.random() * 10);
      }
      for (const { handled } of guests) {
        await until(
          () => `all of it; there are ${handled.length}`,
          () => handled.length >= 200,
          30_000,
        );
        expect(handled).to.deep.equal(upTo(200));
      }
    });

    it("[M2] [M9] a page that is loaded again goes on where the one before was, and what that handled does not come again", async () => {
      const [event, storage] = [newEvent(), new FakeStorage()];
      const first = await guest(event, { storage });
      const { participants } = roomOf(event);
      const { deviceId } = first.session;
      for (const n of upTo(5)) participants.tell(deviceId, "n", n);
      await until("all of it", () => first.handled.length === 5);
      proxy.strand("up"); // no acknowledgement comes through any more
      for (const n of upTo(10, 6)) participants.tell(deviceId, "n", n);
      await until("all of it", () => first.handled.length === 10);
      proxy.reset({ refuse: true });
      for (const n of upTo(15, 11)) participants.tell(deviceId, "n", n);
      proxy.heal();
      const second = await guest(event, { storage }); // takes the seat from the first one
      await until("the rest", () => second.handled.length >= 5);
      await until("it is forgotten", async () => (await entriesOf(event)).every(([, value]) => value === ""));
      expect([...first.handled, ...second.handled]).to.deep.equal(upTo(15));
    });

    it("[M10] a page that is loaded again gets nothing twice, however slow it is to say where it is", async () => {
      const [event, storage] = [newEvent(), new FakeStorage()];
      const { session, handled } = await guest(event, { storage });
      const { deviceId } = session;
      const { participants } = roomOf(event);
      participants.tell(deviceId, "n", 1);
      await until("it is handled", () => handled.length === 1);
      await until("it is forgotten", async () => (await entriesOf(event)).every(([, value]) => value === ""));
      proxy.reset({ refuse: true });
      await until("it is away", () => participants.get(deviceId)?.status !== "connected");
      participants.tell(deviceId, "n", 2);
      // A connection of our client's that has not asked what it missed yet: it acknowledges JOIN_ROOM as ours does.
      const token = storage.getItem(`holdfast:token:${encodeURIComponent(event)}:${deviceId}`);
      const me = { event_id: event, device_id: deviceId, session_token: token as string };
      const raw = await RawClient.join(app.url, me, { acknowledges: false });
      const acknowledgement = new Uint8Array(17);
      acknowledgement[0] = 10;
      raw.socket.send(acknowledgement);
      await until("it is back", () => participants.get(deviceId)?.status === "connected");
      participants.tell(deviceId, "n", 3);
      await quiet(100);
      expect(raw.messages.filter(({ type }) => type === "told")).to.deep.equal([]);
      proxy.heal();
      session.reconnectNow();
      await until("all of it", () => handled.length >= 3);
      expect(handled).to.deep.equal([1, 2, 3]);
    });

    it("[M5] another seat of the device has another mailbox, whose first message is not taken for an old one", async () => {
      const [event, storage] = [newEvent(), new FakeStorage()];
      const { session, handled } = await guest(event, { storage });
      const { deviceId } = session;
      const { participants } = roomOf(event);
      for (const n of upTo(3)) participants.tell(deviceId, "n", n);
      await until("all of it", () => handled.length === 3);
      proxy.reset({ refuse: true });
      await until("it is away", () => participants.get(deviceId)?.status !== "connected");
      participants.tell(deviceId, "n", "never");
      participants.expireNow(deviceId);
      await until("nothing is kept of it", async () => (await entriesOf(event)).length === 0);
      expect(participants.tell(deviceId, "n", 4)).to.equal(false);
      proxy.heal();
      session.reconnectNow();
      await until("it has a new seat", () => participants.get(deviceId)?.status === "connected");
      for (const n of upTo(3)) participants.tell(deviceId, "n", `new ${n}`);
      await until("all of it", () => handled.length >= 6);
      expect(handled).to.deep.equal([1, 2, 3, "new 1", "new 2", "new 3"]);
    });
  });

  describe("by a stock client", () => {
    it("[M3] is got at least once, in order, and forgotten when a pong says that it is there", async () => {
      const event = newEvent();
      const me = identity(event);
      const phone = await Phone.join(proxy.url, me);
      const { participants } = roomOf(event);
      participants.tell(me.device_id, "n", 1);
      await until("it is there", () => heard(phone).length === 1);
      await until("it is forgotten", async () => (await entriesOf(event)).every(([, value]) => value === ""));
      phone.drop();
      await until("it is away", () => participants.get(me.device_id)?.status !== "connected");
      for (const n of upTo(200, 2)) participants.tell(me.device_id, "n", n);
      const again = await Phone.join(proxy.url, me);
      await until("all of it", () => heard(again).length >= 199);
      const joinedAt = again.sees(me.device_id)?.joined_at;
      expect(heard(again).map(({ payload }) => payload)).to.deep.equal(upTo(200, 2));
      expect(heard(again)[0]).to.deep.equal({ no: 2, type: "n", payload: 2, joined_at: joinedAt });
      await until("it is forgotten", async () => (await entriesOf(event)).every(([, value]) => value === ""));
    });

    it("[M3] comes again over the next connection until then, whatever else the client has sent", async () => {
      const event = newEvent();
      const me = identity(event);
      const deaf = await RawClient.join(app.url, me, { autoPong: false });
      await until("it is in", () => roomOf(event)?.participants.get(me.device_id) !== undefined);
      const { participants } = roomOf(event);
      participants.tell(me.device_id, "n", 1);
      await until("it is there", () => deaf.messages.some(({ type }) => type === "told"));
      deaf.beat();
      await until("its heartbeat is answered", () =>
        deaf.messages.some(({ type }) => type === "heartbeat_ack"),
      );
      deaf.socket.pong(); // to no ping, or to one from before
      deaf.socket.terminate();
      await until("it is away", () => participants.get(me.device_id)?.status !== "connected");
      const phone = await Phone.join(app.url, me);
      await until("it is there again", () => heard(phone).length === 1);
      await until("it is forgotten", async () => (await entriesOf(event)).every(([, value]) => value === ""));
    });

    it("[M8] has so many of them on their way at most, and goes on when it has received those", async () => {
      const event = newEvent();
      const me = identity(event);
      const deaf = await RawClient.join(app.url, me, { autoPong: false });
      await until("it is in", () => roomOf(event)?.participants.get(me.device_id) !== undefined);
      const pings: Buffer[] = [];
      deaf.socket.on("ping", (payload: Buffer) => payload.length > 0 && pings.push(payload));
      for (const n of upTo(100)) roomOf(event).participants.tell(me.device_id, "n", n);
      await until("a portion", () => pings.length === 1);
      for (const beats of [1, 2]) {
        deaf.beat();
        await until("the answer", () => deaf.count("heartbeat_ack") === beats);
      }
      expect(deaf.count("told")).to.equal(64);
      deaf.socket.pong(pings[0]);
      await until("the rest", () => deaf.count("told") === 100);
      deaf.socket.terminate();
    });

    it("[M3] an earlier version of our client, which acknowledges nothing, is one", async () => {
      const event = newEvent();
      const me = identity(event);
      const phone = await Phone.join(app.url, me);
      phone.room.send("presence_resume", {});
      await until("it is answered", () => phone.heard.some(({ type }) => type === "presence_resumed"));
      roomOf(event).participants.tell(me.device_id, "n", 1);
      await until("it is there", () => heard(phone).length === 1);
      await until("it is forgotten", async () => (await entriesOf(event)).every(([, value]) => value === ""));
    });
  });

  describe("and the store", () => {
    it("[M1] what a hook tells whoever has just taken a seat is there behind the first state, once", async () => {
      const event = newEvent();
      const { handled, session } = await guest(event, { displayName: "greeted" });
      const phone = await Phone.join(app.url, { ...identity(event), display_name: "greeted" });
      await until("both are greeted", () => handled.length === 1 && heard(phone).length === 1);
      roomOf(event).participants.tell(session.deviceId, "n", "again");
      await until("the next is there", () => handled.length > 1);
      expect(handled).to.deep.equal(["hello", "again"]);
    });

    it("[M1] is sent when it is stored, behind the patch of what was stored with it", async () => {
      const event = newEvent();
      const me = identity(event);
      const phone = await Phone.join(app.url, me);
      const room = roomOf(event);
      let open = () => {};
      store.gate = new Promise((resolve) => (open = resolve));
      const seen: unknown[] = [];
      phone.room.onStateChange((state) => seen.push(`round ${state.round}`));
      phone.room.onMessage("told", () => seen.push("told"));
      room.participants.tell(me.device_id, "n", 1);
      await quiet(150);
      expect(seen).to.deep.equal([]);
      room.participants.tell(me.device_id, "n", 2);
      room.state.round = 7;
      open();
      await until("both are there", () => seen.filter((word) => word === "told").length === 2);
      expect(seen.filter((word) => word === "round 7")).to.have.length(1);
      expect(seen.at(-1), "behind the state that was stored with it").to.equal("told");
    });

    it("[M4] a message that a handler has told is in one commit with what the handler changed, and told when it returns", async () => {
      const event = newEvent();
      const [from, to] = [await guest(event), await guest(event)];
      const passed: unknown[] = [];
      to.session.onTold("passed", (n) => passed.push(n));
      store.commits = [];
      const room = roomOf(event);
      const pass = (n: number, fails = false) =>
        from.session.publish("pass", { to: to.session.deviceId, n, fails });
      await pass(1);
      const batches = store.commits as { entries?: { put: unknown[] }; upserts: { own: string }[] }[];
      const told = batches.filter(({ entries }) => JSON.stringify(entries?.put).includes("passed"));
      expect(told).to.have.length(1);
      expect(told[0]?.upserts.map(({ own }) => own)).to.deep.include('{"score":1}');
      await pass(2, true).catch(() => {});
      expect(room.answer, "as it would have been").to.equal(true);
      await pass(3);
      await until("both are handled", () => passed.length >= 2);
      expect(passed).to.deep.equal([1, 3]);
      await from.session.publish("out", to.session.deviceId);
      expect(room.answer, "it is here until the handler returns").to.equal(true);
      await until("it is out", () => to.session.status === "left");
      await until("nothing is kept of it", async () => (await entriesOf(event)).length === 0);
      expect(passed).to.deep.equal([1, 3]);
    });
  });

  it("[M4] what a timer's handler tells is in one commit with what it changed, and not told when it throws", async () => {
    const event = newEvent();
    const { session, handled } = await guest(event);
    const room = roomOf(event);
    store.commits = [];
    room.timers.after("remind", 1, { to: session.deviceId, fails: true });
    room.timers.after("remind", 50, { to: session.deviceId, fails: false });
    await until("it is told", () => handled.length > 0);
    await quiet(50);
    expect(handled).to.deep.equal(["round 1"]);
    const batches = store.commits as { entries?: { put: unknown[] }; facts?: { own: string } }[];
    const told = batches.filter(({ entries }) => JSON.stringify(entries?.put).includes("round 1"));
    expect(told.map(({ facts }) => facts?.own.includes('"round":1'))).to.deep.equal([true]);
  });

  describe("is refused to who tells it", () => {
    it("[M6] a client that acknowledges what it was never told, or anything at all, changes nothing but its own mailbox", async () => {
      const event = newEvent();
      const [me, other] = [identity(event), identity(event)];
      const phone = await Phone.join(app.url, me);
      const raw = await RawClient.join(app.url, other, { autoPong: false });
      const watcher = await Phone.join(app.url, { event_id: event, role: "observer" });
      const { participants } = roomOf(event);
      participants.tell(other.device_id, "n", 1);
      await until("it is there", () => raw.count("told") === 1);
      const odd = [undefined, null, 7, "x", [], {}, { through: -1 }, { through: 0.5 }, { through: "1" }];
      for (const by of [phone, watcher])
        for (const ack of [...odd, { through: Number.MAX_SAFE_INTEGER }]) by.room.send("told_ack", ack);
      const position = { joined_at: Number.MAX_VALUE, through: Number.MAX_SAFE_INTEGER };
      phone.room.send("presence_resume", { told: position });
      await until("it is answered", () => phone.heard.some(({ type }) => type === "presence_resumed"));
      participants.tell(me.device_id, "n", 1);
      await until("it is there", () => heard(phone).length === 1);
      const kept = await entriesOf(event);
      expect(kept.map(([key, value]) => [key, value !== ""])).to.have.deep.members([
        [`tell/1/${me.device_id}`, true],
        [`tell/1/${other.device_id}`, true],
      ]);
      expect([phone.closedWith, watcher.closedWith]).to.deep.equal([undefined, undefined]);
      raw.socket.terminate();
    });

    it("[M6] what is not JSON, too long, or too much; nothing of it is kept, and room for more comes with receipts", async () => {
      const event = newEvent();
      const me = identity(event);
      const phone = await Phone.join(app.url, me);
      const { participants } = roomOf(event);
      const tell = (type: string, payload?: unknown) => () =>
        participants.tell(me.device_id, type, payload as never);
      const cycle: Record<string, unknown> = {};
      cycle.itself = cycle;
      for (const payload of [() => 1, cycle, { at: new Date() }, { of: undefined }, Number.NaN, 1n])
        expect(tell("n", payload)).to.throw(TypeError, 'tell("n"): its payload is not JSON');
      for (const type of ["", "x".repeat(129), 7 as never])
        expect(tell(type)).to.throw(RangeError, "1 to 128");
      expect(tell("n", "x".repeat(17_000))).to.throw(RangeError, "16384 bytes");
      phone.drop();
      await until("it is away", () => participants.get(me.device_id)?.status !== "connected");
      for (const n of upTo(1000)) tell("n", n)();
      expect(tell("n", 1001)).to.throw(MailboxFullError, "1000 messages or 262144 bytes");
      const again = await Phone.join(app.url, me);
      await until("all of it", () => heard(again).length >= 1000);
      expect(heard(again).map(({ payload }) => payload)).to.deep.equal(upTo(1000));
      await until("there is room", () => participants.tell(me.device_id, "n", 1002));
      again.drop();
      await until("it is away", () => participants.get(me.device_id)?.status !== "connected");
      for (let n = 0; n < 16; n++) tell("n", "x".repeat(16_000))();
      expect(tell("n", "x".repeat(16_000))).to.throw(MailboxFullError, "262144 bytes");
    });
  });
});

/** A store that is out of reach, and from which another process could take over. */
class AwayStore extends MemoryStore {
  override readonly onFailure = "suspend" as unknown as "serve";
  isAway = false;

  override commit(...args: Parameters<MemoryStore["commit"]>): Promise<void> {
    return this.isAway ? Promise.reject(new Error("the store is away")) : super.commit(...args);
  }
}

describe("what a participant is told, while the store is out of reach", function () {
  this.timeout(60_000);

  it("[M13] waits, also what was stored before, and goes out once and in order when that is over", async () => {
    const [event, store] = [newEvent(), new AwayStore()];
    const app = await startApp({ room: GameRoom, store, config: { gracePeriodMs: 20_000 } });
    const [here, behind] = [identity(event), identity(event)];
    const phone = await Phone.join(app.url, here);
    const deaf = await RawClient.join(app.url, behind, { autoPong: false });
    const room = app.room(event) as unknown as GameRoom;
    await until("both are in", () => room.participants.counts.connected === 2);
    const pings: Buffer[] = [];
    deaf.socket.on("ping", (payload: Buffer) => payload.length > 0 && pings.push(payload));
    for (const n of upTo(70)) room.participants.tell(behind.device_id, "n", n);
    await until("a portion", () => pings.length === 1);
    store.isAway = true;
    room.participants.tell(here.device_id, "n", 1);
    await until("it is noticed", async () => (await fetch(`${app.url}/readyz`)).status === 503);
    deaf.socket.pong(pings[0]);
    deaf.beat();
    await until("its pong and heartbeat are read", () => deaf.count("heartbeat_ack") === 1);
    room.participants.tell(here.device_id, "n", 2);
    await quiet(150);
    expect(deaf.count("told"), "stored before").to.equal(64);
    expect(phone.heard.filter(({ type }) => type === "told")).to.deep.equal([]);
    store.isAway = false;
    await until("the rest", () => deaf.count("told") === 70);
    const told = () =>
      phone.heard.filter(({ type }) => type === "told").map(({ payload }) => payload.payload);
    await until("both", () => told().length === 2);
    expect(told()).to.deep.equal([1, 2]);
    deaf.socket.terminate();
    await app.close();
  });
});

describe("what a participant is told, when the server restarts", function () {
  this.timeout(60_000);

  it("[M7] over a restart of the server: what waited, and what it is told then; no number comes again", async () => {
    const [event, port, kept] = [newEvent(), await freePort(), new MemoryStore()];
    const start = () => startApp({ room: GameRoom, store: kept, config: { port, gracePeriodMs: 20_000 } });
    let server = await start();
    const me = identity(event);
    const session = joinEvent({
      url: server.url,
      eventId: event,
      deviceId: me.device_id,
      sessionToken: me.session_token,
      storage: new FakeStorage(),
    });
    const seen: { readonly n: unknown; readonly id: string }[] = [];
    session.onTold("n", (n, { id }) => seen.push({ n, id }));
    await session.joined();
    const tell = (n: number) =>
      (server.room(event) as unknown as GameRoom).participants.tell(me.device_id, "n", n);
    tell(1);
    await until("it is handled", () => seen.length === 1);
    const room = server.room(event) as unknown as GameRoom;
    room.clients[0]?.leave(4010);
    await until("it is away", () => room.participants.get(me.device_id)?.status !== "connected");
    for (const n of [2, 3]) tell(n);
    await server.close();
    server = await start();
    await until("the event is back", () => server.room(event) !== undefined);
    tell(4);
    await until("all of it", () => seen.length >= 4);
    tell(5);
    await until("all of it", () => seen.length >= 5);
    expect(seen.map(({ n }) => n)).to.deep.equal(upTo(5));
    const numbers = seen.map(({ id }) => Number(id.split(":")[1]));
    expect(numbers).to.deep.equal(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).to.equal(5);
    await session.leave();
    await server.close();
  });
});
