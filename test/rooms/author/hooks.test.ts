// Hooks and methods of a room author's that are about the event as a whole: that it is empty, that it comes back, whom it
// lets in again, and what its clock goes by. On the test kit.
import { expect } from "chai";
import { defineEventState, EventRoom, MemoryStore, t, type TimeLost } from "../../../src/holdfast.ts";
import { quiet, until } from "../../../harness/wait.ts";
import { MessageRefused, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const state = defineEventState({ event: { round: t.number().default(0) } });
const text = { "~standard": { validate: (value: unknown) => ({ value: value as string }) } };

class Noted extends EventRoom<typeof state> {
  override schema = state;
  readonly told: string[] = [];
  saved: unknown;
  lost: TimeLost | undefined;
  override onEventOpened(): void {
    this.onPublish("unkick", text, (_from, device: string) => {
      this.told.push(
        `would unkick: ${this.participants.unkick(device)}, still ${this.participants.kicked()}`,
      );
      if (this.told.length === 1) throw new Error("not this time");
    });
  }
  override onSave(): unknown {
    return { round: 7 };
  }
  override onRestore(saved: unknown, lost: TimeLost): void {
    this.saved = saved;
    this.lost = lost;
  }
  override onSeatTaken(): void {
    this.told.push("taken");
  }
  override onSeatLeft(): void {
    this.told.push("left");
  }
  override onEmpty(): void {
    const { connected, held } = this.participants.counts;
    this.told.push(`empty ${connected + held} ${this.state.participants.size}`);
  }
  override onEventClosed(): void {
    this.told.push("closed");
  }
}

/** Commits one at a time, when the test says so. */
class SlowStore extends MemoryStore {
  #held: Held | undefined;

  /** Holds the next commit up. */
  hold(): Held {
    this.#held = new Held(this);
    return this.#held;
  }
  letGo(): void {
    this.#held = undefined;
  }
  override async commit(...batch: Parameters<MemoryStore["commit"]>): Promise<void> {
    await this.#held?.commits();
    await super.commit(...batch);
  }
}

class Held {
  readonly #store: SlowStore;
  readonly #begun = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();

  constructor(store: SlowStore) {
    this.#store = store;
  }
  /** Resolves when a commit waits. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }
  commits(): Promise<void> {
    this.#begun.resolve();
    return this.#released.promise;
  }
  /** Lets that commit happen, and holds the next one up. */
  release(): Held {
    const next = this.#store.hold();
    this.#released.resolve();
    return next;
  }
}

describe("hooks of the whole event", () => {
  let event: TestEvent<Noted>;
  let store: SlowStore;
  beforeEach(async () => {
    store = new SlowStore();
    event = await testEvent(Noted, { store, config: { gracePeriodMs: 60_000, logLevel: "silent" } });
  });
  afterEach(() => event.close());
  const settled = async () => {
    await event.settle();
    return event.room.told;
  };

  it("[U21] onEmpty: once each time when nobody has a seat any more, connected or away, after onSeatLeft", async () => {
    const [a, b] = [await event.join("a"), await event.join("b")];
    await event.observe();
    await a.drop();
    expect(event.room.participants.counts.held).to.equal(1);
    await b.leave();
    expect(event.room.told).to.deep.equal(["taken", "taken", "left"]);
    await event.advance(59_999);
    expect(event.room.told).to.have.length(3);
    await event.advance(1);
    expect(event.room.told).to.deep.equal(["taken", "taken", "left", "left", "empty 0 0"]);
    const again = await event.join("c");
    await again.leave();
    expect(event.room.told.slice(5)).to.deep.equal(["taken", "left", "empty 0 0"]);
  });

  it("[U21] onEmpty: once when all leave in one moment, not when somebody comes in it, nor when the event is closed", async () => {
    const people = ["a", "b", "c"];
    for (const who of people) await event.join(who);
    const { room } = event;
    for (const who of people) room.participants.expireNow(who); // nobody is away: nothing
    for (const who of people) room.participants.kick(who);
    expect((await settled()).slice(3)).to.deep.equal(["left", "left", "left", "empty 0 0"]);
    await event.join("d");
    const closed = room.closeEvent();
    await event.advance(1000);
    await closed;
    expect(room.told.slice(7)).to.deep.equal(["taken", "left", "closed"]);
  });

  it("[U21] onEmpty: not while somebody's leave waits to be stored, nor while somebody's join does", async () => {
    for (const who of ["a", "b"]) await event.join(who);
    const { room } = event;
    const { participants, told } = room;
    /** While a commit waits nothing is over, and no time passes: what is decided is told with a patch that is asked for. */
    const hears = (words: number) =>
      until(`${words} words`, () => {
        room.broadcastPatch();
        return told.length >= words;
      });
    const first = store.hold();
    participants.kick("a");
    await first.begun;
    participants.kick("b"); // decided, and in no commit yet
    const second = first.release();
    await hears(3);
    expect(told.slice(2)).to.deep.equal(["left"]);
    await second.begun;
    const joining = event.join("c");
    await until("decided", () => participants.counts.connected === 1);
    const third = second.release();
    await hears(4);
    third.release();
    store.letGo();
    await joining;
    expect(told.slice(3)).to.deep.equal(["left", "taken"]);
  });

  it("[U21] onEmpty: not for what is announced while nobody has a seat, before the first or after the last", async () => {
    const observer = await event.observe();
    const { room } = event;
    const announced = async (times: number) => {
      expect(room.announce("nobody is here")).to.equal(true);
      await event.settle();
      expect(observer.saw("announcement")).to.have.length(times);
    };
    await announced(1);
    expect(room.told).to.deep.equal([]);
    const phone = await event.join("a");
    await phone.leave();
    expect(room.told).to.have.length(3);
    await announced(2);
    await announced(3);
    expect(room.told).to.deep.equal(["taken", "left", "empty 0 0"]);
  });

  it("[U20] unkick: who was kicked may join again, as someone new; also in a handler, and over a restart", async () => {
    for (const who of ["me", "other"]) await event.join(who);
    const { participants } = event.room;
    for (const who of ["me", "other"]) participants.kick(who);
    await event.settle();
    expect(participants.kicked()).to.have.members(["me", "other"]);
    expect(await event.join("me").catch((error: unknown) => error)).to.include({ code: 403 });
    expect(participants.unkick("me")).to.equal(true);
    expect(participants.unkick("me"), "it is not any more").to.equal(false);
    await event.settle();
    expect((await store.load(event.eventId))?.facts.kicked).to.have.length(1);
    await event.restart();
    const phone = await event.join("me");
    expect(phone.roster.me?.status).to.equal("connected");
    expect(await event.join("other").catch((error: unknown) => error)).to.include({ code: 403 });
    const { room } = event;
    room.told.length = 0;
    const still = "would unkick: true, still other";
    const first = await phone.publish("unkick", "other").catch((error: unknown) => error);
    expect(first, "it throws").to.be.instanceOf(MessageRefused);
    expect(room.participants.kicked()).to.deep.equal(["other"]);
    await phone.publish("unkick", "other");
    expect(room.told).to.deep.equal([still, still]);
    expect(room.participants.kicked(), "done when the handler has returned").to.deep.equal([]);
    await event.join("other");
  });

  it("[U22] onRestore: what was saved, and for how long nobody had the event", async () => {
    await event.join("a");
    await event.restart({ downMs: 12_345 });
    expect(event.room.saved).to.deep.equal({ round: 7 });
    expect(event.room.lost).to.deep.equal({ downMs: 12_345 });
  });

  it("[U23] this.clock goes by the event's own time, and by nothing else", async () => {
    await event.join("a");
    const { clock } = event.room;
    let rang = 0;
    clock.setTimeout(() => (rang += 1), 5000);
    clock.setTimeout(() => (rang += 10), 30);
    await quiet(300); // its interval ticks every 100 ms
    expect([rang, clock.elapsedTime]).to.deep.equal([0, 0]);
    await event.advance(29);
    expect(rang).to.equal(0);
    await event.advance(4970);
    expect(rang).to.equal(10);
    expect(clock.elapsedTime).to.be.within(4900, 4999);
    await event.advance(100);
    expect(rang).to.equal(11);
    expect(clock.elapsedTime).to.be.within(5000, 5099);
  });
});
