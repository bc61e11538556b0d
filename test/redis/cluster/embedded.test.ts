// Somebody's servers on one Redis: the end of one, by a signal of the framework's own.
import { once } from "node:events";
import { expect } from "chai";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";

describeWithRedis("cluster: somebody's servers", function () {
  this.timeout(60_000);
  let redis: RedisServer;
  const servers: ServerProcess[] = [];
  before(async () => {
    redis = await RedisServer.start();
  });
  after(async () => {
    for (const server of servers) await server.kill();
    await redis.stop();
  });

  it("[X11] SIGTERM of one hands its events to another, before it closes them with 4010", async () => {
    const env = { REDIS_URL: redis.url, STORE_URL: "", GRACE_PERIOD_MS: "30000" };
    for (let count = 0; count < 2; count++)
      servers.push(await startServer(env, "harness/servers/programs/stock-app.ts"));
    const [first, second] = servers as [ServerProcess, ServerProcess];
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(first.url, me);
    phone.room.reconnection.enabled = false;
    const witness = await Phone.join(second.url, identity(event));
    const exit = once(first.child, "exit");
    first.child.kill("SIGTERM");
    await until("asked to come back", () => phone.closedWith === 4010, 10_000);
    const back = await Phone.join(second.url, me);
    await until("seen by the witness", () => back.sees(me.device_id)?.status === "connected");
    await until("the witness has followed", () => witness.sees(me.device_id)?.status === "connected", 20_000);
    expect(witness.heard.map(({ type }) => type)).to.not.include("participant_left");
    expect(await exit).to.deep.equal([0, null]);
  });
});
