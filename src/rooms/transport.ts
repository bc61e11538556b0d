// Colyseus's WebSocket transport with a gate in front of its HTTP routes and its upgrades: which origins may come in,
// what happens while we drain, which seat a socket is for. Reads each request's address once, by hand: the framework's
// own way builds a URL, a Request and its headers for every socket.
// Its option `beforeUpgrade` (ws-transport 0.18.4) cannot do this: it is handed a path and headers, not the socket, so
// that nothing could be carried to another process, nobody who goes while they wait would be noticed, and no socket made
// slow; and it is what builds those objects. `listenForUpgrade`, which is protected and so public to a subclass, can.
import { type IncomingMessage, type Server as HttpServer, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connectClientToRoom, createAuthContext, getMessageBytes, Protocol, type Room } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import type { WebSocket } from "ws";
import type { CarriedUpgrade } from "../admission/carrier.ts";
import { type HttpGate, turnedAwayMs } from "../admission/http/http-gate.ts";
import { isAsked, isWebSocket, readWithoutOffer } from "../admission/http/plain-upgrade.ts";
import { reconnectionRefused } from "../admission/refusals.ts";
import type { RequestGate } from "../admission/http/request-gate.ts";
import { createPatientServer } from "../admission/http/slow-requests.ts";
import type { TokenReturns } from "../admission/token-returns.ts";
import { LatentSocket } from "../connections/latent-socket.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { Refusal, retryHintMs, retryLater } from "../protocol/refusal.ts";
import { maxFrameBytes } from "../protocol/session.ts";
import { WriteCoalescing } from "../sync/write-coalescing.ts";
import type { RoomDirectory } from "./room-directory.ts";
import { SeatClient } from "./seat-client.ts";

/** Longer than a proxy's or a browser's, so that a join on a kept connection does not meet our own close of it. */
const keepAliveMs = 65_000;

/** What a socket is for, as its address says. */
interface Target {
  readonly roomId: string;
  /** Null for the SDK's measurement of latency. */
  readonly sessionId: string | null;
  readonly reconnectionToken: string | null;
  readonly skipHandshake: boolean;
}

const nothing = () => {};

export class GatedTransport extends WebSocketTransport {
  readonly #gate: RequestGate;
  readonly #http: HttpGate;
  readonly #returns: TokenReturns;
  readonly #rooms: RoomDirectory;
  readonly #coalescing = new WriteCoalescing();
  #oneWayMs: number | undefined;
  /** Nobody's: what a socket's request says of itself is not asked for once it has a seat. */
  readonly #context = createAuthContext({ headers: {} });

  constructor(gate: RequestGate, http: HttpGate, returns: TokenReturns, rooms: RoomDirectory) {
    // pingInterval 0: our own loop counts frames as well as pongs
    super({ pingInterval: 0, maxPayload: maxFrameBytes, server: createPatientServer() });
    this.#gate = gate;
    this.#http = http;
    this.#returns = returns;
    this.#rooms = rooms;
    this.wss.on("wsClientError", (_error: Error, socket: Duplex) =>
      turnAway(socket, new Refusal(400, "This is no WebSocket handshake", { reason: "unreadable" })),
    );
  }

  /** How late everything is on sockets that were opened after the first `simulateLatency`, in ms. */
  get oneWayMs(): number {
    return this.#oneWayMs ?? 0;
  }

  /** @throws RangeError */
  override simulateLatency(oneWayMs: number): void {
    if (!Number.isFinite(oneWayMs) || oneWayMs < 0)
      throw new RangeError("simulateLatency: the round trip must be 0 ms or more");
    this.#oneWayMs = oneWayMs;
  }

  /** Upgrades come through the gate, from `listen` on. */
  protected override listenForUpgrade(): void {}

