// A Redis and its replica behind one address, and a failover that is over at once and loses the last writes.
import { RedisFront } from "./redis-front.ts";
import { RedisServer } from "./redis.ts";
import { until } from "../../wait.ts";

export class RedisPair {
  readonly front: RedisFront;
  #primary: RedisServer;
  #replica: RedisServer;

  private constructor(primary: RedisServer, replica: RedisServer, front: RedisFront) {
    this.#primary = primary;
    this.#replica = replica;
    this.front = front;
  }

  static async start(): Promise<RedisPair> {
    const primary = await RedisServer.start();
    const replica = await follower(primary);
    return new RedisPair(primary, replica, await RedisFront.start(primary.port));
  }

  get primary(): RedisServer {
    return this.#primary;
  }

  get replica(): RedisServer {
    return this.#replica;
  }

  /** The replica has been promoted by somebody else, and the primary is gone: the address follows. */
  async follow(): Promise<void> {
    const old = this.#primary;
    this.#primary = this.#replica;
    this.front.switchTo(this.#primary.port);
    await old.stop();
  }

  /** The replica takes over without what was written in the last `lossMs`; then it gets a replica of its own. */
  async failOver(lossMs: number): Promise<void> {
    const old = this.#primary;
    const next = this.#replica;
    await next.command("replicaof", "no", "one"); // from here on it hears nothing
    await new Promise((resolve) => setTimeout(resolve, lossMs));
    this.#primary = next;
    this.front.switchTo(next.port);
    await old.stop();
    this.#replica = await follower(next);
  }

  async stop(): Promise<void> {
    await this.front.stop();
    await this.#primary.stop();
    await this.#replica.stop();
  }
}

async function follower(primary: RedisServer): Promise<RedisServer> {
  const replica = await RedisServer.start();
  await replica.command("replicaof", "127.0.0.1", String(primary.port));
  await until("a replica that follows", async () =>
    String(await replica.command("info", "replication")).includes("master_link_status:up"),
  );
  return replica;
}
