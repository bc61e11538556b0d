// What rooms of other kinds than events have of the framework's Redis: listing and presence as its own classes have them.
import { initializeRoomCache, type IRoomCache, LocalDriver, LocalPresence, matchMaker } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import { expect } from "chai";
import { Redis } from "ioredis";
import { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { until } from "../../../harness/wait.ts";
import { CalmPresence } from "../../../src/rooms/redis/calm-presence.ts";
import { FencedDriver } from "../../../src/rooms/redis/fenced-driver.ts";
import { connectionTo } from "../../../src/store/redis/redis-client.ts";

const row = (roomId: string, more: Partial<IRoomCache> & Record<string, unknown> = {}): IRoomCache =>
  initializeRoomCache({
    roomId,
    processId: matchMaker.processId,
    name: "chat",
    createdAt: new Date(0),
    ...more,
  });

describeWithRedis("plain rooms in Redis", function () {
  this.timeout(20_000);
  let redis: RedisServer;
  let client: Redis;
  let stockClient: Redis;
  let ours: FencedDriver;
  let stock: RedisDriver;

  before(async () => {
    redis = await RedisServer.start();
    await matchMaker.setup(new LocalPresence(), new LocalDriver()); // gives this process its id
  });
  beforeEach(() => {
    client = connectionTo(redis.url, { commandTimeoutMs: 300, isQueueing: true }).on("error", () => {});
    stockClient = new Redis(redis.url).on("error", () => {});
    ours = new FencedDriver(client, "me", new Set(["event"]));
    stock = new RedisDriver(stockClient);
  });
  afterEach(async () => {
    await ours.shutdown();
    stockClient.disconnect();
    await redis.command("flushall");
  });
  after(() => redis.stop());

  const table = async () =>
    Object.fromEntries(
      Object.entries((await stockClient.hgetall("roomcaches")) as Record<string, string>).map(
        ([id, json]) => [id, JSON.parse(json) as IRoomCache],
      ),
    );

  it("[Y6] every step of a room's life leaves the rows that the framework's driver leaves, and answers as it does", async () => {
    const steps: ((driver: RedisDriver, a: IRoomCache, b: IRoomCache) => Promise<unknown>)[] = [
      (driver, a) => driver.persist(a, true),
      (driver, _, b) => driver.persist(b, true),
      (driver) => driver.has("a"),
      (driver, a) => driver.update(a, { $set: { locked: true, maxClients: 2 }, $inc: { clients: 1 } }),
      (driver) => driver.findOne({ name: "chat", locked: false, private: false } as Partial<IRoomCache>),
      (driver) => driver.findOne({ name: "match", locked: false, event_id: "mine" } as Partial<IRoomCache>),
      (driver) => driver.findOne({ name: "match", mode: "none" } as Partial<IRoomCache>),
      (driver, a) => driver.update(a, { $set: { locked: false }, $inc: { clients: -1 } }),
      (driver) => driver.findOne({ name: "chat", locked: false } as Partial<IRoomCache>, { clients: -1 }),
      (driver) => driver.findOne({ roomId: "b" }),
      (driver) => driver.findOne({ roomId: "nobody" }),
      (driver) => driver.query({ processId: matchMaker.processId }, { clients: -1 }),
      async (driver) => [...(await driver.findByIds(["a", "b", "nobody"]))].map(([id]) => id),
      (driver) => driver.remove("b"),
      (driver) => driver.remove("b"),
      (driver, a) => driver.persist(a),
      (driver) => driver.persist({ name: "discarded" } as IRoomCache),
      (driver) => driver.cleanup(matchMaker.processId),
      (driver) => driver.query({}),
    ];
    const lifeWith = async (driver: RedisDriver) => {
      const rooms = [row("a"), row("b", { name: "match", metadata: { event_id: "mine" } })] as const;
      const seen: unknown[] = [];
      for (const step of steps) {
        const answer = await step(driver, ...rooms);
        seen.push(JSON.parse(JSON.stringify([answer ?? null, await table()])));
      }
      await redis.command("flushall");
      return seen;
    };
    const reference = await lifeWith(stock);
    expect(reference).to.have.length(steps.length);
    expect(await lifeWith(ours)).to.deep.equal(reference);
  });

  it("[Y6] of two rooms of one id the first is listed, whichever process it has", async () => {
    expect(await ours.insert(row("own", { processId: "theirs" }))).to.equal(true);
    expect(await ours.insert(row("own"))).to.equal(false);
    expect((await ours.findOne({ roomId: "own" })).processId).to.equal("theirs");
  });

  it("[Y6] a row of another process is not taken out", async () => {
    await ours.insert(row("own", { processId: "theirs" }));
    expect(await ours.remove("own")).to.equal(false);
    await ours.cleanup(matchMaker.processId);
    expect(Object.keys(await table())).to.deep.equal(["own"]);
    await ours.cleanup("theirs");
    expect(await table()).to.deep.equal({});
  });

  it("[Y7] what Redis did not take is written, and taken out, when it is back", async () => {
    const way = await FaultProxy.start(redis.port);
    const url = `redis://127.0.0.1:${way.port}`;
    const far = connectionTo(url, { commandTimeoutMs: 300, isQueueing: true }).on("error", () => {});
    const driver = new FencedDriver(far, "me", new Set(["event"]));
    const [stays, goes] = [row("stays"), row("goes")];
    expect(await driver.persist(goes)).to.equal(true);
    way.reset({ refuse: true });
    expect(await driver.update(stays, { $inc: { clients: 3 } })).to.equal(false);
    expect(await driver.remove("goes")).to.equal(false);
    await until("nothing of it is on its way", () => way.refused >= 4);
    way.heal();
    await until("both are as they should be", async () => {
      const { stays: written, goes: gone } = await table();
      return written?.clients === 3 && gone === undefined;
    });
    await driver.shutdown();
    await way.close();
  });

  it("[Y6] a room's own presence publishes, and keeps what it is told to", async () => {
    const errors: unknown[] = [];
    const presence = new CalmPresence(client, { reportError: (_, error) => errors.push(error) });
    const ofRoom = Object.create(presence) as CalmPresence; // as the framework makes a room's (Presence.ts:229)
    const heard: unknown[] = [];
    await ofRoom.subscribe("topic", (message: unknown) => heard.push(message));
    await ofRoom.publish("topic", { a: 1 });
    await ofRoom.hset("hash", "field", "1");
    expect(await ofRoom.hincrbyex("hash", "field", 2, 10)).to.equal(3);
    expect(await ofRoom.hget("hash", "field")).to.equal("3");
    expect(await ofRoom.hdel("hash", "field")).to.equal(true);
    await until("the message", () => heard.length === 1);
    expect([heard, errors]).to.deep.equal([[{ a: 1 }], []]);
    presence.shutdown();
  });

  it("[Y6] brpop waits for as long as it is told to, and holds nothing else up", async () => {
    const presence = new CalmPresence(client, { reportError() {} });
    const waiting = presence.brpop("list", 5);
    await new Promise((resolve) => setTimeout(resolve, 600)); // longer than any other command may take here
    await presence.set("key", "value");
    expect(await presence.get("key")).to.equal("value");
    await stockClient.lpush("list", "item");
    expect(await waiting).to.deep.equal(["list", "item"]);
    expect(await presence.brpop("list", 0.1 as number)).to.equal(null);
    presence.shutdown();
  });
});
