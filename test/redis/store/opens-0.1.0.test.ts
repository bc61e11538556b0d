// A Redis that servers of version 0.1.0 have written, or write beside this one while a deploy is rolling.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Redis } from "ioredis";
import { RedisStore } from "../../../src/store/redis/redis-store.ts";
import { expectParty, PartyRoom } from "../../../harness/stores-of-0.1.0/party.ts";
import { OldRedisStore } from "../../../harness/stores-of-0.1.0/redis-store.ts";
import { startApp } from "../../../harness/servers/app.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { batch, facts, seat } from "../../../harness/contracts/store-contract.ts";

const file = new URL("../../../harness/stores-of-0.1.0/redis.json", import.meta.url);
const dump = JSON.parse(readFileSync(file, "utf8")) as Record<string, string[] | Record<string, string>>;

describeWithRedis("durable seats: Redis and 0.1.0", () => {
  let redis: RedisServer;
  let connection: Redis;
  before(async () => {
    redis = await RedisServer.start();
    connection = new Redis(redis.url);
  });
  beforeEach(() => connection.flushall());
  after(async () => {
    connection.disconnect();
    await redis.stop();
  });

  it("[D64] what 0.1.0 wrote opens with every seat, field and snapshot; and again after that", async () => {
    for (const [key, value] of Object.entries(dump))
      await (Array.isArray(value) ? connection.sadd(key, value) : connection.hset(key, value));
    for (let time = 0; time < 2; time++) {
      const app = await startApp({
        room: PartyRoom,
        config: { storeUrl: redis.url, gracePeriodMs: 30_000 },
      });
      await expectParty(app).finally(() => app.close());
    }
  });

  describe("an older process of a rolling deploy", () => {
    let store: RedisStore;
    let old: OldRedisStore;
    const entries = { put: [["timer/1", "round over"] as const], drop: [] };
    beforeEach(async () => {
      store = new RedisStore(redis.url);
      await store.open();
      old = new OldRedisStore(connection);
    });
    afterEach(() => store.close());

    it("[D65] reads an event of the default type, and leaves its entries as they are whatever it writes", async () => {
      await store.commit([batch("e", { upserts: [seat("a"), seat("b")], facts, entries })]);
      const { type: _, ...oldFacts } = { ...facts, epoch: 9 };
      expect((await old.load("e"))?.seats.map(({ record }) => record.deviceId)).to.have.members(["a", "b"]);
      await old.write("e", [seat("b")], oldFacts, true);
      await old.write("e", [seat("c")], oldFacts, false);
      const stored = await store.load("e");
      expect(stored?.seats.map(({ record }) => record.deviceId)).to.have.members(["b", "c"]);
      expect(stored?.facts).to.deep.equal({ ...facts, epoch: 9 });
      expect([...(stored?.entries ?? [])]).to.deep.equal([["timer/1", "round over"]]);
    });

    it("[D65] forgets an event with its entries: one of the same name has none of them", async () => {
      await store.commit([batch("e", { upserts: [seat("a")], facts, entries })]);
      await old.forget("e");
      expect(await store.load("e")).to.equal(undefined);
      await old.write("e", [], facts, true);
      expect((await store.load("e"))?.entries.size).to.equal(0);
    });

    it("[D65] cannot read an event of another type, and so neither serves it nor writes over it", async () => {
      const quiz = { ...facts, type: "quiz", own: '{"fields":{"q":1}}' };
      await store.commit([batch("e", { upserts: [seat("a")], facts: quiz, entries })]);
      const failure = await old.load("e").catch((error: Error) => error.message);
      expect(failure).to.contain('"of a newer"'); // in its log, beside the event's id
      await store.commit([batch("e", { facts: { ...quiz, isClosed: true } })]);
      expect(await old.load("e").catch((error: Error) => error.name)).to.equal("SyntaxError");
      const stored = await store.load("e");
      expect(stored?.facts).to.deep.equal({ ...quiz, isClosed: true });
      expect(stored?.seats).to.have.length(1);
    });
  });
});
