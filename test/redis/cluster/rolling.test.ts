// Deploys: each process in turn is told to go and another comes; nobody may be announced as left.
import { once } from "node:events";
import { expect } from "chai";
import { clusterLines, TestCluster } from "../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { describeWithRedis } from "../../../harness/servers/redis/redis.ts";
import { until } from "../../../harness/wait.ts";

describeWithRedis("cluster: deploys", function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  afterEach(() => cluster.stop());

  it("[K6] SIGTERM hands each event to another process before its room closes", async () => {
    cluster = await TestCluster.start({ size: 2 });
    const event = newEvent();
    const [a, b] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
    const phones = await Promise.all([1, 2, 3].map(() => Phone.join(a.url, identity(event))));
    const beyond = await Phone.join(b.url, identity(event)); // carried by b
    a.child.kill("SIGTERM");
    await once(a.child, "exit");
    expect(a.child.exitCode).to.equal(0);
    expect(clusterLines(b).map((line) => line.cluster)).to.deep.equal(["adopted"]);
    await until("the one who came through b is back", () => beyond.reconnections === 1);
    for (const phone of phones) expect(phone.drops[0]).to.equal(4010);
  });

  it("[K6] a rolling restart of 4 processes under 200 clients: nobody left", async () => {
    cluster = await TestCluster.start({ size: 4 });
    const events = Array.from({ length: 5 }, () => newEvent());
    const observers = await Promise.all(
      events.map((event_id) => Phone.join(cluster.url, { event_id, role: "observer" })),
    );
    const phones: Phone[] = [];
    for (let i = 0; i < 200; i += 20)
      phones.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, (_, j) => Phone.join(cluster.url, identity(events[(i + j) % 5]))),
        )),
      );
    const gaps: number[] = [];
    for (const phone of phones) {
      let since = 0;
      phone.room.onDrop(() => (since ||= performance.now()));
      phone.room.onReconnect(() => {
        gaps.push(performance.now() - since);
        since = 0;
      });
    }
    for (const old of cluster.processes.slice()) {
      await cluster.add();
      cluster.remove(old); // the balancer takes it out, then it is told to go
      old.child.kill("SIGTERM");
      await once(old.child, "exit");
      expect(old.child.exitCode).to.equal(0);
      await until(
        "everyone is back",
        () =>
          observers.every((observer) =>
            [...(observer.participants()?.values() ?? [])].every(({ status }) => status === "connected"),
          ),
        20_000,
      );
    }
    const left = [...observers, ...phones].flatMap(({ heard }) =>
      heard.filter(({ type }) => type === "participant_left"),
    );
    expect(left).to.have.length(0);
    expect(phones.map(({ closedWith }) => closedWith).filter((code) => code !== undefined)).to.deep.equal([]);
    expect(gaps.length, "each was interrupted at least once").to.be.at.least(phones.length);
    gaps.sort((x, y) => x - y);
    const at = (part: number) => Math.round(gaps[Math.floor(part * (gaps.length - 1))] as number);
    console.log(`      ${gaps.length} interruptions: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`);
  });
});
