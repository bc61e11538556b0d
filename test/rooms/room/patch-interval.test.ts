// An event in which nothing happens costs nothing: its room has no interval. What an author has asked time for goes on
// while everybody is away, and whatever comes after a quiet time finds everything as it would have been.
// On real sockets is what the kit would do by itself (it has patches made when a test waits), and time steps, which are
// the machine's.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { expect } from "chai";
import { defineEventState, EventRoom, t } from "../../../src/holdfast.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import { type TestEvent, testEvent } from "../../../src/testing/index.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake } from "../../../harness/clients/raw-client.ts";
import { now, quiet, until } from "../../../harness/wait.ts";

const state = defineEventState({
  participant: { score: t.number().default(0) },
  event: { round: t.number() },
});

class AuthorsRoom extends EventRoom<typeof state> {
  override schema = state;
  ticks = 0;
}

describe("the patch interval", () => {
  let app: TestApp;
  const store = new MemoryStore();
  /** Ticks of each room's clock: an interval of ours is what calls it. */
  const ticked = new WeakMap<object, number>();
  before(async () => {
    app = await startApp({ room: AuthorsRoom as never, store, config: { gracePeriodMs: 60_000 } });
  });
  after(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as AuthorsRoom;

  /** Counts, from now on, how often a room's interval ran. */
  function counted(room: AuthorsRoom): { ticks: () => number } {
    if (!ticked.has(room)) {
      ticked.set(room, 0);
      const { clock } = room;
      const tick = clock.tick.bind(clock);
      clock.tick = (...args) => {
        ticked.set(room, (ticked.get(room) ?? 0) + 1);
        tick(...args);
      };
    }
    return { ticks: () => ticked.get(room) ?? 0 };
  }

  /** Waits until its interval has stopped. @throws when it goes on */
  async function stops(room: AuthorsRoom): Promise<void> {
    const { ticks } = counted(room);
    await until("the interval has stopped", async () => {
      const before = ticks();
      await quiet(350);
      return ticks() === before;
    });
  }

  async function opened(event = newEvent()): Promise<AuthorsRoom> {
    expect((await matchmake(app.url, identity(event))).status).to.equal(200);
    return roomOf(event);
  }

  it("[N10] whoever comes then sees what an author changes, and is seen, as ever", async () => {
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    const room = roomOf(event);
    phone.drop();
    await until("away", () => room.participants.counts.held === 1);
    await stops(room);
    const again = await Phone.join(app.url, me);
    const other = await Phone.join(app.url, identity(event));
    room.state.round = 7;
    await until("the change", () => again.room.state.round === 7 && other.room.state.round === 7);
    expect(again.participants()?.size).to.equal(2);
    again.room.leave();
    other.room.leave();
  });

  it("[N11] time steps go on, fixed ones too, and what they change is stored", async () => {
    for (const kind of ["setTimestep", "setSimulationInterval", "setFixedTimestep"] as const) {
      const event = newEvent();
      const room = await opened(event);
      await stops(room);
      const step = () => {
        room.ticks += 1;
        room.state.round = room.ticks;
      };
      if (kind === "setFixedTimestep") room.setFixedTimestep(step, 20);
      else room[kind](step, 50);
      await until(`${kind} goes on`, () => room.ticks > 5);
      await until(`${kind}: stored`, async () => {
        const own = (await store.load(event))?.facts.own;
        return own !== undefined && own !== null && JSON.parse(own).fields.round > 5;
      });
      await room.disconnect();
    }
  });

  it("[N11] a time step that its author ends leaves nothing behind: the clock ticks, and the interval stops", async () => {
    const room = await opened();
    room.setTimestep(() => (room.ticks += 1), 20);
    await until("it runs", () => room.ticks > 3);
    room.setTimestep();
    let rang = false;
    room.clock.setTimeout(() => {
      rang = true;
    }, 50);
    await until("the clock ticks", () => rang);
    await stops(room);
  });

  it("[N11] onBeforePatch goes on, be it a method or assigned later", async () => {
    const later = await opened();
    await stops(later);
    later.onBeforePatch = () => void (later.ticks += 1);
    await until("it is called", () => later.ticks > 3);
    later.onBeforePatch = undefined as never;
    await stops(later);
    later.onBeforePatch = () => {
      throw new Error("the author's mistake");
    };
    await until("its error is logged", () => app.text().includes("the author's mistake"));
    await later.disconnect();
  });

  it("[N12] what an author changes while nobody is there, and nothing runs, is stored as ever", async () => {
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    const room = roomOf(event);
    const entry = [...room.state.participants.values()][0];
    phone.drop();
    await until("away", () => room.participants.counts.held === 1);
    await stops(room);
    for (const score of [1, 2]) {
      (entry as { score: number }).score = score; // by a handle of the author's own, such as a fetch that has come back
      await until(
        "stored",
        async () => JSON.parse((await store.load(event))?.seats[0]?.own ?? "{}").score === score,
      );
      room.state.round = score;
      await until(
        "stored",
        async () => JSON.parse((await store.load(event))?.facts.own ?? "{}").fields?.round === score,
      );
      await stops(room);
    }
  });

  it("[N12] patchRate is the author's: what is set while nothing runs holds when somebody comes", async () => {
    const event = newEvent();
    const room = await opened(event);
    await stops(room);
    expect(room.patchRate).to.equal(100);
    room.patchRate = 20;
    expect(room.patchRate).to.equal(20);
    const { ticks } = counted(room);
    const before = ticks();
    await quiet(200);
    expect(ticks()).to.equal(before);
    const phone = await Phone.join(app.url, identity(event));
    const startedAt = now();
    const from = ticks();
    await until("ten ticks", () => ticks() > from + 10);
    expect(now() - startedAt).to.be.lessThan(10 * 100 - 200);
    room.patchRate = null; // by hand: the clock still ticks
    room.state.round = 9;
    const still = ticks();
    await until("the clock ticks", () => ticks() > still + 3);
    expect(phone.room.state.round).to.not.equal(9);
    room.broadcastPatch();
    await until("by hand", () => phone.room.state.round === 9);
    phone.room.leave();
    await stops(room);
  });
});

describe("the patch interval, and time that passes", () => {
  let event: TestEvent<AuthorsRoom>;
  let room: AuthorsRoom;
  /** How often the room's interval has run. */
  let ticks: number;
  beforeEach(async () => {
    event = await testEvent(AuthorsRoom, { config: { gracePeriodMs: 60_000 } });
    room = event.room;
    ticks = 0;
    const tick = room.clock.tick.bind(room.clock);
    room.clock.tick = (...args) => {
      ticks += 1;
      tick(...args);
    };
  });
  afterEach(() => event.close());

  /** @throws when the interval goes on */
  async function hasStopped(): Promise<void> {
    await event.advance(350); // what still had to be shown has been
    const before = ticks;
    await event.advance(3500);
    expect(ticks - before, "the one of the patch that the kit asks for").to.equal(1);
  }

  /** @throws when the interval does not run */
  async function runs(): Promise<void> {
    const before = ticks;
    await event.advance(1000);
    expect(ticks - before).to.be.within(9, 11);
  }

  it("[N10] an event that nobody has entered has none, nor one that everyone has left, nor one where all are away", async () => {
    await hasStopped();
    const ann = await event.join("ann");
    const bob = await event.join("bob");
    await runs();
    await bob.drop();
    await ann.leave();
    expect(room.participants.counts).to.include({ connected: 0, held: 1, left: 1 });
    await hasStopped();
  });

  it("[N10] it runs for an observer, too, whose coming changes nothing in the state", async () => {
    await hasStopped();
    const observer = await event.observe();
    await runs();
    await observer.leave();
    await hasStopped();
  });

  it("[N11] timers of this.clock go on while everybody is away; the interval stops when the last one is over", async () => {
    room.clock.setInterval(() => (room.ticks += 1), 50);
    await event.advance(1000);
    expect(room.ticks).to.be.greaterThan(5);
    room.clock.clear();
    const before = ticks;
    const startedAt = event.clock.now();
    const done: [string, number][] = [];
    const isDone = (what: string) => done.push([what, event.clock.now() - startedAt]);
    room.clock.setTimeout(() => isDone("timeout"), 300);
    void room.clock.duration(100).then(() => isDone("duration"));
    await event.advance(1000);
    const [first, second] = done;
    expect(first?.[0]).to.equal("duration");
    expect(first?.[1]).to.be.within(100, 200); // they are looked for once in an interval
    expect(second?.[0]).to.equal("timeout");
    expect(second?.[1]).to.be.within(300, 400);
    await hasStopped();
    expect(ticks - before).to.be.at.least(3);
  });

  it("[N11] a timer that is set after a quiet time waits for its whole time", async () => {
    await hasStopped();
    let tookMs: number | undefined;
    room.onTimer("quiet_over", () => {
      const startedAt = event.clock.now();
      room.clock.setTimeout(() => (tookMs = event.clock.now() - startedAt), 200);
    });
    room.timers.after("quiet_over", 3000);
    await event.advance(5000);
    expect(tookMs).to.be.within(200, 300); // it is looked for once in an interval
    await hasStopped();
  });

  it("[N12] the listing's counts are written a second later also when nobody is left to patch for", async () => {
    const ann = await event.join("ann");
    await event.advance(1100);
    expect(room.metadata).to.include({ connected: 1 });
    await ann.drop();
    await event.advance(1100);
    expect(room.metadata).to.include({ connected: 0, held: 1 });
  });

  it("[N10] a room that has gone starts nothing any more", async () => {
    await hasStopped();
    const gone = room.disconnect();
    await event.settle();
    await gone;
    const before = ticks;
    room.state.round = 3;
    room.clock.setTimeout(() => {}, 10);
    await event.advance(3000);
    expect(ticks).to.equal(before);
  });
});

describe("the patch interval of a busy author", () => {
  class Busy extends AuthorsRoom {
    patches = 0;
    override onEventOpened(): void {
      this.clock.setInterval(() => (this.ticks += 1), 50);
    }
    override onBeforePatch(): void {
      this.patches += 1;
    }
  }

  it("[N11] timers that were set when the event began go on while nobody is there, and an author's method onBeforePatch", async () => {
    const event = await testEvent(Busy);
    const { room } = event;
    try {
      await event.advance(300);
      const before = [room.ticks, room.patches] as const;
      expect(before[0]).to.be.greaterThan(1);
      await event.advance(1000);
      expect(room.ticks).to.be.greaterThan(before[0] + 5);
      expect(room.patches).to.be.greaterThan(before[1] + 8);
      room.clock.clear();
      const { patches } = room;
      await event.advance(1000);
      expect(room.patches, "without the timer, too").to.be.greaterThan(patches + 8);
    } finally {
      await event.close();
    }
  });
});
