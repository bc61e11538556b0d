// What hosts ask over HTTP in a cluster: any process may be asked, and the one that has the event dies.
import { expect } from "chai";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { clusterLines, isAlive, TestCluster } from "../../../harness/servers/cluster/cluster.ts";
import { describeWithRedis } from "../../../harness/servers/redis/redis.ts";
import type { ServerProcess } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";
import { HostClient, type HostError } from "../../../src/host/index.ts";

describeWithRedis("cluster: what hosts ask over HTTP", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  let hosts: HostClient[];
  before(async () => {
    cluster = await TestCluster.start({ size: 3, env: { GRACE_PERIOD_MS: "30000" } });
    const [first] = cluster.processes as [ServerProcess];
    const code = await until("its link", () => /#code=(\S+)/.exec(first.output())?.[1]);
    hosts = cluster.processes.map(({ url }) => new HostClient({ url }));
    const { host_token } = await (hosts[0] as HostClient).signIn(code);
    for (const each of hosts) each.token = host_token;
  });
  after(() => cluster.stop());

  it("[W74] [T4] no event is made by being asked about", async () => {
    const [host] = hosts as [HostClient];
    const asked = [
      () => host.event("nobodys"),
      () => host.change("nobodys", { title: "x" }),
      () => host.close("nobodys"),
    ];
    for (const ask of asked)
      expect(await ask().catch((error: HostError) => error.reason)).to.equal("no_such_event");
    const opened = cluster.processes.flatMap(clusterLines).filter(({ event_id }) => event_id === "nobodys");
    expect(opened).to.deep.equal([]);
  });

  it("[W74] is answered by whichever process is asked, and goes with its event to another", async () => {
    const [host] = hosts as [HostClient];
    const { event_id } = await host.create({ title: "0", capacity: 9 });
    const join = identity(event_id);
    await Phone.join(cluster.url, join);
    for (const [i, each] of hosts.entries()) {
      expect(await each.event(event_id)).to.include({ title: String(i), connected: 1 });
      expect(await each.change(event_id, { title: String(i + 1) })).to.include({ title: String(i + 1) });
      expect((await each.create({ event_id, title: "another" })).title).to.equal(String(i + 1));
    }
    const expected_names = Array.from({ length: 2000 }, (_, i) => `${i}${"\u{1F389}".repeat(60)}`);
    for (const each of hosts)
      expect((await each.change(event_id, { expected_names })).expected_names).to.deep.equal(expected_names);
    expect(await host.act(event_id, { action: "kick", device_id: join.device_id })).to.deep.equal({
      done: true,
    });

    const owner = (await cluster.ownerOf(event_id)) as ServerProcess;
    const all = [...cluster.processes];
    cluster.remove(owner);
    await owner.kill();
    const others = hosts.filter((_, i) => isAlive(all[i] as ServerProcess));
    expect(others).to.have.length(2);
    for (const each of others) {
      const event = await until("the others have it", () => each.event(event_id).catch(() => undefined));
      expect(event).to.include({ title: "3", capacity: 9 });
      expect(event.removed.map(({ device_id }) => device_id)).to.deep.equal([join.device_id]);
    }
  });
});
