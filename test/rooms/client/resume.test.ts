// A return with a living page: the client goes on from the state that it has. Held against the room's own, with the bytes
// counted, and wherever it must not be done. On the test kit: a page with our client, among phones.
import { expect } from "chai";
import type { Returned } from "../../../src/client/types/index.ts";
import { defineEventState, EventRoom, t } from "../../../src/holdfast.ts";
import type { AnyEventRoom } from "../../../src/rooms/framework/event-room.ts";
import { type TestEvent, testEvent, type TestPage } from "../../../src/testing/index.ts";

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

type AnyEvent = TestEvent<Board> | TestEvent<Nested>;

describe("our client resumes its state", () => {
  let close = async () => {};
  afterEach(() => close());

  async function begin<R extends AnyEventRoom>(room: new () => R) {
    const event = await testEvent(room, { config: { gracePeriodMs: 60_000 } });
    close = () => event.close();
    return event;
  }

  let others = 0;
  const crowd = (event: AnyEvent, count: number) =>
    Promise.all(
      Array.from({ length: count }, () => event.join(`somebody ${(others += 1)}`, { client: "stock" })),
    );

  /** What is sent from now on to those who have just acknowledged: the kind of message, and its bytes. */
  function firstStates({ room }: AnyEvent): { kind: number; length: number }[] {
    const serializer = Reflect.get(room, "_serializer") as { getFullState(client: unknown): Buffer };
    const sent: { kind: number; length: number }[] = [];
    const getFullState = serializer.getFullState.bind(serializer);
    serializer.getFullState = (client) => {
      const bytes = getFullState(client);
      sent.push({ kind: bytes[0] as number, length: bytes.length });
      return bytes;
    };
    return sent;
  }

  interface Guest {
    readonly page: TestPage;
    readonly returns: Returned[];
  }
  async function guest(event: AnyEvent): Promise<Guest> {
    const page = await event.page("ann");
    const returns: Returned[] = [];
    page.session.on("returned", (returned) => returns.push(returned));
    return { page, returns };
  }

  async function outage(event: AnyEvent, { page, returns }: Guest, during: () => unknown): Promise<void> {
    const count = returns.length;
    await page.unplug();
    expect(page.session.status).to.equal("reconnecting");
    await during();
    await page.plug();
    await event.advance(2000);
    expect(returns).to.have.length(count + 1);
  }

  interface Row {
    readonly deviceId: string;
    readonly status: string;
    readonly joinedAt: number;
    readonly graceExpiresAt: number;
  }
  const rows = (all: Iterable<Row>) =>
    [...all]
      .map(({ deviceId, status, joinedAt, graceExpiresAt }) => [deviceId, status, joinedAt, graceExpiresAt])
      .toSorted();
  const agree = ({ page }: Guest, { room }: AnyEvent) =>
    expect(rows(page.session.roster.values())).to.deep.equal(rows(room.participants.list()));

  it("[C21] what it has and what it missed is what there is, for a fraction of the bytes; again and again", async () => {
    const event = await begin(Board);
    const phones = await crowd(event, 150);
    const ann = await guest(event);
    agree(ann, event);
    const sent = firstStates(event);
    for (let round = 1; round <= 4; round++) {
      await outage(event, ann, async () => {
        await phones[3 * round]?.drop();
        await phones[3 * round + 1]?.leave();
        await crowd(event, 1);
        expect(event.room.participants.counts).to.include({ left: round });
        event.room.state.word = `word ${round}`;
      });
      agree(ann, event);
      expect((ann.page.session.roomState as { word?: string }).word).to.equal(`word ${round}`);
      const last = sent.at(-1);
      expect(last?.kind).to.equal(15);
      expect(last?.length).to.be.lessThan(2000);
    }
    await event.observe();
    expect(sent.at(-1)?.kind).to.equal(14);
    expect(sent.at(-1)?.length).to.be.greaterThan(8000);
  });

  it("[C22] too much was missed: the whole state, and nothing of the old one is left", async () => {
    const event = await begin(Board);
    const { participants } = event.room;
    const phones = await crowd(event, 30);
    const ann = await guest(event);
    agree(ann, event);
    const sent = firstStates(event);
    await outage(event, ann, async () => {
      for (const phone of phones) await phone.drop();
      expect(participants.counts).to.include({ held: 31 });
      for (const { deviceId } of participants.list())
        if (deviceId !== "ann") participants.expireNow(deviceId);
      await crowd(event, 40);
      expect(participants.counts).to.include({ left: 30 });
    });
    agree(ann, event);
    expect(sent.at(-1)?.kind).to.equal(14);
    expect(ann.page.session.roster.size).to.equal(41);
    await outage(event, ann, () => crowd(event, 1));
    agree(ann, event);
    expect(sent.at(-1)?.kind, "and it goes on from there").to.equal(15);
  });

  it("[C22] a state with collections of the author's own is sent whole", async () => {
    const event = await begin(Nested);
    await crowd(event, 30);
    const ann = await guest(event);
    const sent = firstStates(event);
    await outage(event, ann, () => crowd(event, 1));
    agree(ann, event);
    expect(sent.at(-1)?.kind).to.equal(14);
  });
});
