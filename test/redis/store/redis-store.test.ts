// The Redis store against the contract of all stores, and what is particular to it.
import { expect } from "chai";
import { RedisStore } from "../../../src/store/redis/redis-store.ts";
import type { SeatStore } from "../../../src/store/seat-store.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { key } from "../../../src/store/redis/redis-keys.ts";
import { batch, facts, seat, storeContract } from "../../../harness/contracts/store-contract.ts";

async function opened<Store extends SeatStore>(store: Store): Promise<Store> {
  await store.open();
  return store;
}

describeWithRedis("durable seats: the Redis store", () => {
  let redis: RedisServer;
  before(async () => {
    redis = await RedisServer.start();
  });
  after(() => redis.stop());

  describe("the contract", () =>
    storeContract(async () => {
      await redis.command("flushall");
      let store: SeatStore = await opened(new RedisStore(redis.url));
      return {
        store,
        async reopen() {
          await store.close();
          store = await opened(new RedisStore(redis.url));
          return store;
        },
        dispose: () => store.close(),
      };
    }));

  it("[D1] every key of an event has a time to live, renewed by commits", async () => {
    const store = await opened(new RedisStore(redis.url));
    await store.commit([batch("e", { upserts: [seat("a")] })]);
    const keys = ((await redis.command("keys", "holdfast:*")) as string[]).filter((key) =>
      /facts|seats/.test(key),
    );
    expect(keys).to.have.length(2);
    for (const key of keys) expect(Number(await redis.command("ttl", key))).to.be.greaterThan(6 * 86_400);
    await store.close();
  });

  it("[D8] a commit of many large events is written in several parts, and says of all of them what was not written", async () => {
    const store = await opened(new RedisStore(redis.url, { owner: "me", epochOf: () => 7 }));
    const ids = Array.from({ length: 24 }, (_, i) => `large ${i}`);
    for (const id of ids.slice(1))
      await redis.command("hset", key("lease", id), "owner", "me", "epoch", id === "large 20" ? "8" : "7");
    const put = [["k", "x".repeat(1_000_000)] as const];
    const lost = await store.commit(ids.map((id) => batch(id, { facts, entries: { put, drop: [] } })));
    expect(lost).to.deep.equal(["large 0", "large 20"]);
    for (const id of ids)
      expect((await store.load(id))?.entries.get("k")?.length, id).to.equal(
        lost.includes(id) ? undefined : 1_000_000,
      );
    await store.close();
    await redis.command("flushall");
  });

  it("[D8] tells when what it kept is gone, and rejects within a bound when Redis is", async () => {
    const store = await opened(new RedisStore(redis.url));
    await store.alive(1);
    expect(await store.alive(2)).to.equal("kept");
    await redis.command("flushall");
    expect(await store.alive(3)).to.equal("lost");
    expect(await store.alive(4)).to.equal("kept");
    // A snapshot or a lagging replica came back: it remembers this process, at an earlier instant.
    const [owner] = (await redis.command("hkeys", "holdfast:alive")) as [string];
    await redis.command("hset", "holdfast:alive", owner, "2");
    expect(await store.alive(5)).to.equal("lost");
    redis.pause();
    const startedAt = performance.now();
    const failure = await store.commit([batch("e", { upserts: [seat("a")] })]).catch((error: Error) => error);
    redis.resume();
    expect(failure).to.be.instanceOf(Error);
    expect(performance.now() - startedAt).to.be.lessThan(3000);
    await store.close();
  });

  it("[D8] refuses to start without Redis, with one sentence", async () => {
    const failure = await new RedisStore("redis://127.0.0.1:1").open().catch((error: Error) => error);
    expect(String(failure)).to.match(/STORE_URL: Redis cannot be reached: .*\.$/);
  });
});
