// An example as a reader starts it: its one command, in a process group of its own, with events in a folder of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { until } from "../wait.ts";
import { freePort } from "./free-port.ts";
import { temporaryStore } from "./temporary-store.ts";

export class ExampleServer {
  readonly name: string;
  readonly port: number;
  readonly #storeUrl: string;
  #end: () => Promise<void> = async () => {};
  #output = "";

  private constructor(name: string, port: number) {
    this.name = name;
    this.port = port;
    this.#storeUrl = temporaryStore();
  }

  /** Runs `npm run example:<name>`, and waits until it takes joins. */
  static async start(name: string): Promise<ExampleServer> {
    const server = new ExampleServer(name, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Everything that it has printed since it was started last. */
  get output(): string {
    return this.#output;
  }

  /** Starts it again where it was. */
  async start(): Promise<void> {
    this.#output = "";
    const { PATH = "", HOME = "" } = process.env; // and nothing else that this process may have been told
    const env = { PATH, HOME, PORT: String(this.port), STORE_URL: this.#storeUrl };
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = spawn("npm", ["run", `example:${this.name}`], { env, stdio: [...stdio], detached: true });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes: Buffer) => (this.#output += bytes.toString()));
    const closed = once(child, "close");
    this.#end = async () => {
      try {
        process.kill(-(child.pid as number), "SIGKILL"); // npm, its shell and the server
      } catch {
        // it has ended by itself
      }
      await closed;
    };
    await until(
      () => `the example ${this.name} takes joins; it printed ${this.#output}`,
      async () => {
        if (child.exitCode !== null) throw new Error(`the example has ended: ${this.#output}`);
        return (await fetch(`${this.url}/readyz`).catch(() => undefined))?.ok;
      },
      60_000,
    ).catch(async (error: unknown) => {
      await this.#end();
      throw error;
    });
  }

  /** `kill -9`: it stores nothing more and says goodbye to nobody. */
  async kill(): Promise<void> {
    await this.#end();
  }

  /** The link that makes one browser its host. */
  hostLink(): string {
    const link = /http:\/\/\S+#code=\S+/.exec(this.#output)?.[0];
    if (link === undefined) throw new Error(`no link in ${this.#output}`);
    return link;
  }
}
