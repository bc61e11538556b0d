// Two servers on one Redis, without a cluster: one serves, as with a SQLite file.
import { expect } from "chai";
import { RedisStore } from "../../../src/store/redis/redis-store.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { startServer } from "../../../harness/servers/server-process.ts";
import { now, until } from "../../../harness/wait.ts";

describeWithRedis("durable seats: two servers on one Redis", function () {
  this.timeout(60_000);
  let redis: RedisServer;
  const env = () => ({ STORE_URL: redis.url, GRACE_PERIOD_MS: "20000" });
  beforeEach(async () => {
    redis = await RedisServer.start();
  });
  afterEach(() => redis.stop());
  async function devicesIn(event: string): Promise<string[] | undefined> {
    const reader = new RedisStore(redis.url, undefined, { isHolding: false });
    await reader.open();
    const stored = await reader.load(event);
    await reader.close();
    return stored?.seats.map(({ record }) => record.deviceId).toSorted();
  }

  it("[D22] the second is refused with one sentence, and the first serves on", async () => {
    const first = await startServer(env());
    const refusal = await startServer(env()).catch((error: Error) => error.message);
    expect(refusal).to.match(
      /^the server exited: STORE_URL: another server uses redis:\/\/127\.0\.0\.1:\d+: [^\n]*\.\n$/,
    );
    await Phone.join(first.url, identity());
    await first.kill();
  });

  it("[D22] after kill -9 the next one is up within 5 s, with every seat", async () => {
    const first = await startServer(env());
    const me = identity(newEvent());
    await Phone.join(first.url, me);
    await first.kill();
    const killedAt = now();
    const second = await startServer(env());
    console.log(`      listens ${Math.round(now() - killedAt)} ms after the kill`);
    expect(now() - killedAt).to.be.lessThan(5000);
    const phone = await Phone.join(second.url, me);
    await until("in the same seat", () => phone.sees(me.device_id)?.status === "connected");
    await second.kill();
  });

  it("[D22] a server that stood still and was followed sends everyone on, writes nothing, and lets nobody in", async () => {
    const first = await startServer(env());
    const event = newEvent();
    const [a, b] = [identity(event), identity(event)];
    const ann = await Phone.join(first.url, a);
    first.child.kill("SIGSTOP");
    const second = await startServer(env());
    const ben = await Phone.join(second.url, b);
    first.child.kill("SIGCONT");
    const why = async () => (await fetch(`${first.url}/readyz`)).text();
    await until("it knows", async () => /another server has taken over/.test(await why()));
    await until("everyone is sent on", () => ann.drops.length > 0 || ann.closedWith !== undefined);
    const late = await Phone.join(first.url, identity(event)).catch((error: { code: number }) => error);
    expect(late).to.include({ code: 503 });
    expect(ben.heard.filter(({ type }) => type === "participant_left")).to.deep.equal([]);
    expect(await devicesIn(event)).to.deep.equal([a.device_id, b.device_id].toSorted());
    await first.kill();
    await second.kill();
  });
});
