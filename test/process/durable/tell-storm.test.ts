// What a room tells its participants, and what they publish, through cuts, reloads and kills of the server.
import { tellStorm } from "../../../harness/crashes/tell-storm.ts";
import { oneServer, type World } from "../../../harness/crashes/world.ts";

describe("telling over everything", function () {
  this.timeout(10 * 60_000);
  let world: World;
  before(async () => {
    world = await oneServer("harness/crashes/tell-server.ts", { SLOW_COMMIT_MS: "50" });
  });
  after(() => world.stop());

  it("[D66] each message is handled once and in order, and each answer, over cuts, reloads and kills", () =>
    tellStorm(world));
});
