// A cluster for tests: real server processes on a real Redis, behind one address that knows nothing of events
// (each connection goes to the next process that takes it and has answered a health check of late).
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { RedisServer } from "./redis.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

export interface ClusterOptions {
  readonly size?: number;
  readonly env?: Record<string, string>;
  readonly script?: string;
}

const healthEveryMs = 500;

export class TestCluster {
  readonly redis: RedisServer;
  readonly processes: ServerProcess[] = [];
  readonly #options: ClusterOptions;
  #balancer: Server | undefined;
  #turn = 0;
  #checks: NodeJS.Timeout | undefined;
  /** Processes that do not answer. */
  readonly #silent = new Set<ServerProcess>();
  readonly #sockets = new Set<Socket>();

  private constructor(redis: RedisServer, options: ClusterOptions) {
    this.redis = redis;
    this.#options = options;
  }

  static async start(options: ClusterOptions = {}): Promise<TestCluster> {
    const cluster = new TestCluster(await RedisServer.start(), options);
    await Promise.all(Array.from({ length: options.size ?? 2 }, () => cluster.add()));
    await cluster.#balance();
    return cluster;
  }

  /** The one address of all. */
  get url(): string {
    const address = this.#balancer?.address() as AddressInfo | undefined;
    return `http://127.0.0.1:${address?.port}`;
  }

  async add(env: Record<string, string> = {}): Promise<ServerProcess> {
    const settings = {
      REDIS_URL: this.redis.url,
      STORE_URL: "",
      LOG_LEVEL: "info",
      ...this.#options.env,
      ...env,
    };
    const process = await startServer(settings, this.#options.script);
    this.processes.push(process);
    return process;
  }

  /** Takes a process out of the list, for one that has been killed. */
  remove(process: ServerProcess): void {
    this.processes.splice(this.processes.indexOf(process), 1);
  }

  /** The process that has this event's room, by its own word; undefined while none has. */
  async ownerOf(eventId: string): Promise<ServerProcess | undefined> {
    for (const process of this.processes) {
      const lines = clusterLines(process).filter((line) => line.event_id === eventId);
      const last = lines.at(-1)?.cluster;
      if (isAlive(process) && (last === "opened" || last === "adopted")) return process;
    }
    return undefined;
  }

  async stop(): Promise<void> {
    clearInterval(this.#checks);
    this.#balancer?.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.processes.map((process) => process.kill()));
    await this.redis.stop();
  }

  async #balance(): Promise<void> {
    this.#balancer = createServer((client) => this.#connect(client, this.processes.length)).listen(
      0,
      "127.0.0.1",
    );
    await once(this.#balancer, "listening");
    this.#checks = setInterval(() => {
      for (const process of this.processes) void this.#check(process);
    }, healthEveryMs);
  }

  async #check(process: ServerProcess): Promise<void> {
    const answer = fetch(`${process.url}/healthz`, { signal: AbortSignal.timeout(2 * healthEveryMs) });
    const isHealthy = await answer.then(
      async (response) => (await response.text()) !== "",
      () => false,
    );
    if (isHealthy) this.#silent.delete(process);
    else this.#silent.add(process);
  }

  #connect(client: Socket, tries: number): void {
    this.#turn += 1;
    const answering = this.processes.filter((process) => !this.#silent.has(process));
    const process = answering[this.#turn % Math.max(1, answering.length)];
    if (process === undefined || tries === 0) return void client.destroy();
    const upstream = connect(process.port, "127.0.0.1");
    const retry = () => this.#connect(client, tries - 1);
    upstream.once("error", retry);
    upstream.once("connect", () => {
      upstream.off("error", retry);
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.#sockets.add(one);
        one.setNoDelay(true);
        one
          .on("error", () => other.destroy())
          .on("close", () => {
            this.#sockets.delete(one);
            other.destroy();
          });
        one.pipe(other);
      }
    });
    return undefined;
  }
}

export function isAlive({ child }: ServerProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

export interface ClusterLine {
  readonly cluster: string;
  readonly event_id: string;
  readonly epoch: number;
}

/** What a process has logged about events coming and going. */
export function clusterLines(process: ServerProcess): ClusterLine[] {
  return process
    .output()
    .split("\n")
    .filter((line) => line.includes('"cluster":'))
    .map((line) => JSON.parse(line) as ClusterLine);
}
