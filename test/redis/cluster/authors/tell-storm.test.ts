// What a room tells its participants, and what they publish, through cuts, reloads and kills of the event's owner.
import { tellStorm } from "../../../../harness/crashes/tell-storm.ts";
import { cluster, type World } from "../../../../harness/crashes/world.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";

describeWithRedis("cluster: telling over everything", function () {
  this.timeout(10 * 60_000);
  let world: World;
  before(async () => {
    world = await cluster("harness/crashes/tell-server.ts", { SLOW_COMMIT_MS: "50" });
  });
  after(() => world.stop());

  it("[D66] each message is handled once and in order, and each answer, when the owner is killed", () =>
    tellStorm(world));
});
