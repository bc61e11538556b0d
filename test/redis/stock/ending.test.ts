// SIGTERM of one process of a server that its owner starts by @colyseus/tools: its events go on in another process.
import { once } from "node:events";
import { expect } from "chai";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { clusterLines, TestCluster } from "../../../harness/servers/cluster/cluster.ts";
import { describeWithRedis } from "../../../harness/servers/redis/redis.ts";
import { until } from "../../../harness/wait.ts";

describeWithRedis("a server with events on two processes, ended by SIGTERM", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  afterEach(() => cluster.stop());

  it("[Y10] hands its events over before its rooms close, with 4010", async () => {
    cluster = await TestCluster.start({
      size: 2,
      script: "harness/stock/holdfast-main.ts",
      env: { LISTEN: "tools" },
    });
    const event = newEvent();
    const [a, b] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
    const phones = await Promise.all([1, 2].map(() => Phone.join(a.url, identity(event))));
    const exit = once(a.child, "exit");
    a.child.kill("SIGTERM");
    expect(await exit).to.deep.equal([0, null]);
    expect(clusterLines(b).map((line) => line.cluster)).to.deep.equal(["adopted"]);
    for (const phone of phones) expect(phone.drops[0]).to.equal(4010);
    const observer = await Phone.join(b.url, { event_id: event, role: "observer" });
    await until("both seats are there", () => observer.participants()?.size === 2);
    expect(observer.heard.map(({ type }) => type)).to.not.include("participant_left");
  });
});
