// The demo's server: a child process that is started when somebody looks at the demo, killed with SIGKILL when they ask for
// it, and started again on the same port and the same store. Nothing of this process's own events has to do with it.
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The same file from src/ops/pages and from dist/ops/pages. */
const program = fileURLToPath(new URL(`../../demo/main${extname(import.meta.url)}`, import.meta.url));
/** How long a killed one stays away: long enough to be seen. */
export const demoDownMs = 2500;
const startLimitMs = 20_000;

export class DemoServer {
  #child: ChildProcess | undefined;
  #port: Promise<number> | undefined;
  #folder: string | undefined;
  #lastPort = 0;
  #killing: Promise<void> | undefined;
  #hasEnded = false;

  /** The port that it listens on; it is started when it does not run. Rejects when it cannot be started. */
  port(): Promise<number> {
    this.#port ??= this.#start();
    return this.#port;
  }

  /** Kills it as a crash would, and starts it again `demoDownMs` later. One that is being killed is not killed again. */
  kill(): Promise<void> {
    this.#killing ??= this.#kill().finally(() => (this.#killing = undefined));
    return this.#killing;
  }

  async #kill(): Promise<void> {
    await this.port();
    this.#child?.kill("SIGKILL");
    setTimeout(() => void this.port().catch(() => {}), demoDownMs).unref();
  }

  /** The process goes: its child too, and what that has stored. */
  end(): void {
    this.#hasEnded = true;
    this.#child?.kill("SIGKILL");
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #start(): Promise<number> {
    if (this.#hasEnded) return Promise.reject(new Error("the server has ended"));
    this.#folder ??= mkdtempSync(join(tmpdir(), "holdfast-demo-"));
    const store = `file:${join(this.#folder, "demo.db")}`;
    const child = fork(program, [String(this.#lastPort), store], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child = child;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => child.kill("SIGKILL"), startLimitMs);
      child.on("message", (message) => {
        const { port } = message as { port?: unknown }; // the framework says "ready" on the same channel
        if (typeof port !== "number") return;
        clearTimeout(limit);
        this.#lastPort = port;
        child.unref();
        child.channel?.unref();
        resolve(port);
      });
      child.once("exit", () => {
        clearTimeout(limit);
        if (this.#child === child) this.#port = undefined;
        reject(new Error("the demo's server has ended"));
      });
      child.once("error", reject);
    });
  }
}
