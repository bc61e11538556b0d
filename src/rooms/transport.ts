// Colyseus's WebSocket transport with a gate in front: who is at the other end, which origins may come in,
// how large a body may be, and what happens while we drain. Everything else is the transport's own.
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { type BeforeUpgradeHandler, getMessageBytes, matchMaker, Protocol, Room } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { closeCodes } from "../protocol/close-codes.ts";
import { type Refusal, type RefusalCode, retryLater } from "../protocol/refusal.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { mendUrl, stampPeer, standInFrontOfUpgrades } from "./peer.ts";
import { asRefusal, noSuchMethod, reconnectionRefused } from "./refusals.ts";

export interface GateSettings {
  readonly trustProxy: number;
  readonly allowedOrigins: "*" | readonly string[];
}

export interface Gate extends GateSettings {
  isDraining(): boolean;
  /** The gate itself has refused a join. */
  refused(code: RefusalCode): void;
  /** The store is out of reach, and nothing may be told that is not stored. */
  isSuspended(): boolean;
  /** Brings a stored event's room back, if it has none yet. */
  restore(roomId: string): Promise<void>;
  /** Answers everything that is not matchmaking. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** In a cluster: sends on what belongs to another process. */
  readonly elsewhere?: Elsewhere | undefined;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;
type WithBody = IncomingMessage & { body?: string };

/** CONTRACT 6. */
export const maxBodyBytes = 64 * 1024;
/** CONTRACT 7: a frame over this closes with 1009. */
const maxFrameBytes = 4096;
const retryMs = 1000;
/** Longer than a proxy's or a browser's, so that a join on a kept connection does not meet our own close of it. */
const keepAliveMs = 65_000;
const matchmakePath = /^\/matchmake(?:\/|$)/;
const jsonType = /^application\/json(?:\s*;|$)/i;
/** Method and room name in the framework's own alphabet: it would answer anything else with an empty 404. */
const joinPath = /^\/matchmake\/[\w-]+\/[\w-]+(?:\?|$)/;

export class GatedTransport extends WebSocketTransport {
  readonly #gate: Gate;

  constructor(gate: Gate) {
    // pingInterval 0: our own loop hears frames as well as pongs
    super({ pingInterval: 0, maxPayload: maxFrameBytes, beforeUpgrade: beforeUpgrade(gate) });
    this.#gate = gate;
  }

  /** Called by the WebSocket server, so without `this`. */
  protected override async onConnection(
    ...call: Parameters<WebSocketTransport["onConnection"]>
  ): Promise<void> {
    const [socket, request] = call;
    const why = whyNoSeat(request);
    if (why === undefined) return super.onConnection(...call);
    socket.on("error", () => {});
    const { refusal, close } = why;
    const bytes = getMessageBytes[Protocol.ERROR](refusal.code, refusal.message);
    socket.send(bytes, () => socket.close(close));
    return undefined;
  }

