// The sockets of events: which origins may come in, what happens while we drain, which seat a socket is for. Reads each
// request's address once, by hand: the framework's own way builds a URL, a Request and its headers for every socket.
// Its option `beforeUpgrade` (ws-transport 0.18.4) cannot do this: it is handed a path and headers, not the socket, so
// that nothing could be carried to another process, nobody who goes while they wait would be noticed, and no socket made
// slow; and it is what builds those objects.
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connectClientToRoom, createAuthContext, getMessageBytes, Protocol, type Room } from "@colyseus/core";
import { type WebSocket, WebSocketServer } from "ws";
import type { CarriedUpgrade } from "../../admission/carrier.ts";
import { roomOfSocket } from "../../admission/http/event-requests.ts";
import { turnedAwayMs } from "../../admission/http/json-exchange.ts";
import { reconnectionRefused } from "../../admission/refusals.ts";
import type { RequestGate } from "../../admission/http/request-gate.ts";
import type { TokenReturns } from "../../admission/token-returns.ts";
import { LatentSocket } from "../../connections/latent-socket.ts";
import { closeCodes } from "../../protocol/close-codes.ts";
import { Refusal, retryHintMs, retryLater } from "../../protocol/refusal.ts";
import { maxFrameBytes } from "../../protocol/session.ts";
import { WriteCoalescing } from "../../sync/write-coalescing.ts";
import type { RoomDirectory } from "../directory/room-directory.ts";
import { SeatClient } from "./seat-client.ts";

/** What a socket is for, as its address says. */
interface Target {
  readonly roomId: string;
  /** Null for the SDK's measurement of latency. */
  readonly sessionId: string | null;
  readonly reconnectionToken: string | null;
  readonly skipHandshake: boolean;
}

const nothing = () => {};

/** Answers the SDK's measurement of latency as the framework does. Implemented by rooms/sockets/transport. */
export interface LatencyProbe {
  measure(socket: WebSocket, request: IncomingMessage): Promise<void>;
}

export class EventSockets {
  readonly coalescing = new WriteCoalescing();
  readonly #gate: RequestGate;
  readonly #returns: TokenReturns;
  readonly #rooms: RoomDirectory;
  /** Pings nobody: our own loop counts frames as well as pongs. */
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
  });
  #oneWayMs: number | undefined;
  /** Nobody's: what a socket's request says of itself is not asked for once it has a seat. */
  readonly #context = createAuthContext({ headers: {} });

  constructor(gate: RequestGate, returns: TokenReturns, rooms: RoomDirectory) {
    this.#gate = gate;
    this.#returns = returns;
    this.#rooms = rooms;
    this.#server.on("wsClientError", (_error: Error, socket: Duplex) =>
      turnAway(socket, new Refusal(400, "This is no WebSocket handshake", { reason: "unreadable" })),
    );
  }

  /** How late everything is on sockets that were opened after the first `simulateLatency`, in ms. */
  get oneWayMs(): number {
    return this.#oneWayMs ?? 0;
  }

  simulateLatency(oneWayMs: number): void {
    this.#oneWayMs = oneWayMs;
  }

  /** Has the socket opened here, or wherever in the cluster the event is. */
  receive(request: IncomingMessage, socket: Duplex, head: Buffer, probe: LatencyProbe): void {
    const upgrade = new Upgrade(this, this.#gate, request, socket, head, probe);
    if (this.#gate.isUncounted(request)) return upgrade.here(); // nobody asks who it is
    this.#gate.receiveUpgrade(request);
    const { carrier } = this.#gate;
    return carrier === undefined ? upgrade.here() : carrier.upgrade(request, socket, head, upgrade);
  }

  /** No socket is opened any more. */
  shut(): void {
    this.#server.close();
  }

  /** Has a socket opened, or refuses it before the handshake. */
  async open(request: IncomingMessage, socket: Duplex, head: Buffer, probe: LatencyProbe): Promise<void> {
    const target = targetOf(request.url);
    const refusal = await this.#whyNot(request, socket, target);
    if (socket.destroyed) return;
    if (refusal !== undefined) return turnAway(socket, refusal);
    this.coalescing.hold(socket);
    const way = this.#oneWayMs === undefined ? socket : new LatentSocket(socket, this);
    this.#server.handleUpgrade(request, way as Socket, head, (opened) => {
      void this.#connect(opened, request, target, probe);
    });
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

  async #connect(
    socket: WebSocket,
    request: IncomingMessage,
    target: Target,
    probe: LatencyProbe,
  ): Promise<void> {
    const { roomId, sessionId, reconnectionToken, skipHandshake } = target;
    socket.on("error", nothing); // a close follows, and says what there is to say
    if (sessionId === null) return probe.measure(socket, request);
    const room = this.#rooms.find(roomId);
    const why = whyNoSeat(room, sessionId, reconnectionToken);
    if (why !== undefined) {
      const bytes = getMessageBytes[Protocol.ERROR](why.refusal.code, why.refusal.message);
      return socket.send(bytes, () => socket.close(why.close));
    }
    const client = new SeatClient(sessionId, socket, this.coalescing);
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
}

/** A request for a WebSocket that is to be served wherever its event is. */
class Upgrade implements CarriedUpgrade {
  readonly #sockets: EventSockets;
  readonly #gate: RequestGate;
  readonly #request: IncomingMessage;
  readonly #socket: Duplex;
  readonly #head: Buffer;
  readonly #probe: LatencyProbe;

  constructor(
    sockets: EventSockets,
    gate: RequestGate,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    probe: LatencyProbe,
  ) {
    this.#probe = probe;
    this.#sockets = sockets;
    this.#gate = gate;
    this.#request = request;
    this.#socket = socket;
    this.#head = head;
  }

  here(): void {
    void this.#sockets.open(this.#request, this.#socket, this.#head, this.#probe);
  }

  refuse(refusal: Refusal, headers?: Record<string, string>): void {
    turnAway(this.#socket, refusal, headers);
  }

  carried(): void {
    this.#gate.connections.seated(this.#socket);
  }
}

function targetOf(url = "/"): Target {
  const queryAt = url.indexOf("?");
  const query = new URLSearchParams(queryAt < 0 ? "" : url.slice(queryAt + 1));
  return {
    roomId: roomOfSocket(url),
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
