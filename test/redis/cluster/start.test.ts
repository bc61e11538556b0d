// Starting: what a process of a cluster needs before it may listen, said in one sentence when it is not there.
import { expect } from "chai";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { startServer } from "../../../harness/servers/server-process.ts";

describeWithRedis("cluster: starting", function () {
  this.timeout(40_000);
  const started = (env: Record<string, string>) =>
    startServer(env).then(
      async (server) => {
        await server.kill();
        return "started";
      },
      (error: Error) => error.message,
    );

  it("[K1] refuses another store than its Redis, and a Redis that is not there, with one sentence", async () => {
    const url = "redis://127.0.0.1:1";
    expect(await started({ REDIS_URL: url, STORE_URL: "memory:" })).to.contain(
      "STORE_URL must be the same as REDIS_URL",
    );
    expect(await started({ REDIS_URL: url, STORE_URL: "" })).to.match(
      /REDIS_URL: Redis cannot be reached: .*\n?$/,
    );
    expect(await started({ REDIS_URL: "file:x", STORE_URL: "" })).to.contain("REDIS_URL=");
  });

  it("[K8] a Redis that stands still while it starts: it starts, or exits with a sentence; it does not hang", async () => {
    const redis = await RedisServer.start();
    redis.pause();
    setTimeout(() => redis.resume(), 3000);
    expect(await started({ REDIS_URL: redis.url, STORE_URL: "" })).to.match(
      /^started$|REDIS_URL: Redis cannot be reached/,
    );
    redis.resume();
    await redis.stop();
  });
});
