// Our client against the real server, over real sockets and a network that fails: paths back, ends, replay, silence.
import "../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import { matchMaker } from "@colyseus/core";
import { joinEvent } from "../../../src/client/index.ts";
import type {
  EventSession,
  JoinEventOptions,
  Returned,
  SessionEvents,
} from "../../../src/client/types/index.ts";
import type { EventRoom } from "../../../src/rooms/EventRoom.ts";
import { roomIdOf } from "../../../src/protocol/event-key.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import type { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { onSteadyMachine } from "../../../harness/steady.ts";
import { now, quiet, until } from "../../../harness/wait.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";

const presence = [
  "participant_joined",
  "participant_temporarily_disconnected",
  "participant_reconnected",
  "participant_left",
] as const;

// [C17] a promise that nobody handles fails each of these tests (harness/setup.ts).
describe("our client over real sockets", function () {
  this.timeout(60_000);
  let app: TestApp;
  let proxy: FaultProxy;
  let noise: string[];
  const sessions: EventSession[] = [];
  const writers = { error: console.error, warn: console.warn };

  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 4000, heartbeatIntervalMs: 500 } });
  });
  beforeEach(async () => {
    proxy = await app.proxy();
    noise = [];
    for (const level of ["error", "warn"] as const)
      console[level] = (...parts: unknown[]) => void noise.push(parts.map(String).join(" "));
  });
  afterEach(async function () {
    Object.assign(console, writers);
    for (const session of sessions.splice(0)) await session.leave();
    await proxy.close();
    expect(noise, `[C17] ${this.currentTest?.title}: an outage is nothing for the console`).to.deep.equal([]);
  });
  after(() => app.close());

  interface Guest {
    readonly session: EventSession;
    readonly returns: Returned[];
    readonly received: string[];
    readonly outages: SessionEvents["outage"][];
  }

  function guest(options: Partial<JoinEventOptions> & { eventId: string }): Guest {
    const session = joinEvent({ url: proxy.url, storage: new FakeStorage(), ...options });
    sessions.push(session);
    const returns: Returned[] = [];
    const received: string[] = [];
    const outages: SessionEvents["outage"][] = [];
    session.on("returned", (returned) => returns.push(returned));
    session.on("outage", (outage) => outages.push(outage));
    for (const type of presence)
      session.on(type, ({ device_id, seq }) => received.push(`${seq} ${type} ${device_id}`));
    return { session, returns, received, outages };
  }

  async function arrived(options: Partial<JoinEventOptions> & { eventId: string }): Promise<Guest> {
    const joined = guest(options);
    await joined.session.joined();
    return joined;
  }

  const back = ({ returns }: Guest, count = 1, withinMs = 10_000) =>
    until(`return no. ${count}`, () => returns[count - 1], withinMs);
  const roomOf = (eventId: string) => matchMaker.getLocalRoomById(roomIdOf(eventId)) as unknown as EventRoom;

  it("[C1] joins with a made-up identity, sees itself, and leaves for good", async () => {
    const eventId = newEvent();
    const watcher = await Phone.join(app.url, { ...identity(eventId), role: "observer" });
    const { session } = await arrived({ eventId, displayName: "Ann" });
    expect(session.roster.get(session.deviceId)).to.include({
      displayName: "Ann",
      isMe: true,
      status: "connected",
    });
    expect(session.gracePeriodMs).to.equal(4000);
    expect(session.serverNow()).to.be.closeTo(now(), 1000); // how close: server-clock.test.ts
    await session.leave();
    await watcher.hears("participant_left", session.deviceId);
    expect(watcher.story(session.deviceId)).to.deep.equal([
      "participant_joined",
      "participant_left{consented}",
    ]);
    expect(session.state).to.include({ status: "left", endReason: "consented" });
    await watcher.room.leave();
  });

  it("[C16] a lone client that is cut tries again within 250 ms, and is back by the socket path", async () => {
    const cutTwice = async () => {
      const network = await app.proxy();
      const ann = await arrived({ url: network.url, eventId: newEvent() });
      for (const turn of [1, 2]) {
        await quiet(2100); // a connection that lived
        const cutAt = now();
        const tried = new Promise<number>((resolve) => {
          const stop = ann.session.on("status", ({ outage }) => {
            if (outage?.attempts !== 1) return;
            stop();
            resolve(now() - cutAt);
          });
        });
        network.reset();
        expect(await tried).to.be.below(250);
        expect(await back(ann, turn)).to.deep.include({ path: "socket", resumed: true, isNewSeat: false });
      }
    };
    const once = () => onSteadyMachine(cutTwice, 50);
    await Promise.all([once(), once(), once()]); // each alone in its event and on its network
  });

  it("[C3] comes back by its token over HTTP when the socket path died, and by a join when the grace is over", async () => {
    const ann = await arrived({ eventId: newEvent() });
    proxy.reset({ refuse: true });
    await until("the socket path is refused", () => proxy.refused > 0); // after a third failure it may wait past the grace
    proxy.heal();
    expect(await back(ann)).to.deep.include({ path: "token", resumed: true, isNewSeat: false });
    proxy.reset({ refuse: true });
    await quiet(6000);
    proxy.heal();
    expect(await back(ann, 2)).to.deep.include({ path: "join", isNewSeat: true });
    expect(ann.outages.length).to.equal(2);
  });

  it("[C3] a token that is revoked is followed by a join in the same breath", async () => {
    const eventId = newEvent();
    const storage = new FakeStorage();
    const ann = await arrived({ eventId, storage, deviceId: "ann" });
    proxy.reset({ refuse: true });
    // Somebody with her identity joins and drops: the seat is another session's now.
    const other = await Phone.join(app.url, {
      event_id: eventId,
      device_id: "ann",
      session_token: [...storage.items].find(([key]) => key.startsWith("holdfast:token"))?.[1] ?? "",
    });
    other.drop();
    proxy.heal();
    expect(await back(ann)).to.deep.include({ path: "join", isNewSeat: false });
  });

  it("[C8] a reload, and an app that was killed, come back to the same seat", async () => {
    const eventId = newEvent();
    const storage = new FakeStorage();
    const watcher = await Phone.join(app.url, { ...identity(eventId), role: "observer" });
    const page = await arrived({ eventId, storage });
    const since = page.session.roster.get(page.session.deviceId)?.joinedAt;
    proxy.abandon(); // the page is gone without a word, its half-open socket stays, and it never comes back
    const reloaded = await arrived({ eventId, storage, url: app.url });
    expect(reloaded.session.deviceId).to.equal(page.session.deviceId);
    expect(reloaded.session.roster.get(page.session.deviceId)?.joinedAt).to.equal(since);
    await until("the older one says so", () => page.session.status !== "connected");
    await quiet(4500);
    expect(watcher.story(page.session.deviceId)).not.to.include("participant_left{grace_expired}");
    await watcher.room.leave();
    proxy.heal(); // it could say goodbye
  });

  it("[C9] the same identity elsewhere takes the seat; the older session ends as replaced and does not fight", async () => {
    const eventId = newEvent();
    const storage = new FakeStorage();
    const ann = await arrived({ eventId, storage, deviceId: "ann" });
    const elsewhere = new FakeStorage();
    for (const [key, value] of storage.items) elsewhere.items.set(key, value);
    const other = await arrived({ eventId, storage: elsewhere, deviceId: "ann" });
    await until("replaced", () => ann.session.state.endReason === "replaced");
    await quiet(1000);
    expect(other.session.status).to.equal("connected");
    ann.session.reconnectNow();
    await until("taken back", () => ann.session.status === "connected");
    await until("the other says so", () => other.session.state.endReason === "replaced");
  });

  it("[C4] a kick and the event's end are final, learned here or on the way back", async () => {
    const eventId = newEvent();
    const [ann, ben, cid] = [
      await arrived({ eventId }),
      await arrived({ eventId }),
      await arrived({ eventId }),
    ];
    roomOf(eventId).participants.kick(ann.session.deviceId);
    await until("kicked", () => ann.session.state.endReason === "kicked");
    proxy.reset({ refuse: true });
    roomOf(eventId).participants.kick(ben.session.deviceId);
    await quiet(300);
    proxy.heal();
    await until("announced on the way back", () => ben.session.state.endReason !== undefined);
    expect(ben.session.state).to.include({ status: "left", endReason: "kicked", code: 403 });
    await back(cid);
    const attempts = app.lines.length;
    await roomOf(eventId).closeEvent();
    await until("closed", () => cid.session.state.endReason === "event_closed");
    await quiet(1500);
    const triesOf = ({ session: { deviceId } }: Guest) =>
      app.lines
        .slice(attempts)
        .filter(({ device_id, refused }) => device_id === deviceId && refused !== undefined);
    expect(triesOf(cid), "it does not come back to ask").to.deep.equal([]);
    const late = guest({ eventId });
    await until("refused", () => late.session.state.code === 410);
    expect(triesOf(late), "who does would be seen").to.have.length(1);
    expect(late.session.status).to.equal("failed");
  });

  it("[C4] an event that is closed while one is away is closed, not refused", async () => {
    const eventId = newEvent();
    const ann = await arrived({ eventId });
    proxy.reset({ refuse: true });
    await until("away", () => ann.session.status === "reconnecting");
    await roomOf(eventId).closeEvent();
    proxy.heal();
    await until("over", () => ann.session.state.endReason !== undefined);
    expect(ann.session.state).to.include({ status: "left", endReason: "event_closed", code: 410 });
  });

  it("[C4] a wrong proof is refused with the server's sentence, and not tried again", async () => {
    const eventId = newEvent();
    await arrived({ eventId, deviceId: "ann", sessionToken: "hers" });
    const thief = guest({ eventId, deviceId: "ann", sessionToken: "not hers" });
    await until("refused", () => thief.session.status === "failed");
    expect(thief.session.state).to.include({ endReason: "refused", code: 401 });
    expect(thief.session.state.sentence).to.be.a("string").and.not.equal("");
    const error = await thief.session.joined().catch((caught: unknown) => caught);
    expect(error).to.include({ reason: "refused", code: 401 });
  });

  it("[C10] what was missed is announced, each once and in order, as one who never dropped has received it", async () => {
    const eventId = newEvent();
    const witness = await arrived({ eventId, url: app.url });
    const ann = await arrived({ eventId });
    await quiet(200);
    for (const guestOf of [witness, ann]) guestOf.received.length = 0;
    for (let turn = 1; turn <= 3; turn++) {
      const ben = await arrived({ eventId, url: app.url });
      proxy.reset({ refuse: true });
      const cid = await arrived({ eventId, url: app.url });
      await ben.session.leave();
      await cid.session.leave();
      proxy.heal();
      const last = await arrived({ eventId, url: app.url });
      expect((await back(ann, turn)).resumed).to.equal(true);
      await last.session.leave();
    }
    await until("the same story", () => ann.received.length === witness.received.length);
    expect(ann.received).to.deep.equal(witness.received);
    expect(ann.received.length).to.be.at.least(24);
  });

  it("[C6] a hole in one direction only is noticed, too, and left behind", async () => {
    for (const direction of ["up", "down"] as const) {
      const ann = await arrived({ eventId: newEvent(), silenceTimeoutMs: 1500, attemptTimeoutMs: 1000 });
      proxy.strand(direction);
      await until("noticed", () => ann.outages.length === 1, 2500);
      proxy.heal();
      await back(ann, 1, 2000);
      await ann.session.leave();
    }
  });

  it("[C1] requests are answered, and rejected when the connection is lost, though the socket says nothing", async () => {
    const { session } = await arrived({ eventId: newEvent(), silenceTimeoutMs: 1000 });
    const asked = session.request("host_action", { action: "close_event" }).then(
      (answer) => answer,
      (error: Error) => error.message,
    );
    expect(await asked).to.have.property("done", false);
    proxy.strand();
    const lost = await session.request("host_action", {}).catch((error: Error) => error.message);
    expect(lost).to.match(/lost/);
    proxy.heal();
    await until("back", () => session.status === "connected");
  });

  it("[C5] a server that is not there: unreachable in time, and nothing on the console", async () => {
    proxy.reset({ refuse: true });
    const { session } = guest({ eventId: newEvent(), giveUpAfterMs: 1500 });
    const error = await session.joined().catch((caught: unknown) => caught);
    expect(error).to.include({ reason: "unreachable" });
    expect(session.status).to.equal("failed");
  });

  it("[C17] connections cut at every moment of a join leave nothing on the console and no promise behind", async () => {
    const ann = await arrived({ eventId: newEvent(), attemptTimeoutMs: 1000 });
    for (let turn = 0; turn < 25; turn++) {
      proxy.reset();
      await quiet(turn * 3);
    }
    await until("back", () => ann.session.status === "connected", 20_000);
    expect(ann.outages.length).to.be.greaterThan(0);
    expect(ann.outages.length - ann.returns.length).to.be.within(0, 1);
  });
});
