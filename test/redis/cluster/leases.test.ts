// The lease: its local proof by a fake clock, its scripts on a real Redis, and the fence of the store and the listing.
import { expect } from "chai";
import { roomIdOf } from "../../../src/protocol/event-key.ts";
import { systemClock } from "../../../src/clock.ts";
import { Member } from "../../../src/cluster/member.ts";
import { type EventRoomClass, EventTypes } from "../../../src/rooms/directory/event-types.ts";
import { newProcessId, RedisLeases } from "../../../src/cluster/redis-leases.ts";
import { RedisStore } from "../../../src/store/redis/redis-store.ts";
import { notedRoom } from "../../../harness/servers/cluster/noted-room.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { quiet } from "../../../harness/wait.ts";
import { batch, seat } from "../../../harness/contracts/store-contract.ts";

describeWithRedis("cluster: leases in Redis", function () {
  this.timeout(20_000);
  const leaseMs = 500;
  let redis: RedisServer;
  const members: RedisLeases[] = [];
  before(async () => {
    redis = await RedisServer.start();
  });
  afterEach(async () => {
    for (const member of members.splice(0)) member.close();
    await redis.command("flushall");
  });
  after(() => redis.stop());

  /** A process that has been a member for longer than a lease. */
  async function member(name: string, forMs = leaseMs, types?: EventTypes) {
    const id = newProcessId();
    const leases = new RedisLeases(redis.url, id, forMs, types);
    await leases.open();
    members.push(leases);
    const renew = () => leases.renew({ id, address: name, isDraining: false }, Date.now());
    await renew();
    await redis.command("hset", "holdfast:redis", "since", "0"); // and Redis has been here for long
    return { id, leases, renew };
  }
  const epochIn = (claimed: unknown) => (claimed as { epoch: number }).epoch;

  it("[K8] a Redis that has just come back lets owners write their leases again before anyone claims", async () => {
    const a = await member("a");
    await redis.command("del", "holdfast:redis");
    expect(await a.leases.claim("ev-x", "x")).to.deep.include({ is: "wait" });
    await redis.command("hset", "holdfast:redis", "run", "another run", "since", "0");
    expect(await a.leases.claim("ev-x", "x"), "a replica that took over").to.deep.include({ is: "wait" });
    await quiet(leaseMs + 50);
    await a.renew();
    expect(await a.leases.claim("ev-x", "x")).to.deep.include({ is: "mine" });
  });

  const typesOf = (...names: string[]) =>
    new EventTypes(names.map((name) => ({ name, room: {} as EventRoomClass })));

  it("[T9] an event is claimed only by who defines its type, stored or not; who does not says who does", async () => {
    const room = roomIdOf("x");
    const lease = `holdfast:lease:${room.slice(3)}`;
    const [old, both] = [
      await member("old:1", 10_000, typesOf("quiz")),
      await member("both:1", 10_000, typesOf("quiz", "buzzer")),
    ];
    const claimed = await both.leases.claim(room, "x", "buzzer");
    expect(claimed).to.deep.include({ is: "mine", existed: false, type: "buzzer" });
    expect(await old.leases.claim(room, "x")).to.deep.equal({ is: "theirs", address: "both:1" });
    await both.leases.release(room, epochIn(claimed), false); // handed over, with nothing stored yet
    const elsewhere = { is: "unserved", address: "both:1", type: "buzzer" };
    for (const name of ["quiz", "event", undefined])
      expect(await old.leases.claim(room, "x", name)).to.deep.equal(elsewhere);
    expect(await old.leases.claim(room)).to.deep.equal(elsewhere);
    expect(await old.leases.orphans(), "and it is still anyone's").to.deep.equal([room]);
    const again = await both.leases.claim(room);
    expect(again).to.deep.include({ is: "mine", eventId: "x", existed: true, type: "buzzer" });

    const store = new RedisStore(redis.url, { owner: both.id, epochOf: () => epochIn(again) });
    await store.open();
    const facts = { type: "buzzer", isClosed: false, epoch: 1, kicked: [], schema: "", own: null };
    await store.commit([{ ...batch("x", { upserts: [seat("a")] }), facts }]).finally(() => store.close());
    await redis.command("del", `holdfast:process:${both.id}`, lease); // it dies, and Redis loses the lease
    const unserved = await old.leases.claim(room, "x", "quiz");
    expect(unserved).to.deep.equal({ is: "unserved", address: "", type: "buzzer" });
    expect(await redis.command("exists", lease)).to.equal(0);
  });

  it("[T1] [T9] what 0.1.0 has stored or leased is of the default type, whatever its name; 0.1.0 defines no other", async () => {
    const a = await member("a:1", 10_000, typesOf("quiz", "buzzer"));
    await redis.command("hset", "holdfast:lease:x", "owner", "", "epoch", "1", "event", "x");
    expect(await a.leases.claim("ev-x", "x", "buzzer")).to.deep.include({ is: "mine", type: "" });
    await redis.command("hset", "holdfast:facts:z", "facts", "{}", "owner", "somebody");
    expect(await a.leases.claim("ev-z", "z", "buzzer")).to.deep.include({
      is: "mine",
      existed: true,
      type: "",
    });
    const older = await member("older:1", 10_000);
    await redis.command("hdel", `holdfast:process:${older.id}`, "types");
    expect([...((await a.leases.peers())[0]?.types ?? [])]).to.deep.equal([""]);
    expect(await a.leases.claim("ev-n", "n")).to.deep.include({ is: "mine", type: "quiz" });
  });

  it("[K2] a new event is the first claimer's; another hears where it is", async () => {
    const [a, b] = [await member("a:1", 10_000), await member("b:1", 10_000)];
    const claimed = await a.leases.claim("ev-x", "x");
    expect(claimed).to.deep.include({ is: "mine", eventId: "x", existed: false });
    expect(await b.leases.claim("ev-x", "x")).to.deep.equal({ is: "theirs", address: "a:1" });
    expect(await b.leases.claim("ev-x")).to.deep.equal({ is: "theirs", address: "a:1" });
  });

  it("[K2] without an event id nothing is claimed that nobody knows", async () => {
    const a = await member("a:1");
    expect(await a.leases.claim("ev-x")).to.have.property("is", "wait"); // it may not know yet
    await quiet(leaseMs / 2);
    await a.renew();
    await quiet(leaseMs / 2);
    expect(await a.leases.claim("ev-x")).to.deep.equal({ is: "unknown" });
  });

  it("[K2] given up: anyone's at once, at a higher epoch; over: forgotten", async () => {
    const [a, b] = [await member("a:1", 10_000), await member("b:1", 10_000)];
    const first = epochIn(await a.leases.claim("ev-x", "x"));
    await a.leases.release("ev-x", first, false);
    expect(await b.leases.orphans()).to.deep.equal(["ev-x"]);
    const second = await b.leases.claim("ev-x");
    expect(second).to.deep.include({ is: "mine", existed: true });
    expect(epochIn(second)).to.be.greaterThan(first);
    expect(await a.leases.orphans()).to.deep.equal([]);
    await a.leases.release("ev-x", first, false); // late, and not its own any more
    expect(await a.leases.claim("ev-x")).to.have.property("is", "theirs");
    await b.leases.release("ev-x", epochIn(second), true);
    expect(epochIn(await a.leases.claim("ev-x", "x"))).to.be.greaterThan(epochIn(second));
  });

  it("[K2] epochs rise also for an event that is over and begins again within a millisecond", async () => {
    const a = await member("a:1", 10_000);
    const epochs: number[] = [];
    for (let i = 0; i < 50; i++) {
      for (const isOver of [false, true]) {
        const epoch = epochIn(await a.leases.claim("ev-x", "x"));
        epochs.push(epoch);
        await a.leases.release("ev-x", epoch, isOver);
      }
    }
    const rising = epochs.filter((epoch, i) => i === 0 || epoch > (epochs[i - 1] as number));
    expect(rising).to.have.length(epochs.length);
  });

  it("[K2] an owner's lease runs out: its events are orphans, for those who have been here for a lease", async () => {
    const a = await member("a:1");
    const { since } = await a.renew();
    const first = epochIn(await a.leases.claim("ev-x", "x"));
    const b = await member("b:1");
    await quiet(leaseMs - 150);
    await b.renew();
    await quiet(300);
    const fresh = await member("c:1");
    expect(await fresh.leases.claim("ev-x")).to.have.property("is", "wait");
    expect(await b.leases.orphans()).to.deep.equal(["ev-x"]);
    const claimed = await b.leases.claim("ev-x");
    expect(claimed).to.deep.include({ is: "mine", existed: true });
    expect(epochIn(claimed)).to.be.greaterThan(first);
    expect((await a.renew()).since).to.not.equal(since);
    expect(await a.leases.confirm([{ roomId: "ev-x", eventId: "x", epoch: first }])).to.deep.equal([false]);
  });

  it("[K2] a process without a lease claims nothing", async () => {
    const a = await member("a:1");
    await quiet(leaseMs + 100);
    expect(await a.leases.claim("ev-x", "x")).to.deep.equal({ is: "unproven" });
  });

  it("[K8] Redis forgot, or remembers an older epoch: the owner writes its lease again; a later claim wins", async () => {
    const a = await member("a:1");
    const held = { roomId: "ev-x", eventId: "x", epoch: epochIn(await a.leases.claim("ev-x", "x")) };
    await redis.command("flushall");
    await a.renew();
    expect(await a.leases.confirm([held])).to.deep.equal([true]);
    await redis.command("hset", "holdfast:lease:x", "owner", "someone", "epoch", String(held.epoch - 5));
    expect(await a.leases.confirm([held])).to.deep.equal([true]);
    expect(await redis.command("hget", "holdfast:lease:x", "owner")).to.equal(a.id);
    await redis.command("hset", "holdfast:lease:x", "owner", "someone", "epoch", String(held.epoch + 5));
    expect(await a.leases.confirm([held])).to.deep.equal([false]);
  });

  it("[K3] a former owner's commit and forget change nothing, and the others of its batch are written", async () => {
    const [a, b] = [await member("a:1", 10_000), await member("b:1", 10_000)];
    const epochs = new Map<string, number>();
    const store = new RedisStore(redis.url, { owner: a.id, epochOf: (eventId) => epochs.get(eventId) });
    await store.open();
    // The store derives an event's keys from its id: so does a room id.
    const { roomIdOf } = await import("../../../src/protocol/event-key.ts");
    for (const id of ["x", "y"]) epochs.set(id, epochIn(await a.leases.claim(roomIdOf(id), id)));
    expect(
      await store.commit([batch("x", { upserts: [seat("d1")] }), batch("y", { upserts: [seat("d1")] })]),
    ).to.deep.equal([]);
    await a.leases.release(roomIdOf("x"), epochs.get("x") as number, false);
    await b.leases.claim(roomIdOf("x"));
    const late = [batch("x", { upserts: [seat("d2")] }), batch("y", { upserts: [seat("d2")] })];
    expect(await store.commit(late)).to.deep.equal(["x"]);
    await store.forget("x");
    expect((await store.load("x"))?.seats.map(({ record }) => record.deviceId)).to.deep.equal(["d1"]);
    expect((await store.load("y"))?.seats).to.have.length(2);
    expect(await store.commit([batch("z", { upserts: [seat("d1")] })])).to.deep.equal(["z"]); // never claimed
    await store.forget("y");
    expect(await store.load("y")).to.equal(undefined);
    await store.close();
  });

  it("[K3] what an owner does under an earlier epoch of its own changes nothing either", async () => {
    const a = await member("a:1", 10_000);
    const { roomIdOf } = await import("../../../src/protocol/event-key.ts");
    let epoch = epochIn(await a.leases.claim(roomIdOf("x"), "x"));
    const store = new RedisStore(redis.url, { owner: a.id, epochOf: () => epoch });
    await store.open();
    await store.commit([batch("x", { upserts: [seat("d1")] })]);
    await a.leases.release(roomIdOf("x"), epoch, false);
    const later = epochIn(await a.leases.claim(roomIdOf("x")));
    expect(await store.commit([batch("x", { upserts: [seat("d2")] })])).to.deep.equal(["x"]);
    await store.forget("x");
    await a.leases.release(roomIdOf("x"), epoch, true);
    epoch = later;
    expect(await store.commit([batch("x", { upserts: [seat("d3")] })])).to.deep.equal([]);
    expect((await store.load("x"))?.seats.map(({ record }) => record.deviceId).toSorted()).to.deep.equal([
      "d1",
      "d3",
    ]);
    await store.close();
  });

  it("[K4] a gap is noticed also when the answer of the renewal after it was lost", async () => {
    const id = newProcessId();
    const leases = new RedisLeases(redis.url, id, leaseMs);
    await leases.open();
    members.push(leases);
    const lost: string[] = [];
    const room = (roomId: string) => notedRoom(() => void lost.push(roomId));
    const rooms = { get: room, create: async () => {} };
    const reporter = { recordOwnership() {}, reportError() {} };
    const a = new Member({ id, leases, clock: systemClock, rooms, reporter }, leaseMs);
    expect(await a.renew(Date.now())).to.equal("kept");
    await redis.command("hset", "holdfast:redis", "since", "0"); // Redis has been here for long
    await a.renew(Date.now());
    for (const eventId of ["x", "y"]) await a.claim(roomIdOf(eventId), eventId);
    expect(await a.renew(Date.now())).to.equal("kept");
    const b = await member("b:1");
    await redis.command("del", `holdfast:process:${id}`); // it has run out
    await quiet(leaseMs - 150);
    await b.renew();
    await quiet(200);
    expect(await b.leases.claim(roomIdOf("x"))).to.have.property("is", "mine");
    await leases.renew({ id, address: "a:1", isDraining: false }, Date.now()); // nobody hears of this one
    expect(await a.renew(Date.now())).to.equal("lost");
    expect(lost).to.deep.equal([roomIdOf("x")]);
    expect([a.epochOf("x"), a.epochOf("y")].map((epoch) => epoch === undefined)).to.deep.equal([true, false]);
    expect(await a.renew(Date.now())).to.equal("kept");
  });
});
