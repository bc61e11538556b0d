// How many clients the framework says are connected, in a cluster.
import { countsContract } from "../../../harness/contracts/counts-contract.ts";
import { startApp } from "../../../harness/servers/app.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";

describeWithRedis("client counts (a cluster)", () => {
  let redis: RedisServer;
  before(async () => {
    redis = await RedisServer.start();
  });
  after(() => redis.stop());

  countsContract(() => {
    const { url } = redis;
    const config = { gracePeriodMs: 60_000, eventRetentionMs: 60_000, redisUrl: url, storeUrl: url };
    return startApp({ config });
  });
});
