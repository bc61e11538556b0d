// The way from clients to a test's server for those that bring their own HTTP and WebSockets: an address that leads nowhere but
// into this process's memory. A phone's own network can be taken away.
import { request } from "node:http";
import { WebSocket } from "ws";
import { openSocketsBy } from "../../client/connection/sdk/sockets.ts";
import type { Link } from "../network/link.ts";
import type { Network } from "../phone/wire-connection.ts";

let count = 0;

/** A network of its own, with an address of its own, that leads to the test's server. */
export class MemoryNetwork {
  /** The server's address on it. */
  readonly url: string;
  readonly #server: Network;
  readonly #links = new Set<Link>();
  #isThere = true;

  constructor(server: Network) {
    count += 1;
    const host = `network-${count}.holdfast.test`;
    this.url = `http://${host}`;
    this.#server = server;
    openSocketsBy(host, (url) => this.#open(url));
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  /** Every connection is reset. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  /** There is none: connections are reset, and no other can be made. */
  takeAway(): void {
    this.#isThere = false;
    this.cut();
  }

  /** It is there again. */
  giveBack(): void {
    this.#isThere = true;
  }

  /** Nothing gets through the connections that there are any more, and neither end is told. */
  strand(): void {
    for (const link of this.#links) link.strand();
  }

  /** As the global `fetch`, for text. */
  readonly fetch = (url: string | URL | Request, init: RequestInit = {}): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { pathname, search, host } = new URL(url instanceof Request ? url.url : url);
      const text = typeof init.body === "string" ? init.body : "";
      const headers = Object.fromEntries(new Headers(init.headers));
      const asked = request({
        method: init.method ?? "GET",
        path: pathname + search,
        headers: { ...headers, host, "content-length": Buffer.byteLength(text) },
        createConnection: () => this.#connect() as never,
        ...(init.signal ? { signal: init.signal } : {}),
      });
      asked.on("error", (error) => reject(new TypeError("fetch failed", { cause: error })));
      asked.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", (error) => reject(new TypeError("fetch failed", { cause: error })));
        response.on("end", () => {
          const named = Object.entries(response.headers).map(([name, value]): [string, string] => [
            name,
            String(value),
          ]);
          resolve(
            new Response(Buffer.concat(chunks), { status: response.statusCode ?? 500, headers: named }),
          );
        });
      });
      asked.end(text);
    });

  #open(url: string): WebSocket {
    return new WebSocket(url, { createConnection: () => this.#connect() as never, perMessageDeflate: false });
  }

  #connect(): Link {
    const link = this.#server.connect();
    if (!this.#isThere) queueMicrotask(() => link.cut());
    this.#links.add(link);
    link.once("close", () => this.#links.delete(link));
    return link;
  }
}
