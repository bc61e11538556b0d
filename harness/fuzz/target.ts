// The server under attack: a real process on a free port, and what it says of itself.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";

const startWithinMs = 20_000;
const settings = {
  HOST: "127.0.0.1",
  PORT: "0",
  STORE_URL: "memory:",
  LOG_LEVEL: "error",
  GRACE_PERIOD_MS: "1000",
  EVENT_RETENTION_MS: "1000",
  MAX_PARTICIPANTS: "100000",
};

export class Target {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  port = 0;
  /** The end of what it printed. */
  output = "";

  private constructor() {
    const env = { PATH: process.env.PATH ?? "", ...settings };
    this.#child = spawn(process.execPath, ["src/index.ts"], { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on("data", (bytes: Buffer) => {
        this.output = (this.output + bytes.toString()).slice(-20_000);
      });
  }

  static async start(): Promise<Target> {
    const target = new Target();
    const deadline = performance.now() + startWithinMs;
    while (target.port === 0) {
      if (!target.isAlive || performance.now() > deadline)
        throw new Error(`the server did not start: ${target.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      target.port = Number(/listens on http:\/\/[^:]+:(\d+)/.exec(target.output)?.[1] ?? 0);
    }
    return target;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Errors that its own metrics count, by where, and its memory in MB. */
  async confess(): Promise<{ errors: string[]; rssMb: number }> {
    const text = await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
    const errors = text.split("\n").filter((line) => /^holdfast_errors_total\b.* [1-9]/.test(line));
    const rss = /^process_resident_memory_bytes (\S+)/m.exec(text)?.[1];
    return { errors, rssMb: Math.round(Number(rss) / 2 ** 20) };
  }

  async stop(): Promise<void> {
    if (!this.isAlive) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }
}
