// A return with a living page: the client goes on from the state that it has. Held against a stock observer's state,
// with the bytes counted, over random outages, and wherever it must not be done.
import "../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import { joinEvent } from "../../../src/client/index.ts";
import type { EventSession, Returned } from "../../../src/client/types/index.ts";
import { acknowledgementOf } from "../../../src/protocol/session.ts";
import { defineEventState, EventRoom, t } from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import type { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";

const board = defineEventState({
  participant: { points: t.number().default(0) },
  event: { word: t.string().default("") },
});
class Board extends EventRoom<typeof board> {
  override schema = board;
}
const nested = defineEventState({ participant: { tags: t.array("string") } });
class Nested extends EventRoom<typeof nested> {
  override schema = nested;
}

describe("our client resumes its state", function () {
  this.timeout(60_000);
  let app: TestApp;
  let proxy: FaultProxy;
  const sessions: EventSession[] = [];

  const begin = async (room: unknown) => {
    app = await startApp({
      config: { gracePeriodMs: 20_000, heartbeatIntervalMs: 500 },
      room: room as never,
    });
    proxy = await app.proxy();
  };
  afterEach(async () => {
    proxy.heal();
    for (const session of sessions.splice(0)) await session.leave();
    await proxy.close();
    await app.close();
  });

  interface Guest {
    readonly session: EventSession;
    readonly returns: Returned[];
  }
  async function guest(eventId: string): Promise<Guest> {
    const session = joinEvent({ url: proxy.url, storage: new FakeStorage(), eventId });
    sessions.push(session);
    const returns: Returned[] = [];
    session.on("returned", (returned) => returns.push(returned));
    await session.joined();
    return { session, returns };
  }

  const crowd = (eventId: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, () => RawClient.join(app.url, identity(eventId), { isDeaf: true })),
    );
  const roomOf = (eventId: string) => app.room(eventId) as unknown as EventRoom<typeof board>;

  /** What is sent from now on to those who have just acknowledged: the kind of message, and its bytes. */
  function firstStates(eventId: string): { kind: number; length: number }[] {
    const serializer = Reflect.get(roomOf(eventId), "_serializer") as {
      getFullState(client: unknown): Buffer;
    };
    const sent: { kind: number; length: number }[] = [];
    const getFullState = serializer.getFullState.bind(serializer);
    serializer.getFullState = (client) => {
      const bytes = getFullState(client);
      sent.push({ kind: bytes[0] as number, length: bytes.length });
      return bytes;
    };
    return sent;
  }

  async function outage(who: Guest, during: () => unknown): Promise<void> {
    const count = who.returns.length;
    proxy.reset({ refuse: true });
    await until("the outage is noticed", () => who.session.status === "reconnecting");
    await during();
    proxy.heal();
    await until("back", () => who.returns.length > count, 15_000);
  }

  const seen = ({ session }: Guest) =>
    [...session.roster.values()]
      .map(({ deviceId, status, joinedAt, graceExpiresAt }) => [deviceId, status, joinedAt, graceExpiresAt])
      .toSorted();
  const truth = (eventId: string) =>
    roomOf(eventId)
      .participants.list()
      .map(({ deviceId, status, joinedAt, graceExpiresAt }) => [deviceId, status, joinedAt, graceExpiresAt])
      .toSorted();
  const agree = (who: Guest, eventId: string) =>
    until("the same", () => JSON.stringify(seen(who)) === JSON.stringify(truth(eventId)));

  it("[C21] what it has and what it missed is what there is, for a fraction of the bytes; again and again", async () => {
    await begin(Board);
    const event = newEvent();
    const others = await crowd(event, 150);
    const ann = await guest(event);
    await agree(ann, event);
    const sent = firstStates(event);
    for (let round = 1; round <= 4; round++) {
      await outage(ann, async () => {
        others[3 * round]?.socket.terminate();
        others[3 * round + 1]?.socket.send(Buffer.from([12]));
        await RawClient.join(app.url, identity(event), { isDeaf: true });
        await until("it is decided", () => roomOf(event).participants.counts.left === round);
        roomOf(event).state.word = `word ${round}`;
      });
      await agree(ann, event);
      const last = sent.at(-1);
      expect(last?.kind).to.equal(15);
      expect(last?.length).to.be.lessThan(2000);
    }
    const { room } = await Phone.join(app.url, { ...identity(event), role: "observer" });
    expect(sent.at(-1)?.kind).to.equal(14);
    expect(sent.at(-1)?.length).to.be.greaterThan(8000);
    await room.leave();
  });

  it("[C22] too much was missed: the whole state, and nothing of the old one is left", async () => {
    await begin(Board);
    const event = newEvent();
    const others = await crowd(event, 30);
    const ann = await guest(event);
    await agree(ann, event);
    const sent = firstStates(event);
    await outage(ann, async () => {
      for (const other of others) other.socket.terminate();
      await until("all away", () => roomOf(event).participants.counts.held === 31);
      for (const { deviceId } of roomOf(event).participants.list())
        if (deviceId !== ann.session.deviceId) roomOf(event).participants.expireNow(deviceId);
      await crowd(event, 40);
      await until("all left", () => roomOf(event).participants.counts.left === 30);
    });
    await agree(ann, event);
    expect(sent.at(-1)?.kind).to.equal(14);
    expect(ann.session.roster.size).to.equal(41);
    await outage(ann, () => crowd(event, 1));
    await agree(ann, event);
    expect(sent.at(-1)?.kind, "and it goes on from there").to.equal(15);
  });

  it("[C22] a state with collections of the author's own is sent whole", async () => {
    await begin(Nested);
    const event = newEvent();
    await crowd(event, 30);
    const ann = await guest(event);
    const sent = firstStates(event);
    await outage(ann, () => crowd(event, 1));
    await agree(ann, event);
    expect(sent.at(-1)?.kind).to.equal(14);
  });

  it("[P13] a stranger to the state is sent the whole, whatever it says that it has; nobody is hurt", async () => {
    await begin(Board);
    const event = newEvent();
    await crowd(event, 20);
    const asker = await Phone.join(app.url, identity(event));
    asker.room.send("presence_resume");
    const answer = () => asker.heard.find(({ type }) => type === "presence_resumed")?.payload;
    const { epoch, patch } = (await until("an answer", answer)) as { epoch: number; patch: number };
    expect(patch).to.be.greaterThan(0);
    const sent = firstStates(event);
    for (const claim of [
      acknowledgementOf({ epoch, patch: 1_000_000 }),
      acknowledgementOf({ epoch: epoch + 1, patch: 1 }),
      acknowledgementOf({ epoch, patch: -5 }),
      acknowledgementOf({ epoch: Number.NaN, patch: Number.NaN }),
      Uint8Array.of(10, 1, 2, 3),
      new Uint8Array(4000).fill(10),
    ]) {
      const raw = await RawClient.join(app.url, identity(event), { acknowledges: false });
      raw.socket.send(claim);
      await until("its first state", () => raw.codes.includes(14));
      expect(sent.at(-1)?.kind).to.equal(14);
      expect(raw.closedWith).to.equal(undefined);
    }
  });
});
