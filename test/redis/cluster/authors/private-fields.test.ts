// Private fields over a failover and a hand-over: who comes back to its seat in another process sees its own fields as they
// were stored, and nobody else's.
import { expect } from "chai";
import { identity, newEvent, Phone } from "../../../../harness/clients/phone.ts";
import { Dealt, seesItsOwn } from "../../../../harness/contracts/private-fields.ts";
import { TestCluster } from "../../../../harness/servers/cluster/cluster.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";
import { until } from "../../../../harness/wait.ts";

describeWithRedis("cluster: private fields", function () {
  this.timeout(90_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start({ size: 2, script: "harness/servers/programs/card-server.ts" });
  });
  afterEach(() => cluster.stop());

  for (const [what, signal] of [
    ["the owner is killed", "SIGKILL"],
    ["the owner hands over", "SIGTERM"],
  ] as const)
    it(`[G17] ${what}: its own as they were stored, and nobody else's, by the SDK, a join and a takeover`, async () => {
      const event = newEvent();
      const people = [identity(event), identity(event), identity(event)];
      const phones = await Promise.all(people.map((me) => Phone.join(cluster.url, me)));
      const dealt = people.map(({ device_id }) => new Dealt(device_id));
      const dealAll = (from: Phone) => {
        for (const own of dealt) from.room.send("deal", own.next());
      };
      const allSee = async (when: string) => {
        for (const [i, own] of dealt.entries())
          await seesItsOwn(`${when}, ${i}`, () => phones[i]?.participants(), own, phones.length);
      };
      for (let i = 0; i < 4; i++) dealAll(phones[0] as Phone);
      await allSee("before");
      phones.push(await Phone.join(cluster.url, identity(event))); // a seat that is stored, and so is what was shown before it
      const owner = await until("an owner", () => cluster.ownerOf(event));
      const joins = phones[1] as Phone;
      joins.room.reconnection.enabled = false;
      owner.child.kill(signal);
      cluster.remove(owner);
      await until(
        "the SDK came back",
        () => phones[0]?.reconnections === 1 && phones[2]?.reconnections === 1,
        30_000,
      );
      phones[1] = await Phone.join(cluster.url, people[1] ?? {});
      await allSee("after");
      phones[2] = await Phone.join(cluster.url, people[2] ?? {}); // a takeover, there
      dealAll(phones[1]);
      await allSee("as a patch");
      expect(await cluster.ownerOf(event)).to.not.equal(owner);
      await owner.kill();
    });
});
