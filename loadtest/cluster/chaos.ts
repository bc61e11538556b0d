// What goes wrong in a cluster, at random: processes are killed, stopped for a while, told to go, and started again,
// and Redis stands still. At least half of the processes are left in peace at any moment.
import { once } from "node:events";
import { isAlive, type TestCluster } from "../../test/support/cluster.ts";
import type { ServerProcess } from "../../test/support/server-process.ts";
import { now } from "../../test/support/wait.ts";

export interface ChaosOptions {
  readonly random: () => number;
  readonly maxStallMs: number;
  readonly maxRedisPauseMs: number;
  /** Nothing but stalls: what a fence is for. */
  readonly isStallsOnly: boolean;
  readonly log: (line: string) => void;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class Chaos {
  readonly #cluster: TestCluster;
  readonly #options: ChaosOptions;
  readonly #size: number;
  readonly #troubled = new Set<ServerProcess>();
  readonly #underWay = new Set<Promise<void>>();
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
      const draw = this.#options.isStallsOnly ? 0.5 : random();
      const [name, trouble] =
        draw < 0.35
          ? (["kill", () => this.#kill()] as const)
          : draw < 0.75
            ? (["stall", () => this.#stall()] as const)
            : draw < 0.9
              ? (["restart", () => this.#restart()] as const)
              : (["redis pause", () => this.#pauseRedis()] as const);
      const isAllowed = name === "redis pause" || this.#troubled.size < this.#size / 2;
      if (!isAllowed) continue;
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      const done: Promise<void> = trouble().finally(() => this.#underWay.delete(done));
      this.#underWay.add(done);
    }
    await Promise.all(this.#underWay);
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
