// An event's timers, through kills of its owner.
import { timerStorm } from "../../../../harness/crashes/timer-storm.ts";
import { cluster, type World } from "../../../../harness/crashes/world.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";

describeWithRedis("cluster: timers over crashes", function () {
  this.timeout(10 * 60_000);
  let world: World;
  before(async () => {
    world = await cluster("harness/crashes/timer-server.ts");
  });
  after(() => world.stop());

  it("[D67] each fires once, none early, and no time without an owner counts", () =>
    timerStorm(world, { timers: 60, crashes: 2 }, { timers: 300, crashes: 10 }));
});
