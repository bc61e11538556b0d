// Colyseus's WebSocket transport, which serves everything that is no event's as ever, with our gate in front of its HTTP
// routes and our sockets for events beside its own. It is the one part of ours that whoever listens must call: it opens the
// store before it listens, and says when it does.
import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type TransportOptions, WebSocketTransport } from "@colyseus/ws-transport";
import type { WebSocket } from "ws";
import type { EventRequests } from "../../admission/http/event-requests.ts";
import type { HttpGate } from "../../admission/http/http-gate.ts";
import { isAsked, isWebSocket, readWithoutOffer } from "../../admission/http/plain-upgrade.ts";
import { createPatientServer } from "../../admission/http/slow-requests.ts";
import type { EventSockets, LatencyProbe } from "./event-sockets.ts";
import { FrameworkRoutes } from "../framework/routes.ts";
import { keepUndelayedReader } from "../internals/core.ts";

export type { TransportOptions } from "@colyseus/ws-transport";

/** Longer than a proxy's or a browser's, so that a join on a kept connection does not meet our own close of it. */
const keepAliveMs = 65_000;

/** The parts of the process that begin with listening. Implemented by server/lifetime. */
export interface Listening {
  /** Opens what a join needs, and brings events back. Rejects with why nothing can be served. */
  prepare(): Promise<void>;
  listening(server: HttpServer, hostname: string): void;
  /** It could not open, or not listen, or is over: nothing is served. Never rejects. */
  over(): Promise<void>;
}

export class GatedTransport extends WebSocketTransport implements LatencyProbe {
  readonly #http: HttpGate;
  readonly #requests: EventRequests;
  readonly #sockets: EventSockets;
  readonly #parts: Listening;
  #hasListened = false;

  /** @param options what the framework's own transport takes, for what is no event's */
  constructor(
    http: HttpGate,
    requests: EventRequests,
    sockets: EventSockets,
    parts: Listening,
    options: TransportOptions = {},
  ) {
    const server = (options.server as HttpServer | undefined) ?? newServer(requests);
    super({ ...options, server });
    this.#http = http;
    this.#requests = requests;
    this.#sockets = sockets;
    this.#parts = parts;
  }

  /** For development: sockets of events are late as a whole and in order, the framework's by each message. */
  override simulateLatency(oneWayMs: number): void {
    keepUndelayedReader(); // the framework is about to delay every room's
    this.#sockets.simulateLatency(Number.isFinite(oneWayMs) ? Math.max(0, oneWayMs) : 0);
    super.simulateLatency(oneWayMs);
  }

  /** The framework's own listener hears of what is not ours. */
  protected override listenForUpgrade(server: HttpServer): void {
    const isOthers = (request: IncomingMessage) =>
      isWebSocket(request) && !this.#requests.isSocket(request.url);
    super.listenForUpgrade(server, isOthers);
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!isWebSocket(request)) readWithoutOffer(server, request, socket, head);
      else if (this.#requests.isSocket(request.url)) this.#sockets.receive(request, socket, head, this);
      else this.#http.gate.connections.seated(socket);
    });
  }

  /** It listens, is about to, or did. */
  get hasListened(): boolean {
    return this.#hasListened;
  }

  /** @throws Error the second time: what begins with listening begins once */
  override listen(
    port: number,
    hostname?: string,
    backlog?: number,
    whenListening?: (error?: unknown) => void,
  ) {
    if (this.#hasListened) throw new Error("listen: this server listens already, or has ended");
    this.#hasListened = true;
    void this.#prepareAndListen(port, hostname, backlog, whenListening);
    return this;
  }

  async #prepareAndListen(
    port: number,
    hostname: string | undefined,
    backlog: number | undefined,
    whenListening?: (error?: unknown) => void,
  ): Promise<void> {
    try {
      await this.#parts.prepare();
      this.#listen(port, hostname, backlog, whenListening);
    } catch (error) {
      await this.#fail(error, whenListening);
    }
  }

  /** @throws Error for a port that is none */
  #listen(
    port: number,
    hostname: string | undefined,
    backlog: number | undefined,
    whenListening?: (error?: unknown) => void,
  ): void {
    const server = this.server as HttpServer;
    server.keepAliveTimeout = keepAliveMs;
    server.on("connection", (socket: Socket) => this.#http.gate.connections.opened(socket));
    // The framework listens for errors only once it listens: a port that is taken would be waited for in vain.
    const failed = (error: unknown) => void this.#fail(error, whenListening);
    server.once("error", failed);
    // It binds its routes in this callback; then, and not before, the gate can stand in front of them.
    super.listen(port, hostname, backlog, () => {
      server.off("error", failed);
      whenListening?.();
      this.#http.standInFront(server, this.#sockets.coalescing, new FrameworkRoutes());
      server.on("request", isAsked);
      this.#parts.listening(server, hostname ?? "");
    });
  }

  async #fail(error: unknown, whenListening?: (error?: unknown) => void): Promise<void> {
    await this.#parts.over();
    whenListening?.(error);
  }

  /** Every room has gone. Our end begins here, and is waited for by the driver's, if the server still has ours. */
  override shutdown(): void {
    this.#sockets.shut();
    super.shutdown();
    void this.#parts.over();
  }

  /** The SDK's measurement of latency, which the framework answers; it does not expect an address that is none. */
  async measure(socket: WebSocket, request: IncomingMessage): Promise<void> {
    try {
      await this.onConnection(socket as Parameters<WebSocketTransport["onConnection"]>[0], request);
    } catch {
      socket.terminate();
    }
  }
}

/** In a server of ours alone, headers that do not arrive have less time than Node gives them. */
function newServer(requests: EventRequests): HttpServer | undefined {
  return requests.isAlone ? createPatientServer() : undefined;
}
