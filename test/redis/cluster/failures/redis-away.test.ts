// Redis goes away, comes back, comes back empty: nobody is lost, charged or told a lie, and no process exits.
import { expect } from "chai";
import { clusterLines, isAlive, TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { matchmake } from "../../../../harness/clients/raw-client.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import { quiet, until } from "../../../../harness/wait.ts";

const awayMs = Number(process.env.REDIS_AWAY_MS ?? 12_000);

describeWithRedis("cluster: Redis away", function () {
  this.timeout(60_000 + 2 * awayMs);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start({ size: 2, env: { GRACE_PERIOD_MS: "3000" } });
  });
  afterEach(() => cluster.stop());

  const statusOf = async (url: string) => (await fetch(`${url}/readyz`)).status;
  const allReady = () =>
    until(
      "all ready",
      async () =>
        (await Promise.all(cluster.processes.map(({ url }) => statusOf(url)))).every((code) => code === 200),
      15_000,
    );

  it("[K8] away: suspended, joins get 503 with a hint, nobody is charged; back: everything goes on", async () => {
    const event = newEvent();
    const witness = await Phone.join(cluster.url, { event_id: event, role: "observer" });
    const [me, gone] = [identity(event), identity(event)];
    const phone = await Phone.join(cluster.url, me);
    const away = await Phone.join(cluster.url, gone);
    away.drop();
    await witness.hears("participant_temporarily_disconnected", gone.device_id);
    cluster.redis.pause();
    for (const { url } of cluster.processes) {
      await until("not ready", async () => (await statusOf(url)) === 503);
      const answer = await matchmake(url, identity(event));
      expect(answer.status).to.equal(503);
      expect(answer.error).to.match(/retry in \d+ ms/);
    }
    await quiet(awayMs);
    expect(witness.story(gone.device_id)).to.not.contain("participant_left{grace_expired}");
    cluster.redis.resume();
    await allReady();
    const back = await Phone.join(cluster.url, gone);
    await until("it is back", () => back.sees(gone.device_id)?.status === "connected");
    expect(cluster.processes.every(isAlive)).to.equal(true);
    expect(phone.closedWith).to.equal(undefined);
    expect(witness.heard.filter(({ type }) => type === "participant_left")).to.deep.equal([]);
  });

  it("[K8] restarted empty, and asked at once: no process takes for new what another still has", async () => {
    const events = Array.from({ length: 12 }, () => newEvent());
    const phones = await Promise.all(events.map((event) => Phone.join(cluster.url, identity(event))));
    await cluster.redis.stop();
    await quiet(1500);
    const isBack = { value: false };
    const joiners = events.flatMap((event) =>
      cluster.processes.map(async ({ url }) => {
        while (!isBack.value) await quiet(5);
        return until(
          `a join to ${event}`,
          () => Phone.join(url, identity(event)).catch(() => undefined),
          20_000,
        );
      }),
    );
    isBack.value = true; // they ask from before it is there
    await cluster.redis.run();
    const joined = await Promise.all(joiners);
    for (const joiner of joined) await until("all three", () => joiner.participants()?.size === 3);
    expect(phones.filter(({ closedWith }) => closedWith !== undefined)).to.deep.equal([]);
  });

  it("[K8] restarted empty: everything is written again, and every epoch is at least what it was", async () => {
    const events = [newEvent(), newEvent(), newEvent(), newEvent()];
    const phones = await Promise.all(events.map((event) => Phone.join(cluster.url, identity(event))));
    const epochs = () =>
      new Map(cluster.processes.flatMap(clusterLines).map(({ event_id, epoch }) => [event_id, epoch]));
    const before = epochs();
    await cluster.redis.stop();
    await quiet(4000);
    await cluster.redis.run();
    await allReady();
    const keys = (await cluster.redis.command("keys", "holdfast:seats:*")) as string[];
    expect(keys).to.have.length(events.length);
    for (const [i, event] of events.entries()) {
      const joiner = await Phone.join(cluster.url, identity(event));
      expect(joiner.participants()?.size).to.equal(2);
      expect(phones[i]?.closedWith).to.equal(undefined);
      expect(epochs().get(event)).to.be.at.least(before.get(event) as number);
    }
    // What Redis knows now is enough for another to take over.
    const owner = await cluster.ownerOf(events[0] as string);
    await owner?.kill();
    if (owner !== undefined) cluster.remove(owner);
    const after = await until(
      "a join at the other",
      () => Phone.join(cluster.url, identity(events[0])).catch(() => undefined),
      10_000,
    );
    expect(after.participants()?.size).to.equal(3);
    expect(epochs().get(events[0] as string)).to.be.greaterThan(before.get(events[0] as string) as number);
  });

  it("[K17] restarted empty while an owner stands still for longer than its lease: nobody in its events is lost", async () => {
    const event = newEvent();
    const [a, b] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
    const [me, beyond] = [identity(event), identity(event)];
    const phone = await Phone.join(a.url, me);
    const carried = await Phone.join(b.url, beyond);
    const joinedAt = (device: string, seenBy: Phone) => seenBy.sees(device)?.joined_at;
    const before = [me, beyond].map(({ device_id }) => joinedAt(device_id, carried));
    a.child.kill("SIGSTOP");
    await cluster.redis.stop();
    await cluster.redis.run();
    const joining = until(
      "a join through the other",
      () => Phone.join(b.url, identity(event)).catch(() => undefined), // also while nobody can say whose event it is
      25_000,
    );
    await quiet(9000);
    a.child.kill("SIGCONT");
    const joiner = await joining;
    await until("all three", () => joiner.participants()?.size === 3);
    expect([me, beyond].map(({ device_id }) => joinedAt(device_id, joiner))).to.deep.equal(before);
    expect(phone.closedWith).to.equal(undefined);
    expect(clusterLines(b)).to.deep.equal([]);
  });
});
