// Three hundred who join a new event at once, through four processes: one room. RUNS chooses how often (npm run soak: 20).
import { expect } from "chai";
import { clusterLines, TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { RawClient } from "../../../../harness/clients/raw-client.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import { until } from "../../../../harness/wait.ts";

const runs = Number(process.env.RUNS ?? 3);
const crowd = 300;

async function joinAll(cluster: TestCluster): Promise<void> {
  const event = newEvent();
  const clients = await Promise.all(
    Array.from({ length: crowd }, (_, i) => {
      const through = cluster.processes[i % cluster.processes.length];
      return RawClient.join(through?.url as string, identity(event), { isDeaf: true });
    }),
  );
  expect(clients.filter(({ token }) => token === undefined)).to.have.length(0);
  const observer = await Phone.join(cluster.url, { event_id: event, role: "observer" });
  await until("everyone in one state", () => observer.participants()?.size === crowd, 10_000);
  const opened = cluster.processes.flatMap(clusterLines).filter((line) => line.event_id === event);
  expect(opened.map((line) => line.cluster)).to.deep.equal(["opened"]);
  for (const client of clients) client.socket.terminate();
  observer.drop();
}

describeWithRedis("cluster: one room", function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  afterEach(() => cluster.stop());

  it(`[K1] ${crowd} concurrent joins to a new event over 4 processes: one room, everyone in it`, async () => {
    cluster = await TestCluster.start({ size: 4 });
    for (let run = 0; run < runs; run++) await joinAll(cluster);
  });

  it(`[K1] the same when opening the event takes 3 s`, async () => {
    const script = "harness/servers/cluster/cluster-server.ts";
    cluster = await TestCluster.start({ size: 4, script, env: { SLOW_OPEN_MS: "3000" } });
    for (let run = 0; run < runs; run++) await joinAll(cluster);
  });
});
