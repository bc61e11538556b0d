// An address for each process instead of one for all (docs/operating.md): what that is good for, and what it is not.
import "../../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import { joinEvent } from "../../../../src/client/index.ts";
import { FakeStorage } from "../../../../harness/clients/fakes/fake-environment.ts";
import { TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { freePort } from "../../../../harness/servers/free-port.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import { until } from "../../../../harness/wait.ts";

describeWithRedis("cluster: a public address for each process", function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  afterEach(() => cluster.stop());
  const run = (port: number) => cluster.add({ PORT: String(port), PUBLIC_ADDRESS: `127.0.0.1:${port}` });
  const back = (observer: Phone, device: string, withinMs: number) =>
    until(`${device} is back`, () => observer.sees(device)?.status === "connected", withinMs);

  it("[K23] the owner is killed: a stock SDK stays at its dead address, a join and our client leave it", async () => {
    cluster = await TestCluster.start({ size: 0 });
    await Promise.all([await freePort(), await freePort()].map(run));
    const event = newEvent();
    const [stuck, fresh] = [identity(event), identity(event)];
    const phone = await Phone.join(cluster.url, stuck);
    const joiner = await Phone.join(cluster.url, fresh);
    const ours = joinEvent({ url: cluster.url, eventId: event, storage: new FakeStorage() });
    await ours.joined();
    const owner = await cluster.ownerOf(event);
    if (owner === undefined) throw new Error("nobody owns it");
    expect(phone.room.connection.transport)
      .to.have.nested.property("ws.url")
      .that.includes(`:${owner.port}/`);

    const joinedAt = joiner.sees(fresh.device_id)?.joined_at;
    joiner.room.reconnection.enabled = false; // its application joins again by itself
    const killedAt = performance.now();
    const since = () => Math.round(performance.now() - killedAt);
    cluster.remove(owner);
    await owner.kill();
    const returned = new Promise<number>((resolve) => ours.on("returned", () => resolve(since())));
    const again = await until("a join", () => Phone.join(cluster.url, fresh).catch(() => undefined), 8000);
    const joinedMs = since();
    const oursMs = await returned;
    console.log(`      a join: ${joinedMs} ms, our client: ${oursMs} ms`);
    expect(joinedMs).to.be.below(4000);
    expect(oursMs).to.be.below(5000);
    expect(again.sees(fresh.device_id)?.joined_at).to.equal(joinedAt); // the same seat

    await until("ten seconds", () => since() > 10_000, 10_000);
    expect(phone.reconnections).to.equal(0);
    expect(again.sees(stuck.device_id)?.status).to.equal("temporarily_disconnected");
    await run(owner.port); // its supervisor brings it back: the address leads to one who asks the new owner
    await back(again, stuck.device_id, 12_000);
    expect(phone.closedWith).to.equal(undefined);
    expect(again.story(stuck.device_id)).to.not.include("participant_left{grace_expired}");
    await ours.leave();
  });
});
