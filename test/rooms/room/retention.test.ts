// How long an event is remembered when nobody is in it, and what does not keep it: refused joins, tokens asked for, and
// reservations that are never used. First the rule itself on a clock of the test's own, then rooms on the test kit, and on
// real sockets what is about HTTP, reservations or the server's own end.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { Retention } from "../../../src/event/lifetime/retention.ts";
import { EventRoom } from "../../../src/holdfast.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import { type TestEvent, testEvent } from "../../../src/testing/index.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake } from "../../../harness/clients/raw-client.ts";
import { now, until } from "../../../harness/wait.ts";

describe("retention", () => {
  function remembered(retentionMs: number, isUsed = true) {
    const clock = new FakeClock();
    const event = { size: 0, reservations: 0, endedAt: undefined as number | undefined };
    const startedAt = clock.now();
    const retention = new Retention(
      clock,
      { retentionMs, reservationMs: 15_000 },
      {
        isEmpty: () => event.size === 0,
        isQuiet: () => event.reservations === 0,
        end: () => {
          event.endedAt = clock.now() - startedAt;
        },
      },
    );
    if (isUsed) retention.remember();
    else retention.reconsider();
    return { clock, event, retention };
  }

  it("[N3] an event is remembered for exactly its period from the moment when the last one has gone", async () => {
    for (const retentionMs of [1000, 5000, 600_000]) {
      const { clock, event } = remembered(retentionMs);
      await clock.advance(retentionMs - 1);
      expect(event.endedAt).to.equal(undefined);
      await clock.advance(1);
      expect(event.endedAt).to.equal(retentionMs);
    }
  });

  it("[N3] from its close, when that is later", async () => {
    const { clock, event, retention } = remembered(5000);
    await clock.advance(3000);
    retention.remember();
    retention.reconsider();
    await clock.advance(4999);
    expect(event.endedAt).to.equal(undefined);
    await clock.advance(1);
    expect(event.endedAt).to.equal(8000);
  });

  it("[N3] it goes when the last reservation on its way has, and not before", async () => {
    const { clock, event } = remembered(2000);
    event.reservations = 1;
    await clock.advance(9000);
    expect(event.endedAt).to.equal(undefined);
    event.reservations = 0;
    await clock.advance(250);
    expect(event.endedAt).to.be.within(9000, 9250);
  });

  it("[N2] an event that nobody has entered goes with its reservations, however long others are remembered", async () => {
    const { clock, event } = remembered(600_000, false);
    event.reservations = 1;
    await clock.advance(15_000);
    expect(event.endedAt).to.equal(undefined);
    event.reservations = 0;
    await clock.advance(250);
    expect(event.endedAt).to.be.within(15_000, 15_250);
  });

  it("[N2] one that has been closed meanwhile is remembered like any other", async () => {
    const { clock, event, retention } = remembered(20_000, false);
    await clock.advance(14_000);
    retention.remember();
    await clock.advance(19_999);
    expect(event.endedAt).to.equal(undefined);
    await clock.advance(1);
    expect(event.endedAt).to.equal(34_000);
  });
});

describe("retention of a room's event, from refused joins", () => {
  const retentionMs = 1000;
  let event: TestEvent;
  beforeEach(async () => {
    event = await testEvent(EventRoom, { config: { eventRetentionMs: retentionMs } });
  });
  afterEach(() => event.close());

  /** Somebody joins again and again, and is refused each time, until the event's time is over. */
  async function knocks(name: string, code: number): Promise<void> {
    const { room } = event;
    for (let ms = 0; ms < retentionMs; ms += 50) {
      await rejects(event.join(name), { code });
      await event.advance(ms + 50 < retentionMs ? 50 : 49);
      expect(event.room, "still there").to.equal(room);
    }
    await rejects(event.join(name), { code });
    await event.advance(1);
    expect(() => event.room, "gone").to.throw(/has no room/);
  }

  it("[N1] refused joins keep neither a closed event nor its kicks alive", async () => {
    const ann = await event.join("ann");
    const closed = event.room.closeEvent();
    await event.settle();
    await closed;
    expect(ann.closedWith).to.equal(4502);
    await knocks("pupil", 410);
    expect((await event.join("ann")).status, "it can be opened again").to.equal("connected");
  });

  it("[N1] joins of a kicked device do not keep the event that it was kicked from", async () => {
    const ann = await event.join("ann");
    event.room.participants.kick("ann");
    await event.settle();
    expect(ann.closedWith).to.equal(4500);
    await knocks("ann", 403);
    expect((await event.join("ann")).status, "the kick is forgotten with the event").to.equal("connected");
  });
});

