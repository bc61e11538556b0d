// Redis fails over by a real Sentinel, behind one address that follows it, with clients attached.
import { expect } from "chai";
import { clusterLines, isAlive, TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import type { RedisPair } from "../../../../harness/servers/redis/redis-pair.ts";
import { Sentinel } from "../../../../harness/servers/redis/sentinel.ts";
import { until } from "../../../../harness/wait.ts";

describeWithRedis("cluster: Sentinel", function () {
  this.timeout(90_000);
  let cluster: TestCluster;
  let sentinel: Sentinel;
  before(async () => {
    cluster = await TestCluster.start({ size: 2, hasReplica: true, env: { GRACE_PERIOD_MS: "5000" } });
    sentinel = await Sentinel.start(cluster.redis.port);
  });
  after(async () => {
    await sentinel.stop();
    await cluster.stop();
  });

  it("[K11] the primary dies: everyone stays, who is away is not charged, and the new primary has everything", async () => {
    const pair = cluster.pair as RedisPair;
    const event = newEvent();
    const [stays, goes] = [identity(event), identity(event)];
    const witness = await Phone.join(cluster.url, { event_id: event, role: "observer" });
    const phone = await Phone.join(cluster.url, stays);
    const away = await Phone.join(cluster.url, goes);
    away.drop();
    await witness.hears("participant_temporarily_disconnected", goes.device_id);
    const next = pair.replica.port;
    const dead = pair.primary.stop();
    await until("a failover", async () => (await sentinel.primaryPort()) === next, 30_000);
    await dead;
    await pair.follow();
    const back = await until(
      "a return to the seat that was held",
      () => Phone.join(cluster.url, goes).catch(() => undefined),
      15_000,
    );
    await until("it is back", () => back.sees(goes.device_id)?.status === "connected");
    await witness.hears("participant_reconnected", goes.device_id);
    const fresh = await until(
      "a new event",
      () => Phone.join(cluster.url, identity()).catch(() => undefined),
      10_000,
    );
    expect(fresh.participants()?.size).to.equal(1);
    expect(cluster.processes.every(isAlive)).to.equal(true);
    expect([witness, phone].map(({ closedWith, drops }) => [closedWith, drops])).to.deep.equal([
      [undefined, []],
      [undefined, []],
    ]);
    expect(witness.heard.filter(({ type }) => type === "participant_left")).to.deep.equal([]);
    const owners = cluster.processes.flatMap(clusterLines).filter((line) => line.event_id === event);
    expect(owners.map((line) => line.cluster)).to.deep.equal(["opened"]);
    const keys = (await pair.primary.command("keys", "holdfast:seats:*")) as string[];
    expect(keys).to.have.length(2);
  });
});
