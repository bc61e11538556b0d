// A slow phone's link: everything shares its bandwidth, every byte is late, and a connection costs a round trip before its first.
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export interface Link {
  /** There and back, in ms. */
  readonly roundTripMs: number;
  /** In each direction, for all connections together. */
  readonly bytesPerSecond: number;
}

/** Slow 3G, as browsers' tools have it. */
export const slow3g: Link = { roundTripMs: 400, bytesPerSecond: 50_000 };

/** Small enough that connections which share the link take turns. */
const sliceBytes = 1400;

/** One direction of the link: slices leave one after the other, and arrive a latency later. */
class Direction {
  readonly #latencyMs: number;
  readonly #msPerByte: number;
  #freeAt = 0;

  constructor({ roundTripMs, bytesPerSecond }: Link) {
    this.#latencyMs = roundTripMs / 2;
    this.#msPerByte = 1000 / bytesPerSecond;
  }

  /** Forwards what one socket says to the other, from `openAt` on. */
  carry(from: Socket, to: Socket, openAt: number): void {
    let last = Promise.resolve();
    from.on("data", (bytes) => {
      from.pause();
      last = last.then(() => this.#send(bytes, to, openAt)).then(() => void from.resume());
    });
    from.on("end", () => void last.then(() => setTimeout(() => to.end(), this.#latencyMs)));
  }

  async #send(bytes: Buffer, to: Socket, openAt: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      const slice = bytes.subarray(at, at + sliceBytes);
      const now = performance.now();
      this.#freeAt = Math.max(this.#freeAt, now, openAt) + slice.length * this.#msPerByte;
      const sentInMs = this.#freeAt - now;
      setTimeout(() => to.writable && to.write(slice), sentInMs + this.#latencyMs);
      await new Promise((resolve) => setTimeout(resolve, sentInMs));
    }
  }
}

export class SlowLink {
  readonly port: number;
  /** Bytes that have come down, headers and all. */
  bytesDown = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param target the port of the server at its other end */
  static async start(target: number, link: Link): Promise<SlowLink> {
    const [up, down] = [new Direction(link), new Direction(link)];
    const server = createServer((client) => {
      const openAt = performance.now() + link.roundTripMs; // SYN, and its answer
      const upstream = connect(target, "127.0.0.1");
      for (const socket of [client, upstream]) socket.setNoDelay(true).on("error", () => {});
      upstream.on("data", (bytes) => (started.bytesDown += bytes.length));
      up.carry(client, upstream, openAt);
      down.carry(upstream, client, openAt);
      client.on("close", () => upstream.destroy());
      upstream.on("close", () => setTimeout(() => client.destroy(), link.roundTripMs));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const started = new SlowLink(server);
    return started;
  }

  close(): void {
    this.#server.close();
  }
}
