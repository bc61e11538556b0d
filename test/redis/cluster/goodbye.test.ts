// A participant says goodbye while its process hands its events over: code 4000 promises that the seat is given up.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect } from "chai";
import { TestCluster } from "../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { describeWithRedis } from "../../../harness/servers/redis/redis.ts";
import { quiet, until } from "../../../harness/wait.ts";

describeWithRedis("cluster: a goodbye during a hand-over", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  const afterwards: (() => unknown)[] = [];
  afterEach(async () => {
    await cluster.stop();
    for (const run of afterwards.splice(0)) await run();
  });

  it("[K14] before the event is given up: stored, closed with 4000, and gone for the next owner", async () => {
    const script = "harness/servers/cluster/cluster-server.ts";
    cluster = await TestCluster.start({ size: 1, script, env: { SLOW_COMMIT_MS: "700" } });
    const [going] = cluster.processes as [(typeof cluster.processes)[0]];
    const event = newEvent();
    const [me, other] = [identity(event), identity(event)];
    const leaver = await Phone.join(going.url, me);
    await Phone.join(going.url, other);
    const next = await cluster.add({ SLOW_COMMIT_MS: "0" });
    going.child.kill("SIGTERM");
    await quiet(400); // the last of the event is being stored
    expect(await leaver.room.leave()).to.equal(4000);
    await once(going.child, "exit");
    const observer = await until(
      "a join at the next owner",
      () => Phone.join(next.url, { event_id: event, role: "observer" }).catch(() => undefined),
      10_000,
    );
    expect([...(observer.participants()?.keys() ?? [])]).to.deep.equal([other.device_id]);
  });

  it("[K14] after that: closed with 4001, which promises nothing, and the SDK does not come back by itself", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1"); // the offer takes as long as it may
    await once(silent, "listening");
    afterwards.push(() => silent.close());
    cluster = await TestCluster.start({ size: 1 });
    const [going] = cluster.processes as [(typeof cluster.processes)[0]];
    const event = newEvent();
    const me = identity(event);
    const leaver = await Phone.join(going.url, me);
    const next = await cluster.add({
      CLUSTER_ADDRESS: `127.0.0.1:${(silent.address() as AddressInfo).port}`,
    });
    going.child.kill("SIGTERM");
    await until("the event is given up", () => going.output().includes("handed_over"));
    expect(await leaver.room.leave()).to.equal(4001);
    await once(going.child, "exit");
    expect(going.child.exitCode).to.equal(0);
    const observer = await until(
      "a join at the next owner",
      () => Phone.join(next.url, { event_id: event, role: "observer" }).catch(() => undefined),
      10_000,
    );
    expect(observer.sees(me.device_id)?.status).to.equal("temporarily_disconnected");
    expect(leaver.drops).to.deep.equal([]);
  });
});
