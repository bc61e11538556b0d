// What a host has said of an event: kept with it, and held at its door.
import { expect } from "chai";
import { askToJoin, refusedBy } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";
import { EventRoom, MemoryStore, Refusal } from "../../../src/holdfast.ts";
import type { RefusalBody } from "../../../src/protocol/refusal.ts";
import type { EventChange, HostEventDetails } from "../../../src/protocol/event-details.ts";
import { servedEvent } from "../../../src/rooms/AuthorRoom.ts";
import { noFacts } from "../../../src/store/seat-store.ts";
import { batch as emptyBatch, seat as storedSeat } from "../../../harness/contracts/store-contract.ts";

class SmallRoom extends EventRoom {
  override maxClients = 3;
}

describe("what a host has said of an event", () => {
  const store = new MemoryStore();
  let app: TestApp;
  let eventId: string;
  const start = async () => {
    app = await startApp({
      store,
      room: SmallRoom,
      config: { maxParticipants: 50, quietTimeMs: 200, gracePeriodMs: 60_000 },
    });
  };
  before(start);
  beforeEach(() => {
    eventId = newEvent();
  });
  after(() => app.close());

  const eventOf = (id = eventId) => {
    const event = app.room(id)?.[servedEvent];
    if (event === undefined) throw new Error("there is no such event");
    return event;
  };
  const change = async (said: EventChange) => {
    const event = eventOf();
    event.details.change(said);
    expect(await event.batch.stored(3000)).to.equal(true);
  };
  const known = (id?: string): HostEventDetails => eventOf(id).details.shownToHosts();
  const join = async (name?: string) => {
    const who = { ...identity(eventId), ...(name === undefined ? {} : { display_name: name }) };
    return { who, deviceId: who.device_id, phone: await Phone.join(app.url, who) };
  };
  const refusal = async (name?: string) => {
    const who = identity(eventId);
    const answer = await askToJoin(app.url, name === undefined ? who : { ...who, display_name: name });
    refusedBy(answer);
    return `${answer.status} ${(JSON.parse(answer.text) as RefusalBody).reason}`;
  };

  it("[W60] of which nobody has said anything has no title, and the server's settings", async () => {
    const before = Date.now();
    await join();
    const { created_at, ...rest } = known();
    expect(created_at).to.be.within(before - 1000, Date.now() + 1000);
    expect(rest).to.deep.equal({
      event_id: eventId,
      type: "event",
      title: "",
      capacity: 3,
      grace_period_ms: 60_000,
      who_may_join: "anyone",
      is_locked: false,
      expected_names: [],
      removed: [],
      removed_total: 0,
    });
  });

  it("[W60] is kept over a restart, with who was removed, and what was opened when", async () => {
    await join("Ann");
    const bob = await join("Bob");
    await change({ title: "Friday quiz", capacity: 2, grace_period_ms: 5000, is_locked: true });
    await change({ who_may_join: "listed", expected_names: ["Ann", "Bob"] });
    eventOf().participants.kick(bob.deviceId);
    await until("it is stored", () => known().removed.length === 1);
    const before = known();
    expect(before).to.include({ title: "Friday quiz", capacity: 2, grace_period_ms: 5000, is_locked: true });
    expect(before.removed[0]).to.include({ device_id: bob.deviceId, display_name: "Bob" });
    await app.close();
    await start();
    expect(known()).to.deep.equal(before);
    expect(app.room(eventId)?.state.grace_period_ms).to.equal(5000);
    expect(await refusal("Ann")).to.equal("409 locked");
    eventOf().participants.unkick(bob.deviceId);
    await until("it is stored", () => known().removed.length === 0);
    await app.close();
    await start();
    expect(known().removed).to.deep.equal([]);
  });

  it("[W60] of an event of an earlier version is what that could say", async () => {
    const facts = { ...noFacts, kicked: ["mallory"] };
    const old = newEvent();
    await app.close();
    await store.commit([emptyBatch(old, { facts, upserts: [storedSeat("ann")] })]);
    await start();
    const { removed, created_at, title } = known(old);
    expect({ removed, created_at, title }).to.deep.equal({
      removed: [{ device_id: "mallory", display_name: "", at: 0 }],
      created_at: 1000,
      title: "",
    });
    await app.close();
    await start();
    expect(known(old).created_at, "and stays that").to.equal(1000);
  });

  it("[W108] says how many were removed, and shows the latest 1,000 of them; who is not shown is readmitted as any other", async () => {
    const kicked = Array.from({ length: 1200 }, (_, index) => `d${index}`);
    const old = newEvent();
    await app.close();
    await store.commit([emptyBatch(old, { facts: { ...noFacts, kicked }, upserts: [storedSeat("ann")] })]);
    await start();
    const { removed, removed_total } = known(old);
    expect([removed.length, removed_total]).to.deep.equal([1000, 1200]);
    const shown = new Set(removed.map(({ device_id }) => device_id));
    const hidden = kicked.find((device) => !shown.has(device)) as string;
    expect(eventOf(old).participants.unkick(hidden)).to.equal(true);
    await until("it is stored", () => known(old).removed_total === 1199);
    expect(known(old).removed).to.have.length(1000);
  });

  it("[W61] decides who gets a new seat: lock, list, capacity; a return is refused for none of them", async () => {
    const ann = await join("Ann");
    await change({ is_locked: true, capacity: 1, who_may_join: "listed", expected_names: ["Zoë Quinn"] });
    expect(await refusal("Zoe")).to.equal("409 locked");
    await change({ is_locked: false });
    expect(await refusal("Zoe")).to.equal("403 not_listed");
    expect(await refusal()).to.equal("403 not_listed");
    expect(await refusal(" zoe QUINN ")).to.equal("409 full");
    await change({ capacity: 2 });
    await join("ZOE quinn");
    await change({ capacity: 1, is_locked: true });
    await Phone.join(app.url, ann.who);
    await change({ capacity: 50, is_locked: false, who_may_join: "anyone" });
    expect(known().capacity, "its author has a limit, too").to.equal(3);
    await join("Third");
    expect(await refusal("Fourth")).to.equal("409 full");
  });

  it("[W63] its grace is that of later drops, and of its state when it is stored", async () => {
    const [ann, bob, cat] = [await join("Ann"), await join("Bob"), await join("Cat")];
    const graceOf = (device: string) => {
      const { graceExpiresAt = 0, disconnectedAt = 0 } = eventOf().participants.get(device) ?? {};
      return graceExpiresAt - disconnectedAt;
    };
    ann.phone.drop();
    await until("Ann is away", () => graceOf(ann.deviceId) === 60_000);
    await change({ grace_period_ms: 7000 });
    await until("everyone knows", () => cat.phone.room.state.grace_period_ms === 7000);
    bob.phone.drop();
    await until("Bob is away", () => graceOf(bob.deviceId) === 7000);
    expect(graceOf(ann.deviceId)).to.equal(60_000);
  });

  it("[W64] what this server does not bear is refused with a sentence, and nothing of it is done", async () => {
    await join();
    const { details } = eventOf();
    const before = details.shown();
    const asked: [EventChange, RegExp][] = [
      [{ title: "x", capacity: 51 }, /^Invalid capacity: this server has 50 seats/],
      [{ title: "x", grace_period_ms: 200 }, /^Invalid grace_period_ms: it must be at least 201/],
    ];
    for (const [said, sentence] of asked)
      expect(() => details.change(said))
        .to.throw(Refusal, sentence)
        .that.includes({ code: 400, reason: "invalid_field" });
    expect(details.shown()).to.deep.equal(before);
  });
});
