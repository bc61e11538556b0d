// Crashes in a storm, with Redis as the store (harness/crashes/crash-storm.ts).
import { storm } from "../../../harness/crashes/crash-storm.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";

describeWithRedis("durable seats: crashes in a storm, with Redis", function () {
  this.timeout(30 * 60_000);

  it("[D2] on Redis: no acknowledged join is missing, no leave comes back", async () => {
    const redis = await RedisServer.start();
    await storm(redis.url);
    await redis.stop();
  });
});
