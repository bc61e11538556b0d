// Colyseus's WebSocket transport with a gate in front of its HTTP routes and its upgrades: which origins may come in,
// what happens while we drain, which seat a socket is for. Reads each request's address once, by hand: the framework's
// own way builds a URL, a Request and its headers for every socket.
import type { IncomingMessage, Server as HttpServer } from "node:http";
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
import { type Refusal, retryLater } from "../protocol/refusal.ts";
import { Corks } from "./corks.ts";
import { isAllowedOrigin } from "./cors.ts";
import type { Gate, WhenGone } from "./gate.ts";
import { standInFront } from "./http-gate.ts";
import { mendUrl, stampPeer } from "./peer.ts";
import { reconnectionRefused } from "./refusals.ts";
import { SeatClient } from "./seat-client.ts";

/** CONTRACT 7: a frame over this closes with 1009. */
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
  /** Nobody's: what a socket's request says of itself is not asked for once it has a seat. */
  readonly #context = createAuthContext({ headers: {} });

  constructor(gate: Gate) {
    // pingInterval 0: our own loop hears frames as well as pongs
    super({ pingInterval: 0, maxPayload: maxFrameBytes });
    this.#gate = gate;
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
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#route(request, socket, head),
    );
    // The framework listens for errors only once it listens: a port that is taken would be waited for in vain.
    const failed = (error: unknown) => whenListening?.(error);
    server.once("error", failed);
    // It binds its routes in this callback; then, and not before, the gate can stand in front of them.
    return super.listen(port, hostname, backlog, () => {
      server.off("error", failed);
      whenListening?.();
      standInFront(server, this.#gate, this.#corks);
    });
  }

  /** Here, or wherever in the cluster the event is. */
  #route(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { elsewhere, trustProxy } = this.#gate;
    const here = () => void this.#admit(request, socket, head);
    if (elsewhere === undefined) return here();
    stampPeer(request, trustProxy, elsewhere);
    mendUrl(request);
    const refuse = (_error: unknown, headers: Record<string, string> = {}) => turnAway(socket, 503, headers);
    return elsewhere.upgrade(request, socket, head, { here, refuse });
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const target = targetOf(request.url);
    const code = await this.#whyNot(request, socket, target);
    if (socket.destroyed) return;
    if (code !== undefined) return turnAway(socket, code);
    this.#corks.hold(socket);
    this.wss.handleUpgrade(request, socket, head, (opened) => void this.#connect(opened, request, target));
  }

  /** Answers before the handshake; 503 makes the SDK try again, where an error after it would end it. */
  async #whyNot(
    { headers }: IncomingMessage,
    socket: Duplex,
    { roomId, reconnectionToken }: Target,
  ): Promise<number | undefined> {
    const gate = this.#gate;
    if (!isAllowedOrigin(gate, headers.origin, headers.host)) return 403;
    if (reconnectionToken !== null) {
      if (gate.isDraining() || gate.isSuspended()) return 503;
      const giveUp = () => socket.destroy();
      socket.on("error", giveUp);
      socket.on("end", giveUp); // half of it stays open otherwise
      const whenGone: WhenGone = (leave) => (socket.closed ? leave() : void socket.once("close", leave));
      const mayReturn = await gate.letBack(roomId, reconnectionToken, whenGone).then(
        () => true,
        () => false,
      );
      socket.off("error", giveUp);
      socket.off("end", giveUp);
      if (!mayReturn) return 503;
    }
    const room: unknown = matchMaker.getLocalRoomById(roomId);
    // The framework keeps its rooms in a plain object: `/p/__proto__` would be one.
    return room === undefined || room instanceof Room ? undefined : 400;
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
  const refusal = retryLater("The reserved seat is gone; join again", 0);
  return { refusal, close: closeCodes.undecodable.code };
}

const statusTexts: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  503: "Service Unavailable",
};

function turnAway(socket: Duplex, code: number, headers: Record<string, string> = {}): void {
  socket.on("error", nothing);
  const lines = Object.entries({ ...headers, "content-length": "0", connection: "close" });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${code} ${statusTexts[code]}\r\n${head}\r\n`);
}
