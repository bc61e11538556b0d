// Plain Colyseus rooms of a server with two processes, with Holdfast and without: the same answers to clients of the SDK.
import { expect } from "chai";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { across, afterKill, afterStall } from "../../../harness/stock/checks/across.ts";
import { sideBySide } from "../../../harness/stock/side-by-side.ts";
import { Stage } from "../../../harness/stock/stage.ts";

/** How long the framework waits for another process: half a second instead of two. */
const env = { COLYSEUS_PRESENCE_SHORT_TIMEOUT: "500" };

class Pair {
  readonly redis: RedisServer;
  readonly processes: ServerProcess[];

  private constructor(redis: RedisServer, processes: ServerProcess[]) {
    this.redis = redis;
    this.processes = processes;
  }

  static async start(script: string): Promise<Pair> {
    const redis = await RedisServer.start();
    const settings = { ...env, REDIS_URL: redis.url, STORE_URL: "" };
    return new Pair(redis, [await startServer(settings, script), await startServer(settings, script)]);
  }

  get urls(): string[] {
    return this.processes.map(({ url }) => url);
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
    await this.redis.stop();
  }
}

describeWithRedis("plain rooms on two processes beside Holdfast, and on a stock server", function () {
  this.timeout(40_000);
  let stock: Pair;
  let holdfast: Pair;

  before(async () => {
    stock = await Pair.start("harness/stock/stock-main.ts");
    holdfast = await Pair.start("harness/stock/holdfast-main.ts");
  });
  after(async () => {
    await stock.stop();
    await holdfast.stop();
  });

  describe("[Y6] of both", () =>
    sideBySide(
      across,
      () => stock.urls,
      () => holdfast.urls,
    ));

  /** What both show: `run` is called with each of them. */
  async function same(run: (stage: Stage, pair: Pair) => Promise<unknown>): Promise<void> {
    const [reference, ours] = await Promise.all(
      [stock, holdfast].map(async (pair) => {
        const stage = new Stage(pair.urls, `k${pair.redis.port}`);
        const seen = await run(stage, pair);
        await stage.close();
        return stage.told(seen);
      }),
    );
    expect(ours).to.equal(reference);
  }

  describe("whose process goes", () => {
    it("[Y9] a process that stood still while somebody asked for its room lists it again", () =>
      same((stage, { processes: [, other] }) =>
        afterStall(
          () => other?.child.kill("SIGSTOP"),
          () => other?.child.kill("SIGCONT"),
          stage,
        ),
      ));

    it("[Y9] rooms of a process that was killed are out of the listing once somebody has asked for one", () =>
      same((stage, { processes: [, other] }) => afterKill(async () => other?.kill(), stage)));
  });
});