  override listen(
    port: number,
    hostname?: string,
    backlog?: number,
    whenListening?: (error?: unknown) => void,
  ) {
    const server = this.server as HttpServer;
    server.keepAliveTimeout = keepAliveMs;
    server.on("connection", (socket: Socket) => this.#gate.connections.opened(socket));
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (isWebSocket(request)) this.#route(request, socket, head);
      else readWithoutOffer(server, request, socket, head);
    });
    // The framework listens for errors only once it listens: a port that is taken would be waited for in vain.
    const failed = (error: unknown) => whenListening?.(error);
    server.once("error", failed);
    // It binds its routes in this callback; then, and not before, the gate can stand in front of them.
    return super.listen(port, hostname, backlog, () => {
      server.off("error", failed);
      whenListening?.();
      this.#http.standInFront(server, this.#coalescing);
      server.on("request", isAsked);
    });
  }

  /** Here, or wherever in the cluster the event is. */
  #route(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const upgrade = new Upgrade(this, this.#gate, request, socket, head);
    if (this.#gate.isUncounted(request)) return upgrade.here(); // nobody asks who it is
    this.#gate.receiveUpgrade(request);
    const { carrier } = this.#gate;
    return carrier === undefined ? upgrade.here() : carrier.upgrade(request, socket, head, upgrade);
  }

  /** Has a socket opened, or refuses it before the handshake. */
  async open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const target = targetOf(request.url);
    const refusal = await this.#whyNot(request, socket, target);
    if (socket.destroyed) return;
    if (refusal !== undefined) return turnAway(socket, refusal);
    this.#coalescing.hold(socket);
    const way = this.#oneWayMs === undefined ? socket : new LatentSocket(socket, this);
    this.wss.handleUpgrade(request, way, head, (opened) => void this.#connect(opened, request, target));
  }

  /** Answers before the handshake; 503 makes the SDK try again, where an error after it would end it. */
  async #whyNot(
    request: IncomingMessage,
    socket: Duplex,
    { roomId, reconnectionToken }: Target,
  ): Promise<Refusal | undefined> {
    if (!this.#gate.isAllowedOrigin(request))
      return new Refusal(403, "Pages of this origin may not connect", { reason: "wrong_origin" });
    if (reconnectionToken !== null) {
      const refusal = this.#gate.whyNotReturning();
      if (refusal !== undefined) return refusal;
      const giveUp = () => socket.destroy();
      socket.on("error", giveUp);
      socket.on("end", giveUp); // half of it stays open otherwise
      try {
        await this.#returns.waitForTurn(roomId, reconnectionToken, socket);
      } catch (error) {
        return error instanceof Refusal ? error : retryLater("This cannot be answered", retryHintMs);
      } finally {
        socket.off("error", giveUp);
        socket.off("end", giveUp);
      }
    }
    return this.#rooms.mayBeRoom(roomId)
      ? undefined
      : new Refusal(400, "There is no such room", { reason: "unreadable" });
  }

  async #connect(socket: WebSocket, request: IncomingMessage, target: Target): Promise<void> {
    const { roomId, sessionId, reconnectionToken, skipHandshake } = target;
    socket.on("error", nothing); // a close follows, and says what there is to say
    if (sessionId === null) return this.#measure(socket, request);
    const room = this.#rooms.find(roomId);
    const why = whyNoSeat(room, sessionId, reconnectionToken);
    if (why !== undefined) {
      const bytes = getMessageBytes[Protocol.ERROR](why.refusal.code, why.refusal.message);
      return socket.send(bytes, () => socket.close(why.close));
    }
    const client = new SeatClient(sessionId, socket, this.#coalescing);
    const options = { skipHandshake, ...(reconnectionToken === null ? {} : { reconnectionToken }) };
    try {
      await connectClientToRoom(room, client, this.#context, options);
      this.#gate.connections.seated(request.socket);
    } catch (error) {
      const { code, message } = error as { code: number; message: string };
      const { reconnectionRefused: refused, undecodable } = closeCodes;
      client.error(code, message, () =>
        socket.close(reconnectionToken === null ? undecodable.code : refused.code),
      );
    }
    return undefined;
  }

  /** The SDK's measurement of latency, which the framework answers; it does not expect an address that is none. */
  async #measure(socket: WebSocket, request: IncomingMessage): Promise<void> {
    try {
      await this.onConnection(socket as Parameters<WebSocketTransport["onConnection"]>[0], request);
    } catch {
      socket.terminate();
    }
  }
}

/** A request for a WebSocket that is to be served wherever its event is. */
class Upgrade implements CarriedUpgrade {
  readonly #transport: GatedTransport;
  readonly #gate: RequestGate;
  readonly #request: IncomingMessage;
  readonly #socket: Duplex;
  readonly #head: Buffer;

  constructor(
    transport: GatedTransport,
    gate: RequestGate,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ) {
    this.#transport = transport;
    this.#gate = gate;
    this.#request = request;
    this.#socket = socket;
    this.#head = head;
  }

  here(): void {
    void this.#transport.open(this.#request, this.#socket, this.#head);
  }

  refuse(refusal: Refusal, headers?: Record<string, string>): void {
    turnAway(this.#socket, refusal, headers);
  }

  carried(): void {
    this.#gate.connections.seated(this.#socket);
  }
}

/** `/<process>/<room>?sessionId=...`, after whatever path a proxy leaves in front. */
const targetPath = /\/[\w-]+\/([\w-]+)$/;

function targetOf(url = "/"): Target {
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const query = new URLSearchParams(queryAt < 0 ? "" : url.slice(queryAt + 1));
  return {
    roomId: targetPath.exec(path)?.[1] ?? "",
    sessionId: query.get("sessionId"),
    reconnectionToken: query.get("reconnectionToken"),
    skipHandshake: query.has("skipHandshake"),
  };
}

/** A join whose reservation ran out, or whose room is being closed: the framework would answer with a code of its own. */
function whyNoSeat(
  room: Room | undefined,
  sessionId: string,
  reconnectionToken: string | null,
): { refusal: Refusal; close: number } | undefined {
  if (reconnectionToken !== null) {
    if (room !== undefined) return undefined; // it judges the token itself
    return { refusal: reconnectionRefused(), close: closeCodes.reconnectionRefused.code };
  }
  if (room?.hasReservedSeat(sessionId)) return undefined;
  const refusal = retryLater("The reserved seat is gone; join again", 0, "moving");
  return { refusal, close: closeCodes.undecodable.code };
}

/** The refusal as an answer to a request for a WebSocket, in the form of every other HTTP refusal. */
function turnAway(socket: Duplex, refusal: Refusal, headers: Record<string, string> = {}): void {
  socket.on("error", nothing);
  const body = JSON.stringify(refusal.body);
  const lines = Object.entries({
    ...headers,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${refusal.code} ${STATUS_CODES[refusal.code]}\r\n${head}\r\n${body}`);
  // A client may keep its half of the connection open for as long as it likes.
  socket.resume();
  setTimeout(() => socket.destroy(), turnedAwayMs).unref();
}
