// A real redis-server of the test's own, on a free port, with nothing kept on disk; or the news that there is none.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { Redis } from "ioredis";
import { freePort } from "../free-port.ts";
import { until } from "../../wait.ts";

export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis)
  console.warn(
    "NOT RUN: tests that need redis-server, which is not installed (apt-get install redis-server)",
  );

/** `describe`, or a loud skip where redis-server is not installed. */
export function describeWithRedis(title: string, suite: (this: Mocha.Suite) => void): void {
  if (hasRedis) describe(title, suite);
  else describe.skip(title, suite);
}

export class RedisServer {
  readonly port: number;
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.run();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async run(): Promise<void> {
    const network = ["--port", String(this.port), "--bind", "127.0.0.1"];
    const noFile = ["--save", "", "--appendonly", "no", "--repl-diskless-load", "swapdb"];
    const options = [...network, ...noFile, "--repl-diskless-sync-delay", "0"];
    this.#child = spawn("redis-server", options, { stdio: "ignore" });
    await until(
      "a redis that answers",
      async () => (await this.command("ping").catch(() => "")) === "PONG",
      10_000,
    );
  }

  async command(...words: [string, ...string[]]): Promise<unknown> {
    const redis = new Redis(this.url, {
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    redis.on("error", () => {});
    try {
      await redis.connect();
      return await redis.call(...words);
    } finally {
      redis.disconnect();
    }
  }

  /** It is gone, and everything in it. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill("SIGCONT");
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** It stands still, or goes on. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }
  resume(): void {
    this.#child?.kill("SIGCONT");
  }
}
