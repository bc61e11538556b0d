// What keeps a Redis store right on a bad network and beside others: order of writes, losses that are noticed, one
// server at a time, and nothing left behind.
import { expect } from "chai";
import { Redis } from "ioredis";
import { RedisStore, type RedisStoreOptions } from "../../../src/store/redis/redis-store.ts";
import { loadEvent } from "../../../src/store/redis/redis-keys.ts";
import { Delay } from "../../../harness/servers/redis/delay.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { quiet, until } from "../../../harness/wait.ts";
import { batch, seat } from "../../../harness/contracts/store-contract.ts";

const facts = { type: "", isClosed: false, epoch: 0, kicked: [], schema: "s1", own: null };

describeWithRedis("durable seats: the guards of the Redis store", function () {
  this.timeout(40_000);
  let redis: RedisServer;
  let reader: Redis;
  const stores: RedisStore[] = [];
  before(async () => {
    redis = await RedisServer.start();
    reader = new Redis(redis.url);
  });
  after(async () => {
    reader.disconnect();
    await redis.stop();
  });
  beforeEach(() => redis.command("flushall"));
  afterEach(async () => {
    redis.resume();
    for (const store of stores.splice(0)) await store.close();
  });

  async function opened(url = redis.url, options: RedisStoreOptions = {}): Promise<RedisStore> {
    const store = new RedisStore(url, undefined, { lockWaitMs: 500, ...options });
    stores.push(store);
    await store.open();
    return store;
  }
  const refusal = (url = redis.url, options: RedisStoreOptions = {}) =>
    opened(url, options).then(
      () => "opened",
      (error: Error) => error.message,
    );
  const take = (store: RedisStore, ...devices: string[]) =>
    store.commit([batch("e", { upserts: devices.map((device) => seat(device)), facts, isWhole: true })]);
  const devices = async () =>
    (await loadEvent(reader, "e"))?.seats.map(({ record }) => record.deviceId).toSorted();
  const failed = (promise: Promise<unknown>) =>
    promise.then(
      () => "done",
      (error: Error) => error.message,
    );

  describe("the order of writes", () => {
    let way: Delay;
    let store: RedisStore;
    beforeEach(async () => {
      way = await new Delay(redis.port).start();
      store = await opened(`redis://127.0.0.1:${way.port}`);
      await take(store, "a");
    });
    afterEach(() => way.close());

    /** Something that is held up on a connection until its sender has given that up; delivered by what is returned. */
    async function heldUp(write: () => Promise<unknown>): Promise<() => void> {
      way.hold();
      expect(await failed(write())).to.equal("Command timed out");
      return way.reconnect();
    }
    const written = (write: () => Promise<unknown>) =>
      until("it writes again", () =>
        write().then(
          () => true,
          () => false,
        ),
      );

    it("[D20] a commit that arrives after a later one changes nothing", async () => {
      const deliver = await heldUp(() => take(store, "a", "old"));
      await written(() => take(store, "a", "new"));
      deliver();
      await quiet(300);
      expect(await devices()).to.deep.equal(["a", "new"]);
    });

    it("[D20] nor does it bring back an event that is over", async () => {
      const deliver = await heldUp(() => take(store, "a", "old"));
      await written(() => store.forget("e"));
      deliver();
      await quiet(300);
      expect(await devices()).to.equal(undefined);
      expect(await redis.command("sismember", "holdfast:events", "e")).to.equal(0);
    });

    it("[D20] nor does a late word that an event is over end one that has begun again", async () => {
      const deliver = await heldUp(() => store.forget("e"));
      await written(() => take(store, "b"));
      deliver();
      await quiet(300);
      expect(await devices()).to.deep.equal(["b"]);
    });

    it("[D20] nor does a commit of a server that has been followed by another", async () => {
      const deliver = await heldUp(() => take(store, "a", "old"));
      await store.close();
      const next = await opened(redis.url, { lockWaitMs: 8000 });
      await take(next, "next");
      deliver();
      await quiet(300);
      expect(await devices()).to.deep.equal(["next"]);
    });
  });

  describe("what Redis has lost", () => {
    it("[D62] a secret is there again with the next sign of life, for everyone", async () => {
      const store = await opened();
      await store.alive(1);
      expect(await store.secret("host", "first")).to.equal("first");
      await redis.command("flushall");
      expect(await store.alive(2)).to.equal("lost");
      const next = await opened(redis.url, { isHolding: false });
      expect(await next.secret("host", "another")).to.equal("first");
      await store.close();
      await next.close();
    });

    it("[D21] is noticed also when answers are lost on the way, until everything is written again", async () => {
      const way = await new Delay(redis.port).start();
      const store = await opened(`redis://127.0.0.1:${way.port}`);
      expect(await store.alive(1)).to.equal("kept");
      expect(await store.alive(2)).to.equal("kept");
      await redis.command("flushall");
      for (let at = 3; at < 5; at++) {
        way.isDeaf = true;
        expect(await failed(store.alive(at))).to.equal("Command timed out");
        way.reconnect();
        await until("connected", () =>
          store.load("e").then(
            () => true,
            () => false,
          ),
        );
      }
      expect(await store.alive(5)).to.equal("lost");
      expect(await store.alive(6)).to.equal("kept");
      way.close();
    });

    it("[D21] is noticed when a replica takes over that had every sign of life, and not the last commits", async () => {
      const store = await opened();
      await take(store, "a");
      await store.alive(1);
      await store.alive(2);
      const dump = new Map<string, string>();
      for (const name of ["alive", "kept", "orders"])
        dump.set(name, JSON.stringify(await reader.hgetall(`holdfast:${name}`)));
      await redis.stop();
      await redis.run();
      for (const [name, fields] of dump) await reader.hset(`holdfast:${name}`, JSON.parse(fields));
      await until("connected", () =>
        store.load("e").then(
          () => true,
          () => false,
        ),
      );
      expect(await store.alive(3)).to.equal("lost");
      expect(await store.alive(4)).to.equal("kept");
    });
  });

  describe("one server at a time", () => {
    it("[D22] a second one is refused with one sentence while the first lives, and takes over when it lets go", async () => {
      const first = await opened();
      const beating = setInterval(() => void first.alive(performance.now()), 300);
      expect(await refusal(redis.url.replace("//", "//:ignored@"), { lockWaitMs: 3500 })).to.match(
        /^STORE_URL: another server uses redis:\/\/127\.0\.0\.1:\d+: one server at a time, or several as a cluster with REDIS_URL\.$/,
      );
      clearInterval(beating);
      await first.close();
      expect(await refusal()).to.equal("opened");
    });

    it("[D22] one that was killed is followed within a lease, also when Redis's clock was set back meanwhile", async () => {
      await opened();
      await redis.command("hset", "holdfast:server", "until", String(Date.now() + 3_600_000));
      const startedAt = performance.now();
      expect(await refusal(redis.url, { lockWaitMs: 8000 })).to.equal("opened");
      expect(performance.now() - startedAt).to.be.within(2000, 4500);
    });

    it("[D22] one that slept and was followed writes nothing any more, and hears that it has been followed", async () => {
      const first = await opened();
      await first.alive(1);
      await take(first, "a");
      const second = await opened(redis.url, { lockWaitMs: 8000 });
      expect(first.holds()).to.equal(false);
      await take(second, "b");
      expect(await take(first, "late")).to.deep.equal(["e"]);
      await first.forget("e");
      expect(await first.alive(2)).to.equal("taken");
      await first.close();
      expect(await devices()).to.deep.equal(["b"]);
      expect(await second.alive(3)).to.equal("kept");
      expect(await refusal()).to.contain("another server uses");
    });

    it("[D22] after Redis was emptied it still has it, and another still has not", async () => {
      const first = await opened();
      await first.alive(1);
      await redis.command("flushall");
      expect(await first.alive(2)).to.equal("lost");
      expect(await take(first, "a")).to.deep.equal([]);
      expect(await refusal()).to.contain("another server uses");
    });

    it("[D22] a server without a cluster and the processes of one do not share a Redis", async () => {
      const fence = { owner: "p", epochOf: () => 1 };
      const alone = await opened();
      const member = new RedisStore(redis.url, fence, { lockWaitMs: 300 });
      expect(await failed(member.open())).to.match(/^REDIS_URL: another server uses/);
      await alone.close();
      const later = new RedisStore(redis.url, fence, { lockWaitMs: 300 });
      stores.push(later);
      await later.open();
      await redis.command("sadd", "holdfast:processes", "p");
      await redis.command("hset", "holdfast:process:p", "since", "1");
      expect(await refusal(redis.url, { lockWaitMs: 4000 })).to.contain("another server uses");
      await redis.command("del", "holdfast:process:p");
      expect(await refusal()).to.equal("opened");
    });
  });

  it("[D23] keys are kept alive for events of this server only, and what has expired is listed no more", async () => {
    const store = await opened();
    await take(store, "a");
    await redis.command("sadd", "holdfast:events", "gone", "someone's");
    const { key } = await import("../../../src/store/redis/redis-keys.ts");
    await redis.command("hset", key("facts", "someone's"), "owner", "x");
    for (const id of ["e", "someone's"]) await redis.command("pexpire", key("facts", id), "100000");
    await store.alive(4_000_000); // more than an hour after the last time
    expect(Number(await redis.command("pttl", key("facts", "e")))).to.be.greaterThan(1_000_000);
    expect(Number(await redis.command("pttl", key("facts", "someone's")))).to.be.lessThan(100_001);
    expect(await reader.smembers("holdfast:events")).to.have.members(["e", "someone's"]);
  });
});
