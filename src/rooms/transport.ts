// Colyseus's WebSocket transport with a gate in front of its HTTP routes and its upgrades: which origins may come in,
// what happens while we drain, which seat a socket is for. Reads each request's address once, by hand: the framework's
// own way builds a URL, a Request and its headers for every socket.
import { type IncomingMessage, type Server as HttpServer, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  connectClientToRoom,
  createAuthContext,
  getMessageBytes,
  matchMaker,
  Protocol,
  Room,
} from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import type { WebSocket } from "ws";
import { closeCodes } from "../protocol/close-codes.ts";
import { Refusal, retryLater } from "../protocol/refusal.ts";
import { Corks } from "../sync/write-coalescing.ts";
import { isAllowedOrigin } from "../admission/cors.ts";
import { type Gate, retryMs, type WhenGone } from "../admission/request-gate.ts";
import { standInFront } from "../admission/http-gate.ts";
import { LatentSocket } from "../connections/latent-socket.ts";
import { mendUrl } from "../admission/peer.ts";
import { isAsked, isWebSocket, readWithoutOffer } from "../admission/plain-upgrade.ts";
import { notStorable, reconnectionRefused, restarting } from "../admission/refusals.ts";
import { SeatClient } from "./seat-client.ts";
import { createPatientServer } from "../admission/slow-requests.ts";

/** [E12] a frame over this closes with 1009. */
const maxFrameBytes = 4096;
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
  readonly #gate: Gate;
  readonly #corks = new Corks();
  #oneWayMs: number | undefined;
  /** Nobody's: what a socket's request says of itself is not asked for once it has a seat. */
  readonly #context = createAuthContext({ headers: {} });

  constructor(gate: Gate) {
    // pingInterval 0: our own loop hears frames as well as pongs
    super({ pingInterval: 0, maxPayload: maxFrameBytes, server: createPatientServer() });
    this.#gate = gate;
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
      standInFront(server, this.#gate, this.#corks);
      server.on("request", isAsked);
    });
  }

  /** Here, or wherever in the cluster the event is. */
  #route(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { elsewhere, peers, connections } = this.#gate;
    const here = () => void this.#admit(request, socket, head);
    if (elsewhere === undefined && !connections.counts(request.socket)) return here(); // nobody asks who it is
    peers.stamp(request);
    connections.asked(request, elsewhere?.isFromPeer(request) === true);
    if (elsewhere === undefined) return here();
    mendUrl(request);
    const refuse = (refusal: Refusal, headers: Record<string, string> = {}) =>
      turnAway(socket, refusal, headers);
    const carried = () => connections.seated(socket);
    return elsewhere.upgrade(request, socket, head, { here, refuse, carried });
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const target = targetOf(request.url);
    const refusal = await this.#whyNot(request, socket, target);
    if (socket.destroyed) return;
    if (refusal !== undefined) return turnAway(socket, refusal);
    this.#corks.hold(socket);
    const way = this.#oneWayMs === undefined ? socket : new LatentSocket(socket, this);
    this.wss.handleUpgrade(request, way, head, (opened) => void this.#connect(opened, request, target));
  }

  /** Answers before the handshake; 503 makes the SDK try again, where an error after it would end it. */
  async #whyNot(
    { headers }: IncomingMessage,
    socket: Duplex,
    { roomId, reconnectionToken }: Target,
  ): Promise<Refusal | undefined> {
    const gate = this.#gate;
    if (!isAllowedOrigin(gate, headers.origin, headers.host))
      return new Refusal(403, "Pages of this origin may not connect", { reason: "wrong_origin" });
    if (reconnectionToken !== null) {
      if (gate.isDraining()) return restarting();
      if (gate.isSuspended()) return notStorable();
      const giveUp = () => socket.destroy();
      socket.on("error", giveUp);
      socket.on("end", giveUp); // half of it stays open otherwise
      const whenGone: WhenGone = (leave) => (socket.closed ? leave() : void socket.once("close", leave));
      const refusal = await gate.letBack(roomId, reconnectionToken, whenGone).then(
        () => undefined,
        (error: unknown) =>
          error instanceof Refusal ? error : retryLater("This cannot be answered", retryMs),
      );
      socket.off("error", giveUp);
      socket.off("end", giveUp);
      if (refusal !== undefined) return refusal;
    }
    const room: unknown = matchMaker.getLocalRoomById(roomId);
    // The framework keeps its rooms in a plain object: `/p/__proto__` would be one.
    return room === undefined || room instanceof Room
      ? undefined
      : new Refusal(400, "There is no such room", { reason: "unreadable" });
  }

  async #connect(socket: WebSocket, request: IncomingMessage, target: Target): Promise<void> {
    const { roomId, sessionId, reconnectionToken, skipHandshake } = target;
    socket.on("error", nothing); // a close follows, and says what there is to say
    if (sessionId === null) return this.#measure(socket, request);
    const why = whyNoSeat(target);
    if (why !== undefined) {
      const bytes = getMessageBytes[Protocol.ERROR](why.refusal.code, why.refusal.message);
      return socket.send(bytes, () => socket.close(why.close));
    }
    const client = new SeatClient(sessionId, socket, this.#corks);
    const room = matchMaker.getLocalRoomById(roomId);
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
function whyNoSeat({
  roomId,
  sessionId,
  reconnectionToken,
}: Target): { refusal: Refusal; close: number } | undefined {
  const room: unknown = matchMaker.getLocalRoomById(roomId);
  if (reconnectionToken !== null) {
    if (room instanceof Room) return undefined; // the room judges the token itself
    return { refusal: reconnectionRefused(), close: closeCodes.reconnectionRefused.code };
  }
  if (room instanceof Room && room.hasReservedSeat(sessionId as string)) return undefined;
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
  setTimeout(() => socket.destroy(), retryMs).unref();
}
