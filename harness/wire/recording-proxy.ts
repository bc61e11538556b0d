// Stands between clients and a server and writes down what passes: HTTP exchanges, sockets' openings, frames, closes. Changes
// nothing; pings and pongs pass as they are. Cuts all sockets when told to, as a lost network does.
import { createServer, type IncomingMessage, request as ask, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type RawData, WebSocket, WebSocketServer } from "ws";

/** What passed, as it was: texts of bodies, bytes of frames in hex. One a line in a file. */
export type Recorded =
  | {
      readonly method: string;
      readonly path: string;
      readonly request: string;
      readonly status: number;
      readonly answer: string;
    }
  | { readonly socket: string; readonly status: number; readonly answer?: string }
  | { readonly to: "client" | "room"; readonly hex: string }
  | { readonly close: "client" | "room"; readonly code: number; readonly reason: string };

/** A close that no frame has said. */
const unsaid = new Set([1005, 1006]);
const nothing = () => {};

export class RecordingProxy {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #open = new Set<WebSocket>();
  readonly #target: number;
  /** Everything that passed so far, in order. */
  readonly recorded: Recorded[] = [];

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      void this.#exchange(request).then(
        ({ status, headers, answer }) => response.writeHead(status, headers).end(answer),
        () => response.destroy(),
      );
    });
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
  }

  /** @param port 0 for any */
  static async start(target: number, port = 0): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(port, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends every socket on both sides, without a word. */
  cut(): void {
    for (const socket of this.#open) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #exchange(request: IncomingMessage) {
    const body = await buffer(request);
    const { method = "GET", url: path = "/", headers } = request;
    const behind = ask({ port: this.#target, host: "127.0.0.1", method, path, headers });
    behind.end(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      behind.once("response", resolve).once("error", reject);
    });
    const answer = await buffer(response);
    const status = response.statusCode ?? 0;
    this.recorded.push({ method, path, request: body.toString(), status, answer: answer.toString() });
    return { status, headers: response.headers, answer };
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { url: path = "/" } = request;
    const upstream = new WebSocket(`ws://127.0.0.1:${this.#target}${path}`, { autoPong: false });
    upstream.on("error", nothing);
    upstream.once("unexpected-response", (_request, response: IncomingMessage) => {
      void buffer(response).then((answer) => {
        const status = response.statusCode ?? 0;
        this.recorded.push({ socket: path, status, answer: answer.toString() });
        socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\n\r\n${answer.toString()}`);
      });
    });
    upstream.once("open", () => {
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        this.recorded.push({ socket: path, status: 101 });
        this.#pass(client, upstream, "room");
        this.#pass(upstream, client, "client");
      });
    });
  }

  #pass(from: WebSocket, to: WebSocket, side: "client" | "room"): void {
    this.#open.add(from);
    from.on("error", nothing);
    from.on("message", (data: RawData) => {
      this.recorded.push({ to: side, hex: (data as Buffer).toString("hex") });
      to.send(data as Buffer, { binary: true });
    });
    from.on("ping", (data) => to.ping(data));
    from.on("pong", (data) => to.pong(data));
    from.on("close", (code, reason) => {
      this.#open.delete(from);
      if (to.readyState !== WebSocket.OPEN) return; // the other side's close, answered
      if (unsaid.has(code)) return to.terminate();
      this.recorded.push({ close: side, code, reason: reason.toString() });
      to.close(code, reason);
    });
  }
}
