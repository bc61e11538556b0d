// What a room author's event does after it is closed: nothing, after one last word. On a real server, in real time: time
// steps of a room are the machine's on the test kit, too.
import { expect } from "chai";
import { defineEventState, EventRoom, type LeaveReason, MemoryStore, t } from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { joinEvent } from "../../../src/client/index.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { quiet, until } from "../../../harness/wait.ts";

const state = defineEventState({ event: { winner: t.string().default("") } });

class TickingRoom extends EventRoom<typeof state> {
  override schema = state;
  readonly told: string[] = [];
  readonly ticks = { interval: 0, step: 0, fixed: 0, patch: 0, late: 0 };
  override onEventOpened(): void {
    this.told.push("opened");
    this.clock.setInterval(() => (this.ticks.interval += 1), 20);
    this.setTimestep(() => (this.ticks.step += 1), 20);
  }
  override onBeforePatch(): void {
    this.ticks.patch += 1;
  }
  override onSeatLeft(_participant: unknown, reason: LeaveReason): void {
    this.told.push(`left{${reason}}`);
  }
  override onEventClosed(): void {
    this.told.push(
      `closed, with ${this.clients.length} connected and ${this.state.participants.size} in the state`,
    );
    this.state.winner = "nobody";
  }
}

describe("an event that is closed", () => {
  let app: TestApp;
  let store: MemoryStore;
  const begin = async () => {
    app = await startApp({ room: TickingRoom as never, store, config: { gracePeriodMs: 60_000 } });
  };
  beforeEach(async () => {
    store = new MemoryStore();
    await begin();
  });
  afterEach(() => app.close());

  const roomOf = (event: string) => app.room(event) as unknown as TickingRoom;

  /** An event with a participant and one who is away, whose timers run. */
  async function ticking(): Promise<{ event: string; room: TickingRoom; phone: Phone }> {
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    const gone = await Phone.join(app.url, identity(event));
    gone.drop();
    const room = roomOf(event);
    await until("away", () => room.participants.counts.held === 1);
    await until("ticks", () => room.ticks.interval > 1 && room.ticks.step > 1 && room.ticks.patch > 1);
    return { event, room, phone };
  }

  /** Nothing of the author's runs in half a second, in which everything ran many times before. */
  async function isStill(room: TickingRoom): Promise<void> {
    const before = { ...room.ticks };
    await quiet(500);
    expect(room.ticks).to.deep.equal(before);
  }

  it("[W111] while somebody joins: who was in time is told that it ends, nobody keeps a seat, and no join hangs", async () => {
    const event = newEvent();
    const witness = await Phone.join(app.url, identity(event));
    const room = roomOf(event);
    const commit = store.commit.bind(store);
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let isHeld = false;
    store.commit = async (batches) => {
      isHeld = true;
      await held;
      return commit(batches);
    };
    const stock = Phone.join(app.url, identity(event));
    const session = joinEvent({ url: app.url, eventId: event, deviceId: "ours" });
    const joined = session.joined().catch((error: Error) => error.name);
    await until("their seats are on their way", () => isHeld && room.participants.counts.connected === 3);
    const closed = room.closeEvent();
    letGo();
    await closed;
    const ending = await stock.then(
      (phone) => until("it is closed", () => phone.closedWith),
      (error: { code?: number }) => error.code,
    );
    expect(ending).to.be.oneOf([4502, 410]);
    await joined;
    await until("ours is over", () => session.state.endReason === "event_closed");
    await until("the witness is closed", () => witness.closedWith === 4502);
    expect([room.clients.length, room.participants.list()]).to.deep.equal([0, []]);
    expect(room.told.filter((word) => word === "left{event_closed}")).to.have.length(3);
    store.commit = commit;
    const late = await Phone.join(app.url, identity(event)).catch((error: unknown) => error);
    expect(late).to.include({ code: 410 });
    await until("no seat is stored", async () => (await store.load(event))?.seats.length === 0);
  });

  it("[R17] stops its clock, time steps and onBeforePatch, also what is asked for later, and calls onEventClosed", async () => {
    const { event, room, phone } = await ticking();
    await Promise.all([room.closeEvent(), room.closeEvent()]);
    expect(room.clients, "who waits for it waits until everyone is closed").to.have.length(0);
    await until("closed", () => phone.closedWith === 4502);
    expect(room.told).to.deep.equal([
      "opened",
      "left{event_closed}",
      "left{event_closed}",
      "closed, with 0 connected and 0 in the state",
    ]);
    room.clock.setTimeout(() => (room.ticks.late += 1), 10);
    room.setFixedTimestep(() => (room.ticks.fixed += 1), 50);
    room.onBeforePatch = () => (room.ticks.late += 1) as unknown as void;
    await isStill(room);
    await room.closeEvent();
    expect(room.told).to.have.length(4);
    await until("stored", async () => (await store.load(event))?.facts.own?.includes("nobody"));
  });

  it("[R17] when a timer of its clock closes it, and others were due in the same tick", async () => {
    const { room } = await ticking();
    for (let k = 0; k < 3; k++) room.clock.setTimeout(() => (room.ticks.late += 1), 60);
    room.clock.setTimeout(() => void room.closeEvent(), 60); // the clock goes through them from the last
    for (let k = 0; k < 3; k++) room.clock.setTimeout(() => (room.ticks.fixed += 1), 60);
    await until("closed", () => room.told.some((word) => word.startsWith("closed")));
    expect(room.ticks.late + room.ticks.fixed, "some of the six").to.be.at.most(3);
    await isStill(room);
    expect(app.lines.filter(({ level }) => Number(level) >= 40)).to.deep.equal([]);
  });

  it("[R17] that comes back after a restart: neither opened nor closed again, and nothing runs", async () => {
    const { event, room } = await ticking();
    const me = identity(event);
    await room.closeEvent();
    await app.close();
    await begin();
    const refused = await Phone.join(app.url, me).catch((error: unknown) => error);
    expect(refused).to.include({ code: 410 });
    const restored = roomOf(event);
    expect(restored.told).to.deep.equal([]);
    restored.clock.setInterval(() => (restored.ticks.late += 1), 10);
    await isStill(restored);
  });
});
