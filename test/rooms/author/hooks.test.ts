// Hooks and methods of a room author's that are about the event as a whole: that it is empty, that it comes back, whom it
// lets in again, and what its clock goes by.
import { expect } from "chai";
import { defineEventState, EventRoom, MemoryStore, t, type TimeLost } from "../../../src/holdfast.ts";
import { ServerFakeClock } from "../../../harness/fake-clock.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { quiet, until } from "../../../harness/wait.ts";
import { servedEvent } from "../../../src/rooms/AuthorRoom.ts";

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
  let app: TestApp;
  let store: SlowStore;
  let clock: ServerFakeClock;
  const begin = async () => {
    app = await startApp({ room: Noted as never, store, clock, config: { gracePeriodMs: 60_000 } });
  };
  beforeEach(async () => {
    store = new SlowStore();
    clock = new ServerFakeClock();
    await begin();
  });
  afterEach(() => app.close());
  const roomOf = (event: string) => app.room(event) as unknown as Noted;
  const story = (event: string, words: number) =>
    until(`${words} words`, () => roomOf(event).told.length >= words && roomOf(event).told);

  it("[U21] onEmpty: once each time when nobody has a seat any more, connected or away, after onSeatLeft", async () => {
    const event = newEvent();
    const [a, b] = [await Phone.join(app.url, identity(event)), await Phone.join(app.url, identity(event))];
    await Phone.join(app.url, { event_id: event, role: "observer" });
    a.drop();
    await until("away", () => roomOf(event).participants.counts.held === 1);
    await b.room.leave();
    expect(await story(event, 3)).to.deep.equal(["taken", "taken", "left"]);
    await clock.advance(61_000);
    expect(await story(event, 5)).to.deep.equal(["taken", "taken", "left", "left", "empty 0 0"]);
    const again = await Phone.join(app.url, identity(event));
    await again.room.leave();
    expect((await story(event, 8)).slice(5)).to.deep.equal(["taken", "left", "empty 0 0"]);
  });

  it("[U21] onEmpty: once when all leave in one moment, not when somebody comes in it, nor when the event is closed", async () => {
    const event = newEvent();
    const people = [identity(event), identity(event), identity(event)];
    for (const who of people) await Phone.join(app.url, who);
    const room = roomOf(event);
    for (const { device_id } of people) room.participants.expireNow(device_id); // nobody is away: nothing
    for (const { device_id } of people) room.participants.kick(device_id);
    expect((await story(event, 7)).slice(3)).to.deep.equal(["left", "left", "left", "empty 0 0"]);
    await Phone.join(app.url, identity(event));
    await room.closeEvent();
    expect((await story(event, 10)).slice(7)).to.deep.equal(["taken", "left", "closed"]);
  });

  it("[U21] onEmpty: not while somebody's leave waits to be stored, nor while somebody's join does", async () => {
    const event = newEvent();
    const [a, b] = [identity(event), identity(event)];
    for (const who of [a, b]) await Phone.join(app.url, who);
    const { participants } = roomOf(event);
    const first = store.hold();
    participants.kick(a.device_id);
    await first.begun;
    participants.kick(b.device_id); // decided, and in no commit yet
    const second = first.release();
    expect((await story(event, 3)).slice(2)).to.deep.equal(["left"]);
    await second.begun;
    const joining = Phone.join(app.url, identity(event));
    await until("decided", () => participants.counts.connected === 1);
    const third = second.release();
    await story(event, 4);
    third.release();
    store.letGo();
    await joining;
    expect((await story(event, 5)).slice(3)).to.deep.equal(["left", "taken"]);
  });

  it("[U21] onEmpty: not for what is announced while nobody has a seat, before the first or after the last", async () => {
    const event = newEvent();
    await Phone.join(app.url, { event_id: event, role: "observer" });
    const room = roomOf(event);
    const announced = () =>
      new Promise<void>((resolve) => {
        expect(room.announce("nobody is here")).to.equal(true);
        room[servedEvent].announcer.whenIdle(resolve);
      });
    await announced();
    expect(room.told).to.deep.equal([]);
    const phone = await Phone.join(app.url, identity(event));
    await phone.room.leave();
    await story(event, 3);
    await announced();
    await announced();
    expect(room.told).to.deep.equal(["taken", "left", "empty 0 0"]);
  });

  it("[U20] unkick: who was kicked may join again, as someone new; also in a handler, and over a restart", async () => {
    const event = newEvent();
    const [me, other] = [identity(event), identity(event)];
    for (const who of [me, other]) await Phone.join(app.url, who);
    const first = roomOf(event);
    for (const { device_id } of [me, other]) first.participants.kick(device_id);
    expect(first.participants.kicked()).to.have.members([me.device_id, other.device_id]);
    expect(await Phone.join(app.url, me).catch((error: unknown) => error)).to.include({ code: 403 });
    expect(first.participants.unkick(me.device_id)).to.equal(true);
    expect(first.participants.unkick(me.device_id), "it is not any more").to.equal(false);
    await until("stored", async () => (await store.load(event))?.facts.kicked.length === 1);
    await app.close();
    await begin();
    const phone = await Phone.join(app.url, me);
    expect(phone.sees(me.device_id)?.status).to.equal("connected");
    expect(await Phone.join(app.url, other).catch((error: unknown) => error)).to.include({ code: 403 });
    const room = roomOf(event);
    room.told.length = 0;
    const message = { type: "unkick", payload: other.device_id };
    const still = `would unkick: true, still ${other.device_id}`;
    phone.room.send("outbox_publish", { stream: "s", first: 1, messages: [message, message] });
    expect(await story(event, 2), "the first one throws").to.deep.equal([still, still]);
    await until("done when the handler has returned", () => room.participants.kicked().length === 0);
    await Phone.join(app.url, other);
  });

  it("[U22] onRestore: what was saved, and for how long nobody had the event", async () => {
    const event = newEvent();
    await Phone.join(app.url, identity(event));
    await app.close();
    await clock.advance(12_345);
    await begin();
    expect(roomOf(event).saved).to.deep.equal({ round: 7 });
    expect(roomOf(event).lost).to.deep.equal({ downMs: 12_345 });
  });

  it("[U23] this.clock goes by the event's own time, and by nothing else", async () => {
    const event = newEvent();
    await Phone.join(app.url, identity(event));
    const room = roomOf(event);
    let rang = 0;
    room.clock.setTimeout(() => (rang += 1), 5000);
    room.clock.setTimeout(() => (rang += 10), 30);
    await quiet(300); // its interval ticks every 100 ms
    expect([rang, room.clock.elapsedTime]).to.deep.equal([0, 0]);
    await clock.advance(4999);
    await until("a tick", () => room.clock.elapsedTime === 4999);
    expect(rang).to.equal(10);
    await clock.advance(1);
    await until("it rings", () => rang === 11);
  });
});
