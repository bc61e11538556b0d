// A cluster for tests: real server processes on a real Redis, behind one address that knows nothing of events
// (each connection goes to the next process that takes it and has answered a health check of late).
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { freePort } from "../free-port.ts";
import { RedisServer } from "../redis/redis.ts";
import { RedisPair } from "../redis/redis-pair.ts";
import { type ServerProcess, startServer } from "../server-process.ts";

export interface ClusterOptions {
  readonly size?: number;
  readonly env?: Record<string, string>;
  readonly script?: string;
  /** Redis has a replica, and one address: it can fail over. */
  readonly hasReplica?: boolean;
  /** Processes reach each other by a network that can be broken. */
  readonly hasBadNetwork?: boolean;
}

const healthEveryMs = 500;

export class TestCluster {
  readonly #redis: RedisServer | RedisPair;
  /** How others reach a process, where the network can be broken. */
  readonly ways = new Map<ServerProcess, FaultProxy>();
  readonly processes: ServerProcess[] = [];
  readonly #options: ClusterOptions;
  #balancer: Server | undefined;
  #turn = 0;
  #checks: NodeJS.Timeout | undefined;
  /** Processes that do not answer. */
  readonly #silent = new Set<ServerProcess>();
  readonly #sockets = new Set<Socket>();

  private constructor(redis: RedisServer | RedisPair, options: ClusterOptions) {
    this.#redis = redis;
    this.#options = options;
  }

  static async start(options: ClusterOptions = {}): Promise<TestCluster> {
    const cluster = new TestCluster(
      await (options.hasReplica === true ? RedisPair.start() : RedisServer.start()),
      options,
    );
    await Promise.all(Array.from({ length: options.size ?? 2 }, () => cluster.add()));
    await cluster.#balance();
    return cluster;
  }

  /** The Redis that answers now. */
  get redis(): RedisServer {
    return this.#redis instanceof RedisPair ? this.#redis.primary : this.#redis;
  }

  /** Redis as something that can fail over; undefined without a replica. */
  get pair(): RedisPair | undefined {
    return this.#redis instanceof RedisPair ? this.#redis : undefined;
  }

  /** The one address of all. */
  get url(): string {
    const address = this.#balancer?.address() as AddressInfo | undefined;
    return `http://127.0.0.1:${address?.port}`;
  }

  async add(env: Record<string, string> = {}): Promise<ServerProcess> {
    const settings = {
      REDIS_URL: this.pair?.front.url ?? this.redis.url,
      STORE_URL: "",
      LOG_LEVEL: "info",
      ...this.#options.env,
      ...env,
    };
    const way = this.#options.hasBadNetwork === true ? await badWay() : undefined;
    const process = await startServer({ ...settings, ...way?.env }, this.#options.script);
    if (way !== undefined) this.ways.set(process, way.proxy);
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
    await Promise.all([...this.ways.values()].map((way) => way.close()));
    await this.#redis.stop();
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

/** A port for a process, and an address by which others reach it that can be made a hole. */
async function badWay(): Promise<{ env: Record<string, string>; proxy: FaultProxy }> {
  const port = await freePort();
  const proxy = await FaultProxy.start(port);
  return { env: { PORT: String(port), CLUSTER_ADDRESS: `127.0.0.1:${proxy.port}` }, proxy };
}

export function isAlive({ child }: ServerProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

export interface ClusterLine {
  readonly cluster: string;
  readonly event_id: string;
  readonly epoch: number;
  /** When it was logged, epoch ms. */
  readonly time: number;
}

/** What a process has logged about events coming and going. */
export function clusterLines(process: ServerProcess): ClusterLine[] {
  return process
    .output()
    .split("\n")
    .filter((line) => line.includes('"cluster":'))
    .map((line) => JSON.parse(line) as ClusterLine);
}
