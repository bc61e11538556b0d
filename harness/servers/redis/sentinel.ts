// A real Redis Sentinel that watches one primary, with periods short enough for a test.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../free-port.ts";
import { until } from "../../wait.ts";

export class Sentinel {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #redis: Redis;

  private constructor(child: ChildProcess, folder: string, redis: Redis) {
    this.#child = child;
    this.#folder = folder;
    this.#redis = redis;
  }

  /** Resolves when it knows the primary and its replica. */
  static async start(primaryPort: number): Promise<Sentinel> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "sentinel-"));
    const file = join(folder, "sentinel.conf"); // it writes into it
    const lines = [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${folder}`,
      `sentinel monitor events 127.0.0.1 ${primaryPort} 1`,
      "sentinel down-after-milliseconds events 1000",
      "sentinel failover-timeout events 5000",
    ];
    writeFileSync(file, `${lines.join("\n")}\n`);
    const child = spawn("redis-server", [file, "--sentinel"], { stdio: "ignore" });
    const redis = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null });
    redis.on("error", () => {});
    const sentinel = new Sentinel(child, folder, redis);
    await until(
      "a sentinel that knows the replica",
      async () => ((await redis.call("sentinel", "replicas", "events")) as unknown[]).length === 1,
      20_000,
    );
    return sentinel;
  }

  /** The port of the server that is the primary by its word. */
  async primaryPort(): Promise<number> {
    const [, port] = (await this.#redis.call("sentinel", "get-master-addr-by-name", "events")) as string[];
    return Number(port);
  }

  async stop(): Promise<void> {
    this.#redis.disconnect();
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
