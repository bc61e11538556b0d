// What a room tells one participant, and clients that answer nothing, late, or anything. Real sockets, without the SDK; and a
// store that is out of reach.
import "../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import type { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { quiet, until } from "../../../harness/wait.ts";
import { joinEvent } from "../../../src/client/index.ts";
import { EventRoom, MemoryStore } from "../../../src/holdfast.ts";
import type { Told } from "../../../src/protocol/session.ts";

const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index);

describe("what a participant is told, over real sockets", function () {
  this.timeout(60_000);
  let app: TestApp;
  let proxy: FaultProxy;
  const store = new MemoryStore();
  before(async () => {
    app = await startApp({ store, config: { gracePeriodMs: 20_000 } });
    proxy = await app.proxy();
  });
  afterEach(() => proxy.heal());
  after(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as EventRoom;
  const entriesOf = async (event: string) =>
    [...((await store.load(event))?.entries ?? [])].filter(([key]) => key.startsWith("tell/"));
  const heard = (phone: Phone) =>
    phone.heard.filter(({ type }) => type === "told").map(({ payload }) => payload as unknown as Told);

  it("[M10] a page that is loaded again gets nothing twice, however slow it is to say where it is", async () => {
    const [event, storage] = [newEvent(), new FakeStorage()];
    const session = joinEvent({ url: proxy.url, eventId: event, storage });
    const handled: unknown[] = [];
    session.onTold("n", (payload) => handled.push(payload));
    await session.joined();
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
    await session.leave();
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
    const app = await startApp({ room: EventRoom, store, config: { gracePeriodMs: 20_000 } });
    const [here, behind] = [identity(event), identity(event)];
    const phone = await Phone.join(app.url, here);
    const deaf = await RawClient.join(app.url, behind, { autoPong: false });
    const room = app.room(event) as unknown as EventRoom;
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
