// One event, one room, whatever dies: real processes on a real Redis.
import { expect } from "chai";
import { clusterLines, TestCluster } from "../support/cluster.ts";
import { identity, newEvent, Phone } from "../support/phone.ts";
import { describeWithRedis } from "../support/redis.ts";
import { until } from "../support/wait.ts";

describeWithRedis("cluster: failover", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start({ size: 2 });
  });
  afterEach(() => cluster.stop());

  it("[K1] joins through different processes end in one room", async () => {
    const event = newEvent();
    const [a, b] = cluster.processes;
    const first = await Phone.join(a?.url as string, identity(event));
    const second = await Phone.join(b?.url as string, identity(event));
    await until("both see both", () => first.participants()?.size === 2 && second.participants()?.size === 2);
    const opened = cluster.processes.flatMap(clusterLines).filter((line) => line.event_id === event);
    expect(opened).to.have.length(1);
  });

  it("[K5] the owner is killed: a join works within 3 s, and the stock client comes back to its seat", async () => {
    const event = newEvent();
    const me = identity(event);
    const phone = await Phone.join(cluster.url, me);
    const owner = await cluster.ownerOf(event);
    if (owner === undefined) throw new Error("nobody owns it");
    const killedAt = performance.now();
    await owner.kill();
    cluster.remove(owner);
    const other = await until(
      "a join",
      () => Phone.join(cluster.url, identity(event)).catch(() => undefined),
      8000,
    );
    console.log(`      joined ${Math.round(performance.now() - killedAt)} ms after the kill`);
    expect(other.sees(me.device_id)).to.not.equal(undefined);
    await until("the first is back", () => other.sees(me.device_id)?.status === "connected", 10_000);
    console.log(`      back ${Math.round(performance.now() - killedAt)} ms after the kill`);
    expect(phone.closedWith).to.equal(undefined);
    expect(other.heard.filter(({ type }) => type === "participant_left")).to.deep.equal([]);
  });
});
