// Redis fails while the event goes on: what its people notice, and what is written when it is back.
import { expect } from "chai";
import { RedisStore } from "../../../src/store/redis/redis-store.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { now, quiet, until } from "../../../harness/wait.ts";

const away = "participant_temporarily_disconnected{connection_lost}";
const readiness = async (app: TestApp) => (await fetch(`${app.url}/readyz`)).status;

describeWithRedis("durable seats: Redis out of reach", function () {
  this.timeout(60_000);
  let redis: RedisServer;
  let app: TestApp;
  const graceMs = 4000;
  beforeEach(async () => {
    redis = await RedisServer.start();
    app = await startApp({ config: { storeUrl: redis.url, gracePeriodMs: graceMs } });
  });
  afterEach(async () => {
    redis.resume();
    await app.close();
    await redis.stop();
  });

  it("[D8] stands still: sockets stay, beats are acknowledged, nothing is told, no seat expires, joins get 503", async () => {
    const event = newEvent();
    const [a, b, c] = [identity(event), identity(event), identity(event)];
    const witness = await Phone.join(app.url, a);
    const bob = await Phone.join(app.url, b);
    const cat = await RawClient.join(app.url, c);
    await witness.hears("participant_joined", c.device_id);
    bob.drop();
    await witness.hears("participant_temporarily_disconnected", b.device_id);
    redis.pause();
    const pausedAt = now();
    await until("suspended", async () => (await readiness(app)) === 503);
    witness.forget();
    cat.socket.terminate(); // noticed, and not told yet
    witness.room.send("heartbeat");
    await until("a beat is acknowledged", () => witness.heard.some(({ type }) => type === "heartbeat_ack"));
    const refusal = await matchmake(app.url, identity(event));
    expect(refusal).to.include({ code: 503 });
    expect(refusal.error).to.match(/retry in \d+ ms$/);
    expect(await matchmake(app.url, b), "a return cannot be stored either").to.include({ code: 503 });
    await until("longer than a whole grace period", () => now() - pausedAt > graceMs + 3500, 12_000);
    expect(witness.heard.filter(({ type }) => type.startsWith("participant_"))).to.deep.equal([]);
    expect(witness.closedWith).to.equal(undefined);
    redis.resume();
    await until("ready", async () => (await readiness(app)) === 200);
    await witness.hears("participant_temporarily_disconnected", c.device_id);
    const again = await Phone.join(app.url, b);
    await again.hears("participant_reconnected", b.device_id);
    await witness.hears("participant_reconnected", b.device_id);
    await witness.hears("participant_left", c.device_id, graceMs + 8000);
    expect(witness.story(c.device_id)).to.deep.equal([away, "participant_left{grace_expired}"]);
  });

  it("[D8] a join that meets the failure is refused and does not hang; its retry finds the seat", async () => {
    const event = newEvent();
    await Phone.join(app.url, identity(event));
    const me = identity(event);
    redis.pause();
    const joining = await RawClient.join(app.url, me).catch((error: Error) => error); // Redis had answered so far
    const client = joining as RawClient;
    await until("an answer", () => client.error, 8000);
    expect(client.error).to.include({ code: 503 });
    expect(client.error?.message).to.match(/retry in \d+ ms$/);
    redis.resume();
    await until("ready", async () => (await readiness(app)) === 200);
    const phone = await Phone.join(app.url, me);
    expect(phone.sees(me.device_id)?.status).to.be.oneOf(["connected", "temporarily_disconnected"]);
    await until("connected", () => phone.sees(me.device_id)?.status === "connected");
  });

  it("[D8] is gone for 10 s and comes back empty: nobody is lost, everything is written again", async () => {
    const event = newEvent();
    const [a, b] = [identity(event), identity(event)];
    const witness = await Phone.join(app.url, a);
    const bob = await Phone.join(app.url, b);
    await witness.hears("participant_joined", b.device_id);
    bob.drop({ reconnect: true });
    await witness.hears("participant_temporarily_disconnected", b.device_id);
    await redis.stop();
    await quiet(10_000);
    await redis.run();
    await until("ready", async () => (await readiness(app)) === 200, 10_000);
    await until("bob is back by himself", () => bob.reconnections > 0, 10_000);
    await witness.hears("participant_reconnected", b.device_id);
    expect(witness.story(b.device_id).filter((word) => word.includes("left"))).to.deep.equal([]);
    const reader = new RedisStore(redis.url, undefined, { isHolding: false });
    await reader.open();
    const kept = async () => (await reader.load(event))?.seats.length === 2;
    await until("everything is written again", kept);
    await reader.close();
  });

  it("[D8] flushed: everything is written again", async () => {
    const event = newEvent();
    await Phone.join(app.url, identity(event));
    await Phone.join(app.url, identity(event));
    await redis.command("flushall");
    const reader = new RedisStore(redis.url, undefined, { isHolding: false });
    await reader.open();
    await until("everything is written again", async () => (await reader.load(event))?.seats.length === 2);
    await reader.close();
  });
});