describe("retention of real rooms", () => {
  /** As in production, but for how long a reservation lasts: 15 s would be long for a test. */
  class ShortReservations extends EventRoom {
    override seatReservationTimeout = 2;
  }
  const retentionMs = 1000;
  let app: TestApp;
  const begin = async (config: object = {}, store = new MemoryStore()) => {
    app = await startApp({
      room: ShortReservations as typeof EventRoom,
      store,
      config: { eventRetentionMs: retentionMs, ...config },
    });
    return store;
  };
  afterEach(() => app.close());

  /** Asks for something until the event's room has gone; returns how long that took, in ms, and how it was refused. */
  async function knocks(event: string, knock: () => Promise<{ status: number }>) {
    const startedAt = now();
    const room = app.room(event);
    const statuses = new Set<number>();
    await until(
      "the event has gone",
      async () => {
        const { status } = await knock();
        if (status !== 200) statuses.add(status);
        return app.room(event) !== room; // gone, or opened again by this very request
      },
      6000,
    );
    return { tookMs: now() - startedAt, statuses: [...statuses] };
  }

  it("[N1] neither do joins with a bad body, or reconnection tokens that are asked for over HTTP", async () => {
    await begin();
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    const { roomId, reconnectionToken } = phone.room;
    phone.room.leave();
    await until("left", () => app.room(event)?.participants.counts.left === 1);
    const own = reconnectionToken.split(":")[1];
    let knocked = 0;
    const { tookMs, statuses } = await knocks(event, () =>
      knocked++ % 2 === 0
        ? matchmake(app.url, { reconnectionToken: own }, { method: "reconnect", room: roomId })
        : matchmake(app.url, { event_id: event, device_id: "d" }),
    );
    expect(statuses.toSorted()).to.deep.equal([400, 401]);
    expect(tookMs).to.be.within(retentionMs - 200, retentionMs + 1500);
  });

  it("[N2] an event that was only asked for goes with its reservation, gives its place back and was never stored", async () => {
    const store = await begin({ maxEvents: 1, eventRetentionMs: 600_000 });
    const me = identity();
    expect((await matchmake(app.url, me)).status).to.equal(200);
    expect((await matchmake(app.url, identity())).status, "no place").to.equal(503);
    await until("gone", () => app.room(me.event_id) === undefined, 4000);
    expect((await matchmake(app.url, identity())).status, "its place").to.equal(200);
    expect(await store.eventIds()).to.deep.equal([]);
  });

  it("[N2] also when the server stops meanwhile", async () => {
    const store = await begin();
    expect((await matchmake(app.url, identity())).status).to.equal(200);
    await app.close();
    expect(await store.eventIds()).to.deep.equal([]);
    await begin({}, store);
  });

  it("[N2] one that an observer has entered is remembered", async () => {
    await begin({ eventRetentionMs: 3500 });
    const event = newEvent();
    const observer = await Phone.join(app.url, { event_id: event, role: "observer" });
    observer.room.leave();
    const leftAt = now();
    await until("gone", () => app.room(event) === undefined, 6000);
    expect(now() - leftAt).to.be.within(3400, 5000);
  });

  it("[N3] an event does not go while somebody who was let in may still come", async () => {
    await begin();
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    const room = app.room(event);
    phone.room.leave();
    await until("left", () => room?.participants.counts.left === 1);
    const client = new (await import("@colyseus/sdk")).Client(app.url);
    const me = identity(event);
    const { reservation } = await matchmake(app.url, me);
    await new Promise((resolve) => setTimeout(resolve, retentionMs + 500));
    expect(app.room(event)).to.equal(room);
    const late = await Phone.from(client, await client.consumeSeatReservation(reservation as never));
    expect(late.participants()?.has(me.device_id)).to.equal(true);
  });
});
