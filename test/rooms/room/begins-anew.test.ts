// A room author asks everyone back with `disconnect(4010)`: the event goes on in another room.
import { expect } from "chai";
import { WebSocket } from "ws";
import { type EventBatch, EventRoom, MemoryStore } from "../../../src/holdfast.ts";
import { askToJoin, refusedBy } from "../../../harness/clients/http.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
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
  let app: TestApp;
  const store = new MemoryStore();
  beforeEach(async () => {
    app = await startApp({ room: Ending, store, config: { gracePeriodMs: 3000 } });
  });
  afterEach(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as Ending;

  for (const code of [4010, 4001])
    it(`[K16] disconnect(${code}): the same seats in another room, under a later epoch, with what was never stored`, async () => {
      const event = newEvent();
      const [me, other] = [identity(event), identity(event)];
      const witness = await Phone.join(app.url, { event_id: event, role: "observer" });
      const phone = await Phone.join(app.url, me);
      const away = await Phone.join(app.url, other);
      away.drop();
      await witness.hears("participant_temporarily_disconnected", other.device_id);
      const joinedAt = phone.sees(me.device_id)?.joined_at;
      const epochs = () => witness.heard.flatMap(({ payload }) => (payload.epoch as number) ?? []);
      const before = Math.max(...epochs());
      witness.forget();
      const first = roomOf(event);
      first.say("a last word");
      await first.disconnect(code);
      if (code === 4010) await until("it came back by itself", () => phone.reconnections === 1);
      const back = code === 4010 ? phone : await Phone.join(app.url, me);
      await until("its seat", () => back.sees(me.device_id)?.status === "connected");
      expect(back.sees(me.device_id)?.joined_at).to.equal(joinedAt);
      expect(roomOf(event)).to.not.equal(first);
      expect(roomOf(event).saved).to.equal("a last word, again");
      const observer = await Phone.join(app.url, { event_id: event, role: "observer" });
      const left = await observer.hears("participant_left", other.device_id);
      expect(left.payload.epoch).to.be.greaterThan(before);
    });

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
    expect([...entries.keys()]).to.deep.equal([`timer/${timer}`]);
  });

  it("[K16] nobody asks for it: its countdowns end all the same", async () => {
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    phone.room.reconnection.enabled = false;
    await roomOf(event).disconnect(4010);
    const room = await until("another room", () => app.room(event));
    await until("nobody has a seat", () => room.participants.list().length === 0, 5000);
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

  it("[K16] disconnect() alone ends the event", async () => {
    const event = newEvent();
    await Phone.join(app.url, identity(event));
    await roomOf(event).disconnect();
    expect(app.room(event)).to.equal(undefined);
    expect((await matchmake(app.url, identity(event))).status).to.equal(200);
    const observer = await Phone.join(app.url, { event_id: event, role: "observer" });
    expect(observer.participants()?.size).to.equal(0);
  });
});
