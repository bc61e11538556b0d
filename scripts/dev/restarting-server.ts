// The server as a child process that is ended and started again when its sources change. It ends as by any SIGTERM: every
// seat is stored, every socket is closed with "come back", and the next process has them all again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";

/** Editors write a file in several steps. */
const settleMs = 100;
/** A server that has not ended by then is killed. */
const endMs = 8000;

export class RestartingServer {
  readonly #given: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #changed: NodeJS.Timeout | undefined;
  #restarting: Promise<void> = Promise.resolve();

  /** `given`: what Node is given to start the server; `env`: its settings, with a PORT that stays the same. */
  constructor(given: readonly string[], env: NodeJS.ProcessEnv) {
    this.#given = given;
    this.#env = env;
  }

  /** Starts it, and again after each change of a file in `folder` for which `isOurs(path in folder)` holds. */
  watch(folder: string, isOurs: (path: string) => boolean): void {
    this.#start();
    watch(folder, { recursive: true }, (_event, path) => {
      if (path === null || !isOurs(path)) return;
      clearTimeout(this.#changed);
      this.#changed = setTimeout(() => {
        this.#restarting = this.#restarting.then(() => this.#restart(path));
      }, settleMs);
    });
  }

  async end(): Promise<void> {
    clearTimeout(this.#changed);
    await this.#restarting;
    await this.#stop();
  }

  #start(): void {
    const child = spawn(process.execPath, this.#given, { env: this.#env, stdio: "inherit" });
    this.#child = child;
    child.once("exit", (code) => {
      // A mistake in what was just written: the next change starts it again.
      if (this.#child === child)
        console.error(`The server has ended (${code}); it starts at the next change.`);
    });
  }

  async #restart(path: string): Promise<void> {
    console.log(`${path} has changed: the server starts again`);
    await this.#stop();
    this.#start();
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    const kill = setTimeout(() => child.kill("SIGKILL"), endMs);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(kill);
  }
}
