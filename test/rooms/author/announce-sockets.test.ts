// What a room author announces to all: live to everyone, again to who returns, in the one order of joins, drops and leaves.
// Real sockets, the stock SDK and ours; announce.test.ts has what needs none.
import { expect } from "chai";
import { joinEvent } from "../../../src/client/index.ts";
import type { EventSession, Returned, SessionEvents } from "../../../src/client/types/index.ts";
import { defineEventState, EventRoom, MemoryStore, t } from "../../../src/holdfast.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { type Heard, identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import type { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { quiet, until } from "../../../harness/wait.ts";

const game = defineEventState({ event: { round: t.number().default(0) } });

class GameRoom extends EventRoom<typeof game> {
  override schema = game;
  /** In one turn: changes before and after the announcement. */
  begin(round: number): boolean {
    this.state.round = round - 1;
    const isSaid = this.announce("round", { round });
    this.state.round = round;
    return isSaid;
  }
}

describe("announcements to all, over real sockets", function () {
  this.timeout(60_000);
  let app: TestApp;
  let proxy: FaultProxy;
  const store = new MemoryStore();
  const sessions: EventSession[] = [];
  before(async () => {
    const config = { gracePeriodMs: 20_000, heartbeatIntervalMs: 500 };
    app = await startApp({ config, store, room: GameRoom as never });
    proxy = await app.proxy();
  });
  afterEach(async () => {
    proxy.heal();
    for (const session of sessions.splice(0)) await session.leave();
  });
  after(() => app.close());

  const roomOf = (eventId: string) => app.room(eventId) as unknown as GameRoom;

  type Emitted = { type: keyof SessionEvents; payload: { seq?: number } };
  interface Guest {
    readonly session: EventSession;
    readonly emitted: Emitted[];
    readonly returns: Returned[];
  }
  async function guest(eventId: string): Promise<Guest> {
    const session = joinEvent({ url: proxy.url, storage: new FakeStorage(), eventId });
    sessions.push(session);
    const emitted: Emitted[] = [];
    const types = [
      "announcement",
      "participant_joined",
      "participant_temporarily_disconnected",
      "participant_reconnected",
      "participant_left",
    ] as const;
    for (const type of types) session.on(type, (payload) => emitted.push({ type, payload }));
    const returns: Returned[] = [];
    session.on("returned", (returned) => returns.push(returned));
    await session.joined();
    return { session, emitted, returns };
  }

  async function outage(who: Guest, during: () => unknown): Promise<void> {
    const count = who.returns.length;
    proxy.reset({ refuse: true });
    await until("the outage is noticed", () => who.session.status === "reconnecting");
    await during();
    proxy.heal();
    await until("back", () => who.returns.length > count, 15_000);
  }

  const announced = ({ heard }: Phone) => heard.filter(({ type }) => type === "announcement");
  const inOrder = (heard: readonly (Heard | Emitted)[]) =>
    heard.filter(({ payload }) => typeof payload.seq === "number").map(({ payload }) => payload.seq);

  it("[G1] [G2] everyone gets one message with its place in the history, behind the patch that shows what it is about", async () => {
    const event = newEvent();
    const phones = [
      await Phone.join(app.url, identity(event)),
      await Phone.join(app.url, { event_id: event, role: "observer" }),
    ];
    const shown: unknown[] = [];
    for (const { room } of phones) room.onMessage("announcement", () => shown.push(room.state.round));
    const ann = await guest(event);
    const { epoch } = phones[0]?.heard.find(({ type }) => type === "participant_joined")?.payload ?? {};
    expect(roomOf(event).begin(3)).to.equal(true);
    expect(roomOf(event).announce("plain")).to.equal(true);
    await until("our client has both", () => ann.emitted.length === 2);
    await until("so has everyone", () => shown.length === 4);
    const payloads = ann.emitted.map(({ payload }) => payload);
    expect(payloads[0]).to.deep.include({ type: "round", payload: { round: 3 }, epoch });
    expect(Object.keys(payloads[1] ?? {})).to.deep.equal(["type", "epoch", "seq", "at"]);
    expect(shown).to.deep.equal([3, 3, 3, 3]);
    const stored = await store.load(event);
    expect(JSON.stringify(stored?.facts.own)).to.contain("round");
  });

  it("[G3] over drops our client has what a witness who never dropped has, each once, in that order", async () => {
    const event = newEvent();
    const witness = await Phone.join(app.url, { event_id: event, role: "observer" });
    const ann = await guest(event);
    const others: { phone: Phone; id: string }[] = [];
    const busy = async (round: number) => {
      const room = roomOf(event);
      const me = identity(event);
      others.push({ phone: await Phone.join(app.url, me), id: me.device_id });
      for (let i = 0; i < 5; i++) room.announce("n", { round, i });
      const other = round % 2 === 0 ? others[round / 2] : undefined;
      other?.phone.drop();
      if (other !== undefined) await witness.hears("participant_temporarily_disconnected", other.id);
      room.announce("m", { round });
    };
    await busy(0);
    for (let round = 1; round <= 4; round++) await outage(ann, () => busy(round));
    await quiet(0);
    roomOf(event).announce("end");
    const last = await until("the end", () =>
      announced(witness).find(({ payload }) => payload.type === "end"),
    );
    await until("our client has it", () =>
      ann.emitted.some(({ payload }) => payload.seq === last.payload.seq),
    );
    expect(ann.returns.map(({ resumed }) => resumed)).to.deep.equal(Array(4).fill(true));
    const first = ann.emitted[0]?.payload.seq ?? 0;
    expect(inOrder(ann.emitted)).to.deep.equal(
      inOrder(witness.heard).filter((seq) => (seq as number) >= first),
    );
    const payloads = (events: readonly { type: string; payload: object }[]) =>
      events.filter(({ type }) => type === "announcement").map(({ payload }) => payload);
    expect(payloads(ann.emitted)).to.deep.equal(payloads(witness.heard));
  });

  it("[G9] after a restart nothing of the old history comes, the state has it, and what is new is said once", async () => {
    const event = newEvent();
    const ann = await guest(event);
    await outage(ann, async () => {
      const room = roomOf(event);
      room.begin(7);
      await room.disconnect(4010);
      await until("another room", () => app.room(event) !== undefined && roomOf(event) !== room);
    });
    expect(ann.returns.map(({ resumed }) => resumed)).to.deep.equal([false]);
    expect((ann.session.roomState as { round: number }).round).to.equal(7);
    roomOf(event).announce("new");
    await until("said", () => ann.emitted.some(({ payload }) => "type" in payload && payload.type === "new"));
    expect(ann.emitted.filter(({ type }) => type === "announcement")).to.have.length(1);
  });
});
