// What every store must do: one suite, run by each of them. `reopen` gives a new store on the same data, as a new
// process would see it; undefined for one whose data die with it.
import { expect } from "chai";
import type { SeatRecord } from "../../src/seats/snapshot.ts";
import {
  type EventBatch,
  type EventFacts,
  noFacts,
  type SeatStore,
  type StoredSeat,
} from "../../src/store/seat-store.ts";

export const facts: EventFacts = { ...noFacts, schema: "s1" };

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
  return {
    eventId,
    upserts: [],
    removals: [],
    facts: undefined,
    entries: undefined,
    isWhole: false,
    ...parts,
  };
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
      type: "",
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
    expect((await store.load("e"))?.facts).to.deep.equal(noFacts);
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

  const entriesOf = async (from: SeatStore, eventId = "e") =>
    Object.fromEntries((await from.load(eventId))?.entries ?? [["none", "loaded"]]);

  it("[D60] entries: put replaces, drop removes, each with its event's commit and beside its seats", async () => {
    const put = [
      ["tell/a/1", "one"],
      ["tell/a/2", "two"],
      ["timer/1", "three"],
    ] as const;
    await store.commit([batch("e", { upserts: [seat("a")], facts, entries: { put, drop: [] } })]);
    await store.commit([batch("e", { entries: { put: [["tell/a/2", "2"]], drop: ["tell/a/1", "never"] } })]);
    await store.commit([batch("f", { entries: { put: [["timer/1", "another's"]], drop: [] } })]);
    await store.commit([batch("e", { upserts: [seat("b")], removals: ["a"] })]);
    const after = await reopened();
    expect(await entriesOf(after)).to.deep.equal({ "tell/a/2": "2", "timer/1": "three" });
    expect(await entriesOf(after, "f")).to.deep.equal({ "timer/1": "another's" });
    expect(await devices(after, "e")).to.deep.equal(["b"]);
    expect((await after.load("e"))?.facts).to.deep.equal(facts);
  });

  it("[D60] an event that has entries only, and one that has none", async () => {
    await store.commit([batch("e", { entries: { put: [["k", "v"]], drop: [] } }), batch("f")]);
    const after = await reopened();
    expect(await entriesOf(after)).to.deep.equal({ k: "v" });
    expect((await after.load("e"))?.facts).to.deep.equal(noFacts);
    expect(await entriesOf(after, "f")).to.deep.equal({});
    expect([...(await after.eventIds())].toSorted()).to.deep.equal(["e", "f"]);
  });

  it("[D60] a whole batch leaves no other entries, and none when it has none", async () => {
    const put = (...keys: string[]) => ({ put: keys.map((key) => [key, "v"] as const), drop: [] });
    await store.commit([batch("e", { facts, entries: put("a", "b") }), batch("f", { entries: put("a") })]);
    await store.commit([batch("e", { facts, entries: put("c"), isWhole: true })]);
    expect(await entriesOf(await reopened())).to.deep.equal({ c: "v" });
    await (await reopened()).commit([batch("e", { facts, isWhole: true })]);
    const after = await reopened();
    expect(await entriesOf(after)).to.deep.equal({});
    expect(await entriesOf(after, "f")).to.deep.equal({ a: "v" });
    expect((await after.load("e"))?.facts).to.deep.equal(facts);
  });

  it("[D60] a forgotten event's entries are gone, and one of the same name has none of them", async () => {
    const entries = { put: [["k", "v"] as const], drop: [] };
    await store.commit([batch("e", { facts, entries }), batch("f", { facts, entries })]);
    await store.forget("e");
    const after = await reopened();
    await after.commit([batch("e", { facts })]);
    expect(await entriesOf(await reopened())).to.deep.equal({});
    expect(await entriesOf(await reopened(), "f")).to.deep.equal({ k: "v" });
  });

  it("[D60] keys and values that databases and objects stumble over, long ones, and many", async () => {
    const odd = [
      "__proto__",
      "a'b\"c",
      "%s;--",
      "\u{1F389}",
      " k",
      "k ",
      "",
      "facts",
      "owner",
      "entry:k",
      "x".repeat(1024),
    ];
    const put = odd.map((text, i) => [text, `${text}\n${i}`] as const);
    const many = Array.from({ length: 5000 }, (_, i) => [`many/${i}`, "v"] as const);
    const long = "\u{1F389}".repeat(524_288);
    await store.commit([
      batch("e", { facts, entries: { put: [...put, ...many, ["long", long]], drop: [] } }),
    ]);
    const found = (await (await reopened()).load("e"))?.entries;
    expect(found?.size).to.equal(odd.length + many.length + 1);
    for (const [key, value] of put) expect(found?.get(key), key).to.equal(value);
    expect(found?.get("long") === long).to.equal(true);
  });

  it("[D61] an event's type is stored with its facts, and stays with what is stored later", async () => {
    const quiz = { ...facts, type: "quiz", epoch: 3, own: "{}" };
    await store.commit([batch("e", { upserts: [seat("a")], facts: quiz }), batch("f", { facts })]);
    await store.commit([batch("e", { upserts: [seat("b")], entries: { put: [["k", "v"]], drop: [] } })]);
    const after = await reopened();
    expect((await after.load("e"))?.facts).to.deep.equal(quiz);
    expect((await after.load("f"))?.facts.type).to.equal("");
    await after.commit([batch("e", { facts: { ...quiz, isClosed: true }, isWhole: true })]);
    expect((await (await reopened()).load("e"))?.facts).to.deep.equal({ ...quiz, isClosed: true });
  });

  it("[D62] a secret is kept as it was first given, each under its name", async () => {
    expect(await store.secret("host", "first")).to.equal("first");
    expect(await store.secret("host", "second")).to.equal("first");
    expect(await store.secret("__proto__", "other")).to.equal("other");
    const after = await reopened();
    expect(await after.secret("host", "third")).to.equal("first");
    expect(await after.secret("__proto__", "third")).to.equal("other");
    await after.forget("host");
    const last = await reopened();
    expect(await last.secret("host", "fourth")).to.equal("first");
    expect(await last.secret("host", "fifth", "another")).to.equal("first");
    expect(await last.secret("host", "fifth", "first")).to.equal("fifth");
    expect(await last.secret("new", "sixth", "first")).to.equal("sixth");
    expect(await (await reopened()).secret("host", "seventh")).to.equal("fifth");
  });

  it("[D1] a thousand seats in one commit", async () => {
    const upserts = Array.from({ length: 1000 }, (_, i) => seat(`d${i}`));
    await store.commit([batch("e", { upserts, facts })]);
    expect(await devices(await reopened(), "e")).to.have.length(1000);
  });
}
