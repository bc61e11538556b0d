// What a process may no longer believe: a Redis that is another one than it was, an answer that did not come, a clock
// that has stepped. On real Redis servers.
import { expect } from "chai";
import { roomIdOf } from "../../../../src/protocol/event-key.ts";
import { key } from "../../../../src/store/redis/redis-keys.ts";
import { systemClock } from "../../../../src/clock.ts";
import type { LocalRoom } from "../../../../src/cluster/local-rooms.ts";
import { Member } from "../../../../src/cluster/member.ts";
import { newProcessId, RedisLeases } from "../../../../src/cluster/redis-leases.ts";
import { notedRoom } from "../../../../harness/servers/cluster/noted-room.ts";
import { describeWithRedis, RedisServer } from "../../../../harness/servers/redis/redis.ts";
import { RedisFront } from "../../../../harness/servers/redis/redis-front.ts";
import { quiet, until } from "../../../../harness/wait.ts";

const leaseMs = 500;

describeWithRedis("cluster: what may not be believed", function () {
  this.timeout(20_000);
  let redis: RedisServer;
  const afterwards: (() => unknown)[] = [];
  beforeEach(async () => {
    redis = await RedisServer.start();
    afterwards.push(() => redis.stop());
  });
  afterEach(async () => {
    for (const run of afterwards.splice(0).toReversed()) await run();
  });

  /** A process on this Redis; its rooms are only noted. */
  async function member(url = redis.url, address = "127.0.0.1:1") {
    const id = newProcessId();
    const leases = new RedisLeases(url, id, leaseMs);
    await leases.open();
    afterwards.push(() => leases.close());
    const rooms = new Map<string, LocalRoom>();
    const created: string[] = [];
    const local = {
      get: (roomId: string) => rooms.get(roomId),
      create: async (eventId: string) => {
        created.push(eventId);
        rooms.set(
          roomIdOf(eventId),
          notedRoom(() => void rooms.delete(roomIdOf(eventId))),
        );
      },
    };
    const reporter = { recordOwnership() {}, reportError() {} };
    const it = new Member({ id, leases, clock: systemClock, rooms: local, reporter }, leaseMs);
    it.address = address;
    const renew = () => it.renew(systemClock.now());
    await renew();
    return { id, leases, member: it, created, renew };
  }
  /** Redis, and those who are there, have been there for longer than a lease. */
  async function settled(...members: { renew(): Promise<unknown> }[]) {
    for (let i = 0; i < 5; i++) {
      for (const { renew } of members) await renew();
      await quiet(leaseMs / 4);
    }
    for (const { renew } of members) await renew();
  }

  it("[K11] another Redis answers, with everything that it should have: every event is confirmed, nothing told before", async () => {
    const replica = await RedisServer.start();
    afterwards.push(() => replica.stop());
    await replica.command("replicaof", "127.0.0.1", String(redis.port));
    const front = await RedisFront.start(redis.port);
    afterwards.push(() => front.stop());
    const a = await member(front.url);
    await settled(a);
    await a.member.openFor("x", {});
    expect(await a.renew()).to.equal("kept");
    const acknowledged = await redis.command("hget", "holdfast:alive", a.id);
    await until("a replica that has it", async () => {
      return (await replica.command("hget", "holdfast:alive", a.id)) === acknowledged;
    });
    await replica.command("replicaof", "no", "one");
    front.switchTo(replica.port);
    await until("a connection", () => a.leases.owned().catch(() => undefined));
    const holds: boolean[] = [];
    const confirm = a.leases.confirm.bind(a.leases);
    a.leases.confirm = async (held) => {
      holds.push(a.member.holds(systemClock.now()));
      return confirm(held);
    };
    expect(await a.renew()).to.equal("lost");
    expect(holds, "while it confirms").to.deep.equal([false]);
    expect(a.member.holds(systemClock.now())).to.equal(true);
    expect(await a.renew()).to.equal("kept");
  });

  it("[K11] a Redis that followed another for a moment is another one, though it ran on", async () => {
    const other = await RedisServer.start();
    afterwards.push(() => other.stop());
    const a = await member();
    await settled(a);
    expect(await a.renew()).to.equal("kept");
    await redis.command("replicaof", "127.0.0.1", String(other.port));
    await redis.command("replicaof", "no", "one");
    expect(await a.renew()).to.equal("lost");
    expect(await a.renew()).to.equal("kept");
  });

  it("[K12] an event claimed by a question whose answer was lost gets its room at the next look, or is given up", async () => {
    const a = await member();
    await settled(a);
    const claimed = async (eventId: string) => {
      const answer = await a.leases.claim(roomIdOf(eventId), eventId); // nobody hears of this one
      expect(answer).to.have.property("is", "mine");
      return (answer as { epoch: number }).epoch;
    };
    await redis.command("hset", key("facts", "stored"), "owner", "somebody");
    const epoch = await claimed("stored");
    await claimed("new");
    await a.member.reconcile();
    expect(a.created).to.deep.equal(["stored"]);
    expect(a.member.epochOf("stored")).to.be.greaterThan(epoch);
    expect(await redis.command("exists", key("lease", "new"))).to.equal(0);
    expect(await a.leases.owned()).to.deep.equal([roomIdOf("stored")]);
    await a.member.reconcile();
    expect(a.created, "once").to.deep.equal(["stored"]);
  });

  it("[K12] an event of ours that could not be opened is opened at the next look", async () => {
    const a = await member();
    await settled(a);
    await redis.command("hset", key("facts", "x"), "owner", "somebody");
    await a.member.claim(roomIdOf("x"), "x");
    expect(a.created).to.deep.equal([]);
    await a.member.reconcile();
    expect(a.created).to.deep.equal(["x"]);
  });

  it("[K13] Redis's clock goes back: after a lease new events are opened again, and a dead process's are free", async () => {
    const [a, dead] = [await member(), await member()];
    await settled(a, dead);
    await dead.member.openFor("x", {});
    const ahead = String(Date.now() + 600_000);
    await redis.command("hset", "holdfast:redis", "since", ahead);
    await redis.command("hset", `holdfast:process:${a.id}`, "since", ahead);
    await redis.command("pexpire", `holdfast:process:${dead.id}`, "600000");
    const startedAt = Date.now();
    const mine = (roomId: string, eventId?: string) =>
      until(
        `a claim of ${roomId}`,
        async () => {
          await a.renew();
          return "roomId" in (await a.member.claim(roomId, eventId));
        },
        4 * leaseMs,
      );
    await mine(roomIdOf("new"), "new");
    await mine(roomIdOf("x"));
    expect(Date.now() - startedAt, "not before whoever lives has renewed its lease").to.be.at.least(
      leaseMs - 50,
    );
  });

  it("[K13] Redis's clock has stepped, by the clock of whoever asks: nothing is claimed for one lease", async () => {
    const now = performance.now.bind(performance);
    afterwards.push(() => {
      performance.now = now;
    });
    for (const stepMs of [600_000, -600_000]) {
      const a = await member();
      await settled(a);
      performance.now = () => now() + stepMs; // to this process it looks as if Redis's clock had stepped the other way
      const claimed = await a.leases.claim(roomIdOf("x"), "x");
      performance.now = now;
      expect(claimed).to.have.property("is", "wait");
      expect((claimed as { ms: number }).ms).to.be.within(leaseMs - 50, leaseMs);
    }
  });

  describe("Redis has forgotten everything, and an owner stands still", () => {
    /** `b` has been there for longer than a lease again, `a` has not come back. */
    async function emptied() {
      const [a, b] = [await member(redis.url, "a:1"), await member(redis.url, "b:1")];
      await settled(a, b);
      await a.member.openFor("x", {});
      const epoch = a.member.epochOf("x");
      await a.renew();
      await b.renew();
      await redis.command("flushall");
      await settled(b);
      return { a, b, epoch };
    }

    it("[K17] what nobody knows any more is nobody's until it is back; then it has its events, and new ones open", async () => {
      const { a, b, epoch } = await emptied();
      for (const claimed of [
        await b.member.claim(roomIdOf("x"), "x"),
        await b.member.claim(roomIdOf("x")),
        await b.member.claim(roomIdOf("y"), "y"),
      ])
        expect(claimed).to.have.property("is", "wait");
      expect(await a.renew()).to.equal("lost");
      expect(await b.leases.claim(roomIdOf("x"), "x")).to.deep.equal({ is: "theirs", address: "a:1" });
      expect(a.member.epochOf("x")).to.equal(epoch);
      expect(await b.member.claim(roomIdOf("y"), "y")).to.have.property("roomId", roomIdOf("y"));
    });

    it("[K17] it is not waited for once another has its place, nor for longer than 30 s", async () => {
      const { a, b } = await emptied();
      expect(await b.member.claim(roomIdOf("x"), "x")).to.have.property("is", "wait");
      const until = Number.parseInt(String(await redis.command("hget", "holdfast:missing", a.id)), 10);
      expect(until - Date.now()).to.be.within(20_000, 30_100);
      await member(redis.url, "a:1").then(({ renew }) => renew());
      expect(await b.member.claim(roomIdOf("x"), "x")).to.have.property("roomId", roomIdOf("x"));
      await redis.command("hset", "holdfast:missing", "somebody", `${Date.now() - 1} c:1`);
      await b.renew();
      expect(await b.member.claim(roomIdOf("z"), "z")).to.have.property("roomId", roomIdOf("z"));
    });

    it("[K17] a Redis that only lost its last writes knows what is whose: nobody is waited for", async () => {
      const [a, b] = [await member(redis.url, "a:1"), await member(redis.url, "b:1")];
      await settled(a, b);
      await redis.command("hset", "holdfast:alive", b.id, "1");
      expect(await b.renew()).to.equal("lost");
      expect(await redis.command("exists", "holdfast:missing")).to.equal(0);
    });
  });
});
