// Plain Colyseus rooms of a server with two processes, with Holdfast and without: the same answers to clients of the SDK.
import { expect } from "chai";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { across, afterKill, afterStall } from "../../../harness/stock/checks/across.ts";
import { auth } from "../../../harness/stock/checks/auth.ts";
import { faults } from "../../../harness/stock/checks/faults.ts";
import { matchmaking } from "../../../harness/stock/checks/matchmaking.ts";
import { messages } from "../../../harness/stock/checks/messages.ts";
import { reconnection } from "../../../harness/stock/checks/reconnection.ts";
import { state } from "../../../harness/stock/checks/state.ts";
import { sideBySide } from "../../../harness/stock/side-by-side.ts";
import { until, within } from "../../../harness/wait.ts";
import { type Check, Stage } from "../../../harness/stock/stage.ts";

/** How long the framework waits for another process: half a second instead of two. */
const env = { COLYSEUS_PRESENCE_SHORT_TIMEOUT: "500" };

/**
 * Answers that depend, on a stock server of several processes, on which of them makes the room (a refusal of another one
 * comes without its code), or on the framework's Redis driver: 0.18.3 lets a second room of an id take the first one's row.
 */
const isByChance = new Set([
  "a name that is not defined is refused by every method",
  "onCreate that throws with codes",
  "a room's own id is found as it was made a second time",
]);
const certain = (checks: readonly Check[]) => checks.filter(({ title }) => !isByChance.has(title));

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

  const urls = [() => stock.urls, () => holdfast.urls] as const;

  describe("[Y6] of both", () => sideBySide(across, ...urls));
  // Clients ask the processes in turn, and rooms come into being on either.
  describe("[Y1] matchmaking", () => sideBySide(certain(matchmaking), ...urls));
  describe("[Y1] onAuth", () => sideBySide(auth, ...urls));
  describe("[Y3] messages", () => sideBySide(messages, ...urls));
  describe("[Y3] state", () => sideBySide(state, ...urls));
  describe("[Y3] failing", () => sideBySide(certain(faults), ...urls));
  describe("[Y4] coming back and going", () => sideBySide(reconnection, ...urls));

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

  it("[Y7] with Redis away their clients stay, come back, and leave; afterwards rooms are made and found again", async () => {
    const stage = new Stage(holdfast.urls, "redis away");
    const [seat, other] = [await stage.create("hold", { holdS: 20 }), await stage.create("chat")];
    await other.sees("welcome");
    holdfast.redis.pause();
    try {
      other.room.send("echo", "while Redis is away");
      expect(await other.sees("echo")).to.deep.equal(["while Redis is away"]);
      seat.cut();
      await seat.sees("! reconnect");
      seat.room.send("say", "back");
      await seat.sees("said");
      expect(await within(8000, other.room.leave())).to.equal(4000);
    } finally {
      holdfast.redis.resume();
    }
    const next = await until("a new room", () => stage.create("chat").catch(() => undefined));
    const guest = await until("a guest of it", () =>
      stage.seat(stage.client().joinById(next.room.roomId, {})).catch(() => undefined),
    );
    expect(guest.room.roomId).to.equal(next.room.roomId);
    await until("who left is out of the listing", async () => !(await stage.row(other.room.roomId)));
    await stage.close();
  });

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
