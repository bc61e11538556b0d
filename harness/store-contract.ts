// What every store must do: one suite, run by each of them. `reopen` gives a new store on the same data, as a new
// process would see it; undefined for one whose data die with it.
import { expect } from "chai";
import type { SeatRecord } from "../src/seats/snapshot.ts";
import type { EventBatch, EventFacts, SeatStore, StoredSeat } from "../src/store/seat-store.ts";

const facts: EventFacts = { isClosed: false, epoch: 0, kicked: [], schema: "s1", own: null };

export function seat(deviceId: string, own: string | null = null): StoredSeat {
  const record: SeatRecord = {
    version: 1,
    deviceId,
    userId: `user of ${deviceId}`,
    displayName: "Ann \u{1F389}",
    proof: "proof",
    session: { id: "s", tokenHash: "h" },
    joinedAt: 1000,
    lastHeartbeatAt: 0,
    away: { disconnectedAt: 2000, graceExpiresAt: 32_000, reason: "connection_lost" },
  };
  return { record, own };
}

export function batch(eventId: string, parts: Partial<EventBatch> = {}): EventBatch {
  return { eventId, upserts: [], removals: [], facts: undefined, isWhole: false, ...parts };
}

export interface StoreUnderTest {
  readonly store: SeatStore;
  reopen?(): Promise<SeatStore>;
  dispose(): Promise<void>;
}

export function storeContract(start: () => Promise<StoreUnderTest>): void {
  let test: StoreUnderTest;
  let store: SeatStore;
  beforeEach(async () => {
    test = await start();
    store = test.store;
  });
  afterEach(() => test.dispose());
  const reopened = async () => test.reopen?.() ?? store;
  const devices = async (from: SeatStore, eventId: string) =>
    (await from.load(eventId))?.seats.map(({ record }) => record.deviceId).toSorted();

  it("[D1] gives back what was committed, in full", async () => {
    const closed = {
      isClosed: true,
      epoch: 7,
      kicked: ["x", "__proto__"],
      schema: "s2",
      own: '{"fields":{"q":1}}',
    };
    await store.commit([batch("e", { upserts: [seat("a", '{"score":3}'), seat("b")], facts })]);
    await store.commit([batch("e", { facts: closed })]);
    await store.alive(12_345);
    const next = await reopened();
    if (next !== store) await next.alive(99_999); // a later process: its life is not the one the deadlines belong to
    const stored = await next.load("e");
    expect(stored?.eventId).to.equal("e");
    expect(stored?.facts).to.deep.equal(closed);
    expect(stored?.lastAliveAt).to.equal(12_345);
    expect(
      stored?.seats.toSorted((x, y) => x.record.deviceId.localeCompare(y.record.deviceId)),
    ).to.deep.equal([seat("a", '{"score":3}'), seat("b")]);
  });

  it("[D1] an event without facts yet, and one that nobody knows", async () => {
    await store.commit([batch("e", { upserts: [seat("a")] })]);
    expect((await store.load("e"))?.facts).to.deep.equal({
      isClosed: false,
      epoch: 0,
      kicked: [],
      schema: "",
      own: null,
    });
    expect(await store.load("nobody")).to.equal(undefined);
  });

  it("[D1] upserts replace, removals remove, and a whole batch leaves nothing else", async () => {
    await store.commit([batch("e", { upserts: [seat("a"), seat("b"), seat("c")], facts })]);
    await store.commit([batch("e", { upserts: [seat("a", "{}")], removals: ["b", "never"] })]);
    const after = await reopened();
    expect(await devices(after, "e")).to.deep.equal(["a", "c"]);
    await after.commit([batch("e", { upserts: [seat("d")], isWhole: true, facts })]);
    expect(await devices(await reopened(), "e")).to.deep.equal(["d"]);
  });

  it("[D1] many events in one commit, with ids that databases and objects stumble over", async () => {
    const ids = ["__proto__", "constructor", "a'b\"c", "%s;--", "\u{1F389}", "x".repeat(128), " e", "e "];
    await store.commit(ids.map((id) => batch(id, { upserts: ids.map((device) => seat(device)), facts })));
    const after = await reopened();
    expect([...(await after.eventIds())].toSorted()).to.deep.equal(ids.toSorted());
    for (const id of ids) expect(await devices(after, id), id).to.deep.equal(ids.toSorted());
  });

  it("[D1] forgets an event, and only that one", async () => {
    await store.commit([batch("e", { upserts: [seat("a")] }), batch("f", { upserts: [seat("a")] })]);
    await store.forget("e");
    const after = await reopened();
    expect(await after.load("e")).to.equal(undefined);
    expect(await after.eventIds()).to.deep.equal(["f"]);
    expect(await devices(after, "f")).to.deep.equal(["a"]);
    await after.commit([batch("e", { upserts: [seat("b")] })]);
    expect(await devices(await reopened(), "e"), "one of the same name has nothing of it").to.deep.equal([
      "b",
    ]);
  });

  it("[D1] a thousand seats in one commit", async () => {
    const upserts = Array.from({ length: 1000 }, (_, i) => seat(`d${i}`));
    await store.commit([batch("e", { upserts, facts })]);
    expect(await devices(await reopened(), "e")).to.have.length(1000);
  });
}
