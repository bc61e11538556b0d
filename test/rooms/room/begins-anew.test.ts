// A room author asks everyone back with `disconnect(4010)`: the event goes on in another room.
import { expect } from "chai";
import { WebSocket } from "ws";
import { type EventBatch, EventRoom, MemoryStore } from "../../../src/holdfast.ts";
import { askToJoin, refusedBy } from "../../../harness/clients/http.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import type { HistoryPosition } from "../../../src/protocol/messages.ts";
import { type TestEvent, testEvent } from "../../../src/testing/index.ts";
import { until } from "../../../harness/wait.ts";

/** Stores nothing while it is held. */
class HeldStore extends MemoryStore {
  #gate = Promise.withResolvers<void>();
  #isHeld = false;
  hold(): void {
    this.#isHeld = true;
  }
  release(): void {
    this.#gate.resolve();
  }
  override async commit(batch: readonly EventBatch[]): Promise<void> {
    if (this.#isHeld) await this.#gate.promise;
    return super.commit(batch);
  }
}

class Ending extends EventRoom {
  saved: unknown = "nothing";
  override onEventOpened(): void {
    this.onTimer("later", () => {});
  }
  override onSave(): unknown {
    return this.saved;
  }
  override onRestore(saved: unknown): void {
    this.saved = `${String(saved)}, again`;
  }
  say(word: unknown): void {
    this.saved = word;
  }
}

describe("an event that begins anew", () => {
  const config = { gracePeriodMs: 3000 };
  let event: TestEvent<Ending>;
  beforeEach(async () => {
    event = await testEvent(Ending, { config });
  });
  afterEach(() => event.close());

  for (const code of [4010, 4001])
    it(`[K16] disconnect(${code}): the same seats in another room, under a later epoch, with what was never stored`, async () => {
      const witness = await event.observe({ client: "stock" });
      const ann = await event.join("ann", { client: "stock" });
      const bob = await event.join("bob");
      await bob.drop();
      expect(witness.saw("participant_temporarily_disconnected")).to.have.length(1);
      const joinedAt = ann.roster.ann?.joined_at;
      const before = Math.max(
        ...witness.received.map(({ payload }) => (payload as HistoryPosition).epoch ?? 0),
      );
      const first = event.room;
      first.say("a last word");
      await event.advance(1000);
      await first.disconnect(code);
      await event.settle();
      expect([ann.status, ann.closedWith]).to.deep.equal(["away", code]);
      if (code === 4010) await ann.return();
      else await ann.reload();
      expect(ann.saw().at(-1)).to.deep.equal({ type: "participant_reconnected", device_id: "ann" });
      expect(ann.roster.ann).to.include({ status: "connected", joined_at: joinedAt });
      expect(event.room).to.not.equal(first);
      expect(event.room.saved).to.equal("a last word, again");
      const observer = await event.observe({ client: "stock" });
      await event.advance(config.gracePeriodMs);
      const [left] = observer.received;
      expect(left?.type).to.equal("participant_left");
      expect(left?.payload).to.include({ device_id: "bob" });
      expect((left?.payload as HistoryPosition | undefined)?.epoch).to.be.greaterThan(before);
    });

  it("[K16] nobody asks for it: its countdowns end all the same", async () => {
    await event.join("ann");
    const first = event.room;
    await first.disconnect(4010);
    await event.settle();
    expect(event.room).to.not.equal(first);
    expect(event.room.participants.list()).to.have.length(1);
    await event.advance(config.gracePeriodMs);
    expect(event.room.participants.list()).to.deep.equal([]);
  });

  it("[K14] who leaves while the room is being stored to go, and is closed with 4000, has left", async () => {
    const ann = await event.join("ann");
    await event.join("bob");
    const first = event.room;
    await event.holdStore();
    const gone = first.disconnect(4010);
    await event.settle();
    const left = ann.leave();
    await event.settle();
    expect(ann.closedWith, "nothing is promised before it is stored").to.equal(undefined);
    await event.releaseStore();
    await Promise.all([gone, left]);
    await event.settle();
    expect(ann.closedWith).to.equal(4000);
    expect(event.room).to.not.equal(first);
    expect(event.room.participants.list().map(({ deviceId }) => deviceId)).to.deep.equal(["bob"]);
  });

  it("[K16] disconnect() alone ends the event", async () => {
    await event.join("ann");
    await event.room.disconnect();
    await event.settle();
    expect(() => event.room).to.throw("has no room");
    const observer = await event.observe();
    expect(observer.roster).to.deep.equal({});
    const ann = await event.join("ann");
    expect(observer.saw()).to.deep.equal([{ type: "participant_joined", device_id: "ann" }]);
    expect(ann.saw()).to.deep.equal([]);
  });
});

/** Real sockets: the stock SDK's return by itself, returns over HTTP, and what is stored. */
describe("an event that begins anew, for clients and in the store", () => {
  let app: TestApp;
  const store = new MemoryStore();
  beforeEach(async () => {
    app = await startApp({ room: Ending, store, config: { gracePeriodMs: 3000 } });
  });
  afterEach(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as Ending;

  it("[K16] what its author's code still asks of the room that has gone changes nothing of the event", async () => {
    const event = newEvent();
    const [me, other] = [identity(event), identity(event)];
    const phone = await Phone.join(app.url, me);
    const neighbour = await Phone.join(app.url, other);
    const gone = roomOf(event);
    const timer = gone.timers.after("later", 1_000_000);
    await gone.disconnect(4010);
    await until("both are back", () => phone.reconnections + neighbour.reconnections === 2);
    const stored = async () => (await store.load(event)) ?? expect.fail("it is stored");
    const { epoch } = (await stored()).facts;
    gone.say("of the past");
    gone.save();
    gone.participants.kick(other.device_id);
    gone.timers.cancel(timer);
    expect(gone.participants.tell(me.device_id, "n", 1)).to.equal(false);
    const room = roomOf(event);
    room.say("of now"); // a commit that comes after whatever the other room has asked for
    room.save();
    await until("stored", async () => (await stored()).facts.own?.includes("of now"));
    const { facts, seats, entries } = await stored();
    expect(facts).to.deep.include({ epoch, kicked: [] });
    expect(seats.length).to.equal(2);
    expect([...entries.keys()].filter((key) => !key.startsWith("event/"))).to.deep.equal([`timer/${timer}`]);
  });

  it("[K16] a return over HTTP that comes while the room goes waits for the next one", async () => {
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    const token = phone.room.reconnectionToken;
    phone.room.reconnection.enabled = false;
    void roomOf(event).disconnect(4010);
    const back = await until("a return by its token", () =>
      Phone.reconnect(app.url, token).catch((error: unknown) => {
        expect(error, "not refused for good").to.have.property("code", 503);
        return undefined;
      }),
    );
    expect(back.participants()?.size).to.equal(1);
  });

  it("[K16] while the room is being stored to go, a return by its token is 503, over HTTP and at the socket", async () => {
    await app.close();
    const store = new HeldStore();
    app = await startApp({ room: Ending, store, config: { gracePeriodMs: 3000 } });
    const event = newEvent();
    const raw = await RawClient.join(app.url, identity(event));
    const { roomId, sessionId } = raw.reservation;
    const { token } = raw;
    store.hold();
    const gone = roomOf(event).disconnect(4010);
    const asked = await askToJoin(
      app.url,
      { reconnectionToken: token },
      {},
      `/matchmake/reconnect/${roomId}`,
    );
    expect(refusedBy(asked)).to.include({ code: 503 });
    const socket = new WebSocket(
      `${app.url.replace("http", "ws")}/p/${roomId}?sessionId=${sessionId}&reconnectionToken=${token}`,
    );
    const status = await new Promise((resolve) => {
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode));
      socket.on("open", () => resolve("open"));
      socket.on("error", () => {});
    });
    expect(status).to.equal(503);
    store.release();
    await gone;
    const back = raw.reconnect(app.url);
    await until("back", () => back.count("participant_reconnected") === 1, 20_000);
  });
});