  override listen(
    port: number,
    hostname?: string,
    backlog?: number,
    whenListening?: (error?: unknown) => void,
  ) {
    const server = this.server as HttpServer;
    server.keepAliveTimeout = keepAliveMs;
    standInFrontOfUpgrades(server, this.#gate.trustProxy, this.#gate.elsewhere);
    // The framework listens for errors only once it listens: a port that is taken would be waited for in vain.
    const failed = (error: unknown) => whenListening?.(error);
    server.once("error", failed);
    // It binds its routes in this callback; then, and not before, the gate can stand in front of them.
    return super.listen(port, hostname, backlog, () => {
      server.off("error", failed);
      whenListening?.();
      standInFront(server, this.#gate);
    });
  }
}

/** A join whose reservation ran out, or whose room is being closed: the framework would answer with a code of its own. */
function whyNoSeat(request: IncomingMessage): { refusal: Refusal; close: number } | undefined {
  const { pathname, searchParams } = new URL(`ws://server${request.url ?? "/"}`);
  const sessionId = searchParams.get("sessionId");
  if (sessionId === null) return undefined;
  const room: unknown = matchMaker.getLocalRoomById(pathname.split("/").at(-1) ?? "");
  if (searchParams.has("reconnectionToken")) {
    if (room instanceof Room) return undefined; // the room judges the token itself
    return { refusal: reconnectionRefused(), close: closeCodes.reconnectionRefused.code };
  }
  if (room instanceof Room && room.hasReservedSeat(sessionId)) return undefined;
  const refusal = retryLater("The reserved seat is gone; join again", 0);
  return { refusal, close: closeCodes.undecodable.code };
}

function standInFront(server: HttpServer, gate: Gate): void {
  const behind = server.listeners("request") as Listener[];
  server.removeAllListeners("request");
  const matchmake: Listener = (request, response) => {
    for (const listener of behind) listener.call(server, request, response);
  };
  server.on("request", (request: WithBody, response: ServerResponse) => {
    stampPeer(request, gate.trustProxy, gate.elsewhere);
    mendUrl(request);
    const { method, url = "" } = request;
    if (Number(request.headers["content-length"]) > maxBodyBytes) tooLarge(request, response, gate);
    else if (gate.elsewhere?.adopt(request, response)) return;
    else if (!matchmakePath.test(url)) gate.handle(request, response);
    else if (method === "POST") admitBody(request, response, gate, matchmake);
    else if (method === "OPTIONS") matchmake(request, response);
    else gate.handle(request, response);
  });
}

function admitBody(request: WithBody, response: ServerResponse, gate: Gate, next: Listener): void {
  const isDraining = gate.isDraining() && gate.elsewhere === undefined; // a cluster still knows where to
  if (isDraining || gate.isSuspended()) {
    const why = isDraining ? "The server is restarting" : "Seats cannot be stored just now";
    const { code, message } = retryLater(why, retryMs);
    return answer(request, response, gate, code, message);
  }
  if (!joinPath.test(request.url ?? "")) {
    const { code, message } = noSuchMethod();
    return answer(request, response, gate, code, message);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
    else {
      request.off("data", onData);
      request.off("end", onEnd);
      tooLarge(request, response, gate);
    }
  };
  const onEnd = () => {
    // A type that needs no preflight would let any page's visitors send joins; the framework trips over others.
    const isJson = size === 0 || jsonType.test(request.headers["content-type"] ?? "");
    const body = isJson ? joinBody(Buffer.concat(chunks).toString("utf8")) : undefined;
    if (body === undefined) return answer(request, response, gate, 400, "The request body is not JSON");
    // As text: the framework would write an object out again, and one nested deeply enough would end in a hang.
    request.body = body;
    request.headers["content-type"] = "application/json";
    if (gate.elsewhere === undefined) return next(request, response);
    const refuse = (error: unknown, headers = {}) => {
      const { code, message } = asRefusal(error, () => {});
      answer(request, response, gate, code, message, headers);
    };
    return gate.elsewhere.join(request, response, body, { here: () => next(request, response), refuse });
  };
  request.on("data", onData).once("end", onEnd);
  request.on("error", () => response.destroy());
}

/** Join options are an object; anything else is passed on as none, and refused as such. Undefined: not JSON. */
function joinBody(text: string): string | undefined {
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) && text !== "" ? text : "{}";
  } catch {
    return undefined;
  }
}

function tooLarge(request: IncomingMessage, response: ServerResponse, gate: Gate): void {
  answer(request, response, gate, 413, `The request body is larger than ${maxBodyBytes} bytes`);
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  gate: Gate,
  code: RefusalCode,
  error: string,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  gate.refused(code);
  const cors = corsHeaders(gate, request.headers.origin, request.headers.host);
  // Not reading a body that we refuse would leave the client waiting for us to: say that the connection ends.
  response.writeHead(code, { ...cors, ...headers, "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ code, error }));
  request.resume();
  response.once("finish", () => setTimeout(() => request.socket.destroy(), retryMs).unref());
}

export function isAllowedOrigin(
  { allowedOrigins }: GateSettings,
  origin: string | null | undefined,
  host: string | null | undefined,
): boolean {
  if (!origin || allowedOrigins === "*" || allowedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** [W7] an origin that is not allowed gets none of these, and so its page cannot read the answer. */
export function corsHeaders(
  gate: GateSettings,
  origin: string | null | undefined,
  host: string | null | undefined,
): Record<string, string> {
  if (!origin || !isAllowedOrigin(gate, origin, host)) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true", // the SDK always sends credentials
    vary: "Origin",
  };
}

function beforeUpgrade(gate: Gate): BeforeUpgradeHandler {
  return async (request, { headers }) => {
    if (!isAllowedOrigin(gate, headers.get("origin"), headers.get("host")))
      return new Response(null, { status: 403 });
    const { pathname, searchParams } = new URL(request.url);
    const roomId = pathname.split("/").at(-1) ?? "";
    const isReturning = searchParams.has("reconnectionToken");
    // 503 makes the SDK try again; an error would end it, and it may be let in a moment later.
    if (isReturning && (gate.isDraining() || gate.isSuspended())) return new Response(null, { status: 503 });
    const isRestored =
      !isReturning ||
      (await gate.restore(roomId).then(
        () => true,
        () => false,
      ));
    if (!isRestored) return new Response(null, { status: 503 });
    const room: unknown = matchMaker.getLocalRoomById(roomId);
    // The framework keeps its rooms in a plain object: `/p/__proto__` would be one.
    if (room !== undefined && !(room instanceof Room)) return new Response(null, { status: 400 });
    return undefined;
  };
}
