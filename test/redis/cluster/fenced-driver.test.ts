// The reach-ins into the framework's Redis driver and presence, pinned to their versions: rows are the owner's, and
// nothing rejects.
import { type IRoomCache, initializeRoomCache, matchMaker } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import { expect } from "chai";
import { Redis } from "ioredis";
import { roomIdOf } from "../../../src/protocol/event-key.ts";
import { CalmPresence } from "../../../src/rooms/redis/calm-presence.ts";
import { FencedDriver } from "../../../src/rooms/redis/fenced-driver.ts";
import { keyOfRoom } from "../../../src/store/redis/redis-keys.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { until } from "../../../harness/wait.ts";

describeWithRedis("cluster: the fenced listing", function () {
  this.timeout(20_000);
  let redis: RedisServer;
  let driver: FencedDriver;
  let client: Redis;
  const row = (roomId: string, processId = matchMaker.processId): IRoomCache =>
    initializeRoomCache({ roomId, processId, name: "event", clients: 0 });
  const stored = async (roomId: string) => {
    const json = (await redis.command("hget", "roomcaches", roomId)) as string | null;
    return json === null ? undefined : (JSON.parse(json) as IRoomCache);
  };
  const own = (id: string, owner: string) =>
    redis.command("hset", keyOfRoom("lease", ev(id)), "owner", owner);
  const ev = roomIdOf;

  before(async () => {
    redis = await RedisServer.start();
  });
  beforeEach(() => {
    client = new Redis(redis.url, { maxRetriesPerRequest: 1, commandTimeout: 300 });
    client.on("error", () => {});
    driver = new FencedDriver(client, "me", new Set(["event"]));
  });
  afterEach(async () => {
    await driver.shutdown();
    redis.resume();
    await redis.command("flushall");
  });
  after(() => redis.stop());

  it("[K3] extends the driver that it was written for, and uses its listing", async () => {
    await own("x", "me");
    await driver.insert(row(ev("x")));
    const plain = new RedisDriver(client);
    expect((await plain.findOne({ roomId: ev("x") })).roomId).to.equal(ev("x"));
    expect((await driver.query({ name: "event" })).map(({ roomId }) => roomId)).to.deep.equal([ev("x")]);
  });

  it("[K8] redis-presence 0.18.5: its two clients are where they are let go", async () => {
    const presence = new CalmPresence(client, { reportError() {} });
    const clients = ["pub", "sub"].map((name) => Reflect.get(presence, name));
    expect(clients.every((one) => one instanceof Redis)).to.equal(true);
    presence.shutdown();
    expect(clients.map(({ status }) => status)).to.not.include("ready");
  });

  it("[K3] writes and removes the rows of its own events only", async () => {
    await own("x", "me");
    await own("y", "another");
    const x = row(ev("x"));
    await driver.insert(x);
    await driver.insert(row(ev("y")));
    expect(await stored(ev("y"))).to.equal(undefined);
    await driver.update(x, { $inc: { clients: 2 }, $set: { locked: true } });
    await until("the row is written", async () => (await stored(ev("x")))?.clients === 2);
    await own("x", "another");
    await redis.command("hset", "roomcaches", ev("x"), JSON.stringify(row(ev("x"), "their process")));
    await driver.update(x, { $inc: { clients: 5 } });
    expect(await driver.remove(ev("x"))).to.equal(false);
    expect(await stored(ev("x"))).to.include({ processId: "their process", clients: 0 });
    await driver.cleanup(matchMaker.processId);
    expect(await stored(ev("x"))).to.include({ processId: "their process" });
    await driver.cleanup("their process");
    expect(await stored(ev("x"))).to.equal(undefined);
  });

  it("[K8] with Redis away nothing of it rejects, or takes longer than its time", async () => {
    redis.pause();
    const startedAt = performance.now();
    const x = row(ev("x"));
    expect(await driver.insert(x)).to.equal(true);
    expect(await driver.update(x, { $inc: { clients: 1 } })).to.equal(true);
    expect(await driver.remove(ev("x"))).to.equal(false);
    expect(await driver.findOne({ roomId: ev("x") })).to.equal(undefined);
    await driver.cleanup("p");
    expect(performance.now() - startedAt).to.be.lessThan(3000);
  });
});
