// An event's timers, through kills of its server.
import { timerStorm } from "../../../harness/crashes/timer-storm.ts";
import { oneServer, type World } from "../../../harness/crashes/world.ts";

describe("timers over crashes", function () {
  this.timeout(10 * 60_000);
  let world: World;
  before(async () => {
    world = await oneServer("harness/crashes/timer-server.ts");
  });
  after(() => world.stop());

  it("[D67] each fires once, none early, and no time without a server counts", () =>
    timerStorm(world, { timers: 120, crashes: 4 }, { timers: 1000, crashes: 30 }));
});
