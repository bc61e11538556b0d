// A room author asks everyone back, in a cluster: the same process goes on with the event, under a later epoch.
import { expect } from "chai";
import { clusterLines, TestCluster } from "../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { describeWithRedis } from "../../../harness/servers/redis/redis.ts";
import { until } from "../../../harness/wait.ts";

describeWithRedis("cluster: an event that begins anew", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  before(async () => {
    const script = "harness/servers/programs/author-server.ts";
    cluster = await TestCluster.start({ size: 2, script, env: { GRACE_PERIOD_MS: "3000" } });
  });
  after(() => cluster.stop());

  it("[K16] the epoch rises, everyone is back in their seats, and those away are not forgotten", async () => {
    const event = newEvent();
    const [a, b] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
    const phones = [await Phone.join(a.url, identity(event)), await Phone.join(b.url, identity(event))];
    const me = identity(event);
    const away = await Phone.join(a.url, me);

    away.drop();
    await phones[0]?.hears("participant_temporarily_disconnected", me.device_id);
    phones[0]?.room.send("end", 4010);
    for (const phone of phones) await until("it is back", () => phone.reconnections === 1, 10_000);
    const observer = await Phone.join(b.url, { event_id: event, role: "observer" });
    await until("nobody but those two", () => observer.participants()?.size === 2, 10_000);
    const lines = clusterLines(a).filter(({ event_id }) => event_id === event);
    expect(lines.map((line) => line.cluster)).to.deep.equal(["opened", "adopted"]);
    expect(lines[1]?.epoch).to.be.greaterThan(lines[0]?.epoch as number);
    expect(clusterLines(b)).to.deep.equal([]);
  });

  it("[K16] nobody asks for it: its process opens it all the same", async () => {
    const event = newEvent();
    const [a] = cluster.processes as [(typeof cluster.processes)[0]];
    const phone = await Phone.join(a.url, identity(event));
    phone.room.reconnection.enabled = false;
    phone.room.send("end", 4010);
    const words = () =>
      clusterLines(a)
        .filter(({ event_id }) => event_id === event)
        .map((line) => line.cluster)
        .join();
    await until("another room", () => words() === "opened,adopted", 10_000);
  });
});
