// A TCP proxy that plays a bad network between clients and a server: black holes, resets, one-way holes, slow and late
// links. A black hole tells nobody anything: bytes stop, sockets stay open on both sides, as in a tunnel.
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { OneWay, type Quality } from "./one-way.ts";

/** `up`: from the client to the server; `down`: back. */
export type Direction = "up" | "down" | "both";

/** How good the network is while it works. What is left out is perfect. */
export interface LinkQuality {
  /** By how many milliseconds every byte is late, in each direction that is meant. */
  readonly latencyMs?: number;
  /** How many bytes pass in a second, in each direction that is meant. */
  readonly bytesPerSecond?: number;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly up: OneWay;
  readonly down: OneWay;
}

/**
 * A bad network in front of one server, over real sockets, for end-to-end tests. Clients use its `url` instead of the
 * server's. It listens on loopback alone.
 * @example
 * const network = await FaultProxy.start(port);
 * const session = joinEvent({ url: network.url, eventId: "quiz" });
 * network.strand(); // a tunnel: nothing passes, and nobody is told
 * network.heal();
 * await network.close();
 */
export class FaultProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  readonly #quality: Record<"up" | "down", Quality> = { up: perfect(), down: perfect() };
  #hole: Direction | undefined;
  #refuses = false;
  /** The port to connect to. */
  port = 0;
  /** How many connections were refused. */
  refused = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) =>
      this.#accept(client),
    );
  }

  /**
   * Starts one on a free port of loopback.
   * @param target the port, on loopback, of the server that is behind it
   * @throws Error when it cannot listen
   */
  static async start(target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once("error", reject);
      proxy.#server.listen(0, "127.0.0.1", resolve);
    });
    proxy.port = (proxy.#server.address() as AddressInfo).port;
    return proxy;
  }

  /** What clients are given instead of the server's address. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many connections go through it. */
  get open(): number {
    return this.#pairs.size;
  }

  /** Bytes stop in one direction or both; nobody is told. New connections are accepted, and starve. */
  strand(direction: Direction = "both"): void {
    this.#hole = direction;
    for (const pair of this.#pairs) this.#hold(pair);
  }

  /**
   * From now on bytes are late, or pass slowly, in one direction or both; with `{}` no more. What is on its way stays as
   * it was. It goes on over `heal`.
   * @throws RangeError for a time below 0 ms, or a rate that is not above 0
   * @example network.slow({ latencyMs: 300, bytesPerSecond: 4000 }); // the edge of a cell
   */
  slow({ latencyMs = 0, bytesPerSecond = Infinity }: LinkQuality, direction: Direction = "both"): void {
    if (!(latencyMs >= 0)) throw new RangeError("slow: latencyMs must be 0 or more");
    if (!(bytesPerSecond > 0)) throw new RangeError("slow: bytesPerSecond must be more than 0");
    for (const way of ["up", "down"] as const)
      if (direction === "both" || direction === way)
        Object.assign(this.#quality[way], { latencyMs, bytesPerSecond });
  }

  /** Bytes flow again, and connections are let in; what was sent meanwhile arrives, as TCP would have it. */
  heal(): void {
    this.#hole = undefined;
    this.#refuses = false;
    for (const pair of this.#pairs) {
      pair.up.release();
      pair.down.release();
      this.#closed(pair);
    }
  }

  /** Cuts every connection with a reset; with `refuse`, new ones too until `heal`. */
  reset({ refuse = false } = {}): void {
    this.#refuses = refuse;
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
    this.#pairs.clear();
  }

  /** The client's side dies; the server keeps a half-open socket that never answers. */
  abandon(): void {
    this.strand();
    for (const { client } of this.#pairs) client.resetAndDestroy();
  }

  /** Ends every connection, and frees the port. */
  async close(): Promise<void> {
    for (const { client, upstream } of this.#pairs) {
      client.destroy();
      upstream.destroy();
    }
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    if (this.#refuses) {
      this.refused += 1;
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ port: this.#target, host: "127.0.0.1", allowHalfOpen: true });
    const up = new OneWay(client, upstream, this.#quality.up);
    const down = new OneWay(upstream, client, this.#quality.down);
    const pair: Pair = { client, upstream, up, down };
    this.#pairs.add(pair);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on("error", () => {}); // a close follows
      socket.on("close", () => this.#closed(pair));
    }
    client.resume();
    this.#hold(pair);
  }

  /** One side's end reaches the other, unless they are in a hole: then nobody hears of it before it heals. */
  #closed(pair: Pair): void {
    const ended = [pair.client, pair.upstream].filter(({ destroyed }) => destroyed);
    if (ended.length === 0 || (ended.length === 1 && this.#hole !== undefined)) return;
    pair.up.end();
    pair.down.end();
    pair.client.destroy();
    pair.upstream.destroy();
    this.#pairs.delete(pair);
  }

  #hold({ up, down }: Pair): void {
    if (this.#hole === undefined) return;
    if (this.#hole !== "down") up.hold();
    if (this.#hole !== "up") down.hold();
  }
}

const perfect = (): Quality => ({ latencyMs: 0, bytesPerSecond: Infinity });
