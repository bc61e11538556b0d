// What goes wrong in a cluster, at random: processes are killed, stopped for a while, told to go, and started again, or
// cannot be reached by the others; Redis stands still, fails over and loses its last writes, answers late, has a clock
// that goes back. At least half of the processes are left in peace at any moment.
import { once } from "node:events";
import { isAlive, type TestCluster } from "../servers/cluster/cluster.ts";
import type { ServerProcess } from "../servers/server-process.ts";
import { now } from "../wait.ts";

export interface ChaosOptions {
  readonly random: () => number;
  readonly maxStallMs: number;
  readonly maxRedisPauseMs: number;
  /** Which troubles there are. */
  readonly kinds: readonly Trouble[];
  /** Has the author of some room ask everyone back. */
  readonly askBack: () => void;
  readonly log: (line: string) => void;
}

/** How often each comes beside the others. */
const weights = {
  kill: 35,
  stall: 40,
  restart: 15,
  "redis pause": 10,
  failover: 10,
  "late answer": 8,
  "late commit": 8,
  "clock back": 5,
  unreachable: 12,
  "asked back": 10,
};
export type Trouble = keyof typeof weights;
export const allTroubles = Object.keys(weights) as Trouble[];
const takesVictims: ReadonlySet<Trouble> = new Set<Trouble>([
  "kill",
  "stall",
  "restart",
  "late answer",
  "unreachable",
]);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class Chaos {
  readonly #cluster: TestCluster;
  readonly #options: ChaosOptions;
  readonly #size: number;
  readonly #troubled = new Set<ServerProcess>();
  readonly #underWay = new Set<Promise<void>>();
  /** Redis has just failed over. */
  #isRedisTroubled = false;
  readonly counts = new Map<string, number>();
  /** Every process there has been: what they logged is evidence. */
  readonly all: ServerProcess[];

  constructor(cluster: TestCluster, options: ChaosOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#size = cluster.processes.length;
    this.all = cluster.processes.slice();
  }

  async run(forMs: number): Promise<void> {
    const { random } = this.#options;
    const until = now() + forMs;
    while (now() < until) {
      await sleep(500 + random() * 2500);
      const [name, trouble] = this.#draw();
      if (!this.#isAllowed(name)) continue;
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      const done: Promise<void> = trouble().finally(() => this.#underWay.delete(done));
      this.#underWay.add(done);
    }
    await Promise.all(this.#underWay);
  }

  #draw(): [Trouble, () => Promise<void>] {
    const { random, kinds } = this.#options;
    const troubles: Record<Trouble, () => Promise<void>> = {
      kill: () => this.#kill(),
      stall: () => this.#stall(),
      restart: () => this.#restart(),
      "redis pause": () => this.#pauseRedis(),
      failover: () => this.#failOver(),
      "late answer": () => this.#answerLate(),
      "late commit": () => this.#deliverLate(),
      "clock back": () => this.#setClockBack(),
      unreachable: () => this.#makeUnreachable(),
      "asked back": async () => this.#options.askBack(),
    };
    const all = kinds.reduce((sum, kind) => sum + weights[kind], 0);
    let drawn = random() * all;
    const name = kinds.find((kind) => (drawn -= weights[kind]) < 0) ?? (kinds[0] as Trouble);
    return [name, troubles[name]];
  }

  #isAllowed(name: Trouble): boolean {
    // What a failover loses is written again by the owners: who loses both at once has lost it (docs/cluster.md).
    if (this.#isRedisTroubled) return false;
    if (name === "failover") return this.#troubled.size === 0;
    return !takesVictims.has(name) || this.#troubled.size < this.#size / 2;
  }

  async #failOver(): Promise<void> {
    const lossMs = 50 + this.#options.random() * 350;
    this.#options.log(`redis fails over and loses ${Math.round(lossMs)} ms`);
    this.#isRedisTroubled = true;
    await this.#cluster.pair?.failOver(lossMs);
    await sleep(3000); // by then the owners have written again what was lost; whoever has not cannot any more
    this.#isRedisTroubled = false;
    await Promise.all([this.#kill(), this.#kill()]);
  }

  /** An answer to whatever is asked about an event next is late by more than a question may take. */
  async #answerLate(): Promise<void> {
    this.#options.log("an answer of redis is late");
    this.#cluster.pair?.front.answerLate("holdfast:lease:", 2200);
    await this.#kill(); // its events are claimed
  }

  async #deliverLate(): Promise<void> {
    this.#options.log("a commit is late");
    this.#cluster.pair?.front.deliverLate("holdfast:orders", 300 + this.#options.random() * 1500);
  }

  /** What a clock that goes back leaves behind: instants that lie ahead of it. */
  async #setClockBack(): Promise<void> {
    this.#options.log("redis's clock goes back");
    const { redis } = this.#cluster;
    await redis.command("hset", "holdfast:redis", "since", String(Date.now() + 600_000));
    for (const id of (await redis.command("smembers", "holdfast:processes")) as string[])
      await redis.command("pexpire", `holdfast:process:${id}`, "600000");
  }

  async #makeUnreachable(): Promise<void> {
    const victim = this.#victim();
    const ms = 2000 + this.#options.random() * 10_000;
    this.#options.log(`others cannot reach ${victim.port} for ${Math.round(ms)} ms`);
    const way = this.#cluster.ways.get(victim);
    way?.strand();
    await sleep(ms);
    way?.heal();
    this.#troubled.delete(victim);
  }

  #victim(): ServerProcess {
    const calm = this.#cluster.processes.filter(
      (process) => isAlive(process) && !this.#troubled.has(process),
    );
    const victim = calm[Math.floor(this.#options.random() * calm.length)] as ServerProcess;
    this.#troubled.add(victim);
    return victim;
  }

  async #kill(): Promise<void> {
    const victim = this.#victim();
    this.#options.log(`kill ${victim.port}`);
    await victim.kill();
    await sleep(500 + this.#options.random() * 2000);
    await this.#replace(victim);
  }

  async #restart(): Promise<void> {
    const victim = this.#victim();
    this.#options.log(`restart ${victim.port}`);
    victim.child.kill("SIGTERM");
    await once(victim.child, "exit");
    await this.#replace(victim);
  }

  async #replace(victim: ServerProcess): Promise<void> {
    this.#cluster.remove(victim);
    this.all.push(await this.#start());
    this.#troubled.delete(victim);
  }

  /** As a supervisor would: a start that fails, because Redis stands still, is tried again. */
  async #start(tries = 3): Promise<ServerProcess> {
    try {
      return await this.#cluster.add();
    } catch (error) {
      this.#options.log(`a start failed: ${(error as Error).message.slice(0, 200)}`);
      if (tries === 1) throw error;
      return this.#start(tries - 1);
    }
  }

  async #stall(): Promise<void> {
    const victim = this.#victim();
    const ms = 1000 + this.#options.random() * (this.#options.maxStallMs - 1000);
    this.#options.log(`stall ${victim.port} ${Math.round(ms)} ms`);
    await victim.stall(ms);
    await sleep(1000);
    this.#troubled.delete(victim);
  }

  async #pauseRedis(): Promise<void> {
    const ms = 500 + this.#options.random() * (this.#options.maxRedisPauseMs - 500);
    this.#options.log(`redis stands still ${Math.round(ms)} ms`);
    this.#cluster.redis.pause();
    await sleep(ms);
    this.#cluster.redis.resume();
  }
}
