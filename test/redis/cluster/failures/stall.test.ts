// An owner that stands still (SIGSTOP) and goes on: the event has moved on, and it must know.
import { expect } from "chai";
import { clusterLines, TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import { quiet, until } from "../../../../harness/wait.ts";

describeWithRedis("cluster: a stalled owner", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start({ size: 2, env: { GRACE_PERIOD_MS: "7000" } });
  });
  afterEach(() => cluster.stop());

  it("[K4] claimed elsewhere meanwhile: it closes with 4010, tells nothing, and its clients come to the new room", async () => {
    const event = newEvent();
    const [a, b] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
    const witness = await Phone.join(a.url, { event_id: event, role: "observer" });
    const staying = await Phone.join(a.url, identity(event));
    const leaving = identity(event);
    const beyond = await Phone.join(b.url, identity(event)); // carried by the other process
    const left = await Phone.join(a.url, leaving);
    left.drop();
    await witness.hears("participant_temporarily_disconnected", leaving.device_id, 15_000);
    witness.forget();
    await quiet(3500); // so that half of its grace is left when the other takes over
    a.child.kill("SIGSTOP");
    const observer = await until(
      "a join through the other",
      () => Phone.join(b.url, { event_id: event, role: "observer" }).catch(() => undefined),
      10_000,
    );
    await observer.hears("participant_left", leaving.device_id, 10_000);
    expect(beyond.reconnections, "carried by one that runs, it waits for none that has stopped").to.equal(1);
    a.child.kill("SIGCONT");
    await until("closed with 4010", () => witness.drops.includes(4010) && staying.drops.includes(4010), 5000);
    const heard = witness.heard.filter(({ payload }) => payload?.device_id === leaving.device_id);
    expect(heard, "under the old epoch").to.deep.equal([]);
    await until("the one who stayed is back", () => staying.reconnections === 1, 10_000);
    const epochs = cluster.processes.flatMap(clusterLines).filter((line) => line.event_id === event);
    expect(epochs.map((line) => line.cluster).toSorted()).to.deep.equal(["adopted", "lost", "opened"]);
    const [opened, adopted] = ["opened", "adopted"].map((word) =>
      epochs.find(({ cluster: is }) => is === word),
    );
    expect(adopted?.epoch).to.be.greaterThan(opened?.epoch as number);
    const statuses = () => [...(observer.participants()?.values() ?? [])].map(({ status }) => status);
    await until("the new room sees it", () => statuses().join() === "connected,connected");
  });

  it("[K4] unclaimed: it goes on under its epoch, and nobody pays for the time", async () => {
    const event = newEvent();
    const [a, b] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
    const witness = await Phone.join(a.url, { event_id: event, role: "observer" });
    const me = identity(event);
    const phone = await Phone.join(a.url, me);
    phone.drop();
    await witness.hears("participant_temporarily_disconnected", me.device_id, 15_000);
    await b.kill(); // nobody is there to claim anything
    cluster.remove(b);
    await a.stall(9000);
    await quiet(1500);
    expect(witness.story(me.device_id)).to.not.contain("participant_left{grace_expired}");
    const back = await Phone.join(a.url, me);
    await until("it is back", () => back.sees(me.device_id)?.status === "connected");
    expect(witness.closedWith).to.equal(undefined);
    expect(clusterLines(a).map((line) => line.cluster)).to.deep.equal(["opened"]);
  });
});
