// A TCP proxy that plays a bad network between clients and a server: black holes, resets, one-way holes, trickles.
// A black hole tells nobody anything: bytes stop, sockets stay open on both sides, as in a tunnel.
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export type Direction = "up" | "down" | "both";

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

export class FaultProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #hole: Direction | undefined;
  #refuses = false;
  port = 0;
  /** Connections that were refused. */
  refused = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ pauseOnConnect: true }, (client) => this.#accept(client));
  }

  static async start(target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    proxy.port = (proxy.#server.address() as AddressInfo).port;
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get open(): number {
    return this.#pairs.size;
  }

  /** Bytes stop in one direction or both; nobody is told. New connections are accepted, and starve. */
  strand(direction: Direction = "both"): void {
    this.#hole = direction;
    for (const pair of this.#pairs) this.#stop(pair);
  }

  /** Bytes flow again; what was sent meanwhile arrives, as TCP would have it. */
  heal(): void {
    this.#hole = undefined;
    this.#refuses = false;
    for (const pair of this.#pairs) {
      pair.client.resume();
      pair.upstream.resume();
      this.#pass(pair);
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
    for (const pair of this.#pairs) {
      pair.client.resetAndDestroy();
      pair.upstream.pause();
    }
  }

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
    const upstream = connect({ port: this.#target, host: "127.0.0.1" });
    const pair: Pair = { client, upstream };
    this.#pairs.add(pair);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    this.#pipe(client, upstream, pair);
    this.#pipe(upstream, client, pair);
    client.resume();
    this.#stop(pair);
  }

  #pipe(from: Socket, to: Socket, pair: Pair): void {
    from.on("data", (bytes) => {
      if (!to.write(bytes)) {
        from.pause();
        to.once("drain", () => {
          if (!this.#isHeld(from, pair)) from.resume();
        });
      }
    });
    from.on("end", () => this.#hole === undefined && to.end());
    from.on("error", () => {});
    from.on("close", () => this.#pass(pair));
  }

  /** One side's end reaches the other, unless they are in a hole: then nobody hears of it before it heals. */
  #pass(pair: Pair): void {
    const ended = [pair.client, pair.upstream].filter(({ destroyed }) => destroyed);
    if (ended.length === 0 || (ended.length === 1 && this.#hole !== undefined)) return;
    pair.client.destroy();
    pair.upstream.destroy();
    this.#pairs.delete(pair);
  }

  #isHeld(from: Socket, pair: Pair): boolean {
    if (this.#hole === undefined) return false;
    return this.#hole === "both" || (this.#hole === "up") === (from === pair.client);
  }

  #stop(pair: Pair): void {
    for (const side of [pair.client, pair.upstream]) {
      if (this.#isHeld(side, pair)) side.pause();
    }
  }
}
