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

const waitUntil = (at: number) =>
  new Promise<void>((resolve) => void setTimeout(resolve, Math.max(0, at - performance.now())));

/** One direction of the link, for all connections: slices leave one after the other, and arrive a latency later. */
class Direction {
  /** How many bytes have arrived at its end, and when. */
  readonly arrivals: { readonly at: number; readonly bytes: number }[] = [];
  readonly #latencyMs: number;
  readonly #msPerByte: number;
  #freeAt = 0;

  constructor({ roundTripMs, bytesPerSecond }: Link) {
    this.#latencyMs = roundTripMs / 2;
    this.#msPerByte = 1000 / bytesPerSecond;
  }

  /** Forwards what one socket says to the other, from `openAt` on; when it has said all, the other is told so, or destroyed. */
  carry(from: Socket, to: Socket, openAt: number): void {
    let sent = Promise.resolve();
    // One slice after the other: of two timers of their own the later one may be first, and TLS notices.
    let arrived = Promise.resolve();
    const send = async (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += sliceBytes) {
        const slice = bytes.subarray(at, at + sliceBytes);
        this.#freeAt = Math.max(this.#freeAt, performance.now(), openAt) + slice.length * this.#msPerByte;
        const sentAt = this.#freeAt;
        arrived = arrived.then(() => this.#arrive(slice, to, sentAt + this.#latencyMs));
        await waitUntil(sentAt);
      }
    };
    const afterAll = (then: () => void) =>
      void sent.then(() => arrived).then(() => setTimeout(then, this.#latencyMs));
    from.on("data", (bytes: Buffer) => {
      from.pause();
      sent = sent.then(() => send(bytes)).then(() => void from.resume());
    });
    from.on("end", () => afterAll(() => to.end()));
    from.on("close", () => afterAll(() => to.destroySoon()));
  }

  async #arrive(slice: Buffer, to: Socket, at: number): Promise<void> {
    await waitUntil(at);
    if (!to.writable) return;
    to.write(slice);
    this.arrivals.push({ at: performance.timeOrigin + performance.now(), bytes: slice.length });
  }
}

export class SlowLink {
  readonly port: number;
  readonly #server: Server;
  readonly #down: Direction;

  private constructor(server: Server, down: Direction) {
    this.#server = server;
    this.#down = down;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param target the port of the server at its other end */
  static async start(target: number, link: Link): Promise<SlowLink> {
    const [up, down] = [new Direction(link), new Direction(link)];
    const server = createServer((client) => {
      const openAt = performance.now() + link.roundTripMs; // SYN, and its answer
      const upstream = connect(target, "127.0.0.1");
      for (const socket of [client, upstream]) socket.setNoDelay(true).on("error", () => {});
      up.carry(client, upstream, openAt);
      down.carry(upstream, client, openAt);
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    return new SlowLink(server, down);
  }

  /**
   * Bytes that had come down by then, headers, handshakes and all.
   * @param at in ms since 1970, as a page's `performance.timeOrigin + performance.now()`
   */
  arrivedUntil(at: number): number {
    return this.#down.arrivals.reduce((sum, arrival) => sum + (arrival.at <= at ? arrival.bytes : 0), 0);
  }

  close(): void {
    this.#server.close();
  }
}
