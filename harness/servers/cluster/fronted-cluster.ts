// A cluster behind nginx as it is deployed: each process on a port of its own, which it has again after a restart.
import { once } from "node:events";
import { TestCluster } from "./cluster.ts";
import { Nginx } from "./nginx.ts";
import { freePort } from "../free-port.ts";
import type { ServerProcess } from "../server-process.ts";

export interface FrontedOptions {
  readonly size: number;
  readonly env?: Record<string, string>;
  /** Each process says `<nginx>/p/<n>` is its public address. */
  readonly hasPublicPaths?: boolean;
}

export class FrontedCluster {
  readonly cluster: TestCluster;
  readonly nginx: Nginx;
  readonly ports: readonly number[];
  readonly #hasPublicPaths: boolean;

  private constructor(cluster: TestCluster, nginx: Nginx, ports: readonly number[], hasPublicPaths: boolean) {
    this.cluster = cluster;
    this.nginx = nginx;
    this.ports = ports;
    this.#hasPublicPaths = hasPublicPaths;
  }

  static async start({ size, env = {}, hasPublicPaths = false }: FrontedOptions): Promise<FrontedCluster> {
    const ports: number[] = [];
    while (ports.length < size) ports.push(await freePort());
    const cluster = await TestCluster.start({ size: 0, env: { TRUST_PROXY: "1", ...env } });
    const nginx = await Nginx.start(ports).catch(async (error: unknown) => {
      await cluster.stop();
      throw error;
    });
    const fronted = new FrontedCluster(cluster, nginx, ports, hasPublicPaths);
    try {
      await Promise.all(ports.map((port) => fronted.run(port)));
    } catch (error) {
      await fronted.stop(); // nobody else knows of it
      throw error;
    }
    return fronted;
  }

  get url(): string {
    return this.nginx.url;
  }

  run(port: number): Promise<ServerProcess> {
    const at = `127.0.0.1:${this.nginx.port}/p/${this.ports.indexOf(port) + 1}`;
    const paths = this.#hasPublicPaths ? { PUBLIC_ADDRESS: at } : {};
    return this.cluster.add({ PORT: String(port), ...paths });
  }

  /** The process that has this event. @throws when none says so. */
  async ownerOf(eventId: string): Promise<ServerProcess> {
    const owner = await this.cluster.ownerOf(eventId);
    if (owner === undefined) throw new Error(`nobody owns ${eventId}`);
    return owner;
  }

  async kill(process: ServerProcess): Promise<void> {
    this.cluster.remove(process);
    await process.kill();
  }

  /** Told to go (SIGTERM), and started again at the same address, as a supervisor does it. */
  async restart(process: ServerProcess): Promise<number | null> {
    this.cluster.remove(process);
    process.child.kill("SIGTERM");
    await once(process.child, "exit");
    await this.run(process.port);
    return process.child.exitCode;
  }

  async stop(): Promise<void> {
    await this.nginx.stop();
    await this.cluster.stop();
  }
}
