// Colyseus's WebSocket transport with a gate in front: who is at the other end, which origins may come in,
// how large a body may be, and what happens while we drain. Everything else is the transport's own.
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { type BeforeUpgradeHandler, matchMaker } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { retryLater } from "../protocol/refusal.ts";
import { directHeader, peerHeader } from "./admission.ts";

export interface GateSettings {
  readonly trustProxy: number;
  readonly allowedOrigins: "*" | readonly string[];
}

export interface Gate extends GateSettings {
  isDraining(): boolean;
  /** Answers everything that is not matchmaking. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;
type WithBody = IncomingMessage & { body?: unknown };

/** CONTRACT 6. */
export const maxBodyBytes = 64 * 1024;
/** CONTRACT 7: a frame over this closes with 1009. */
const maxFrameBytes = 4096;
const retryMs = 1000;
const matchmakePath = /^\/matchmake(?:\/|$)/;

export class GatedTransport extends WebSocketTransport {
  readonly #gate: Gate;

  constructor(gate: Gate) {
    // pingInterval 0: our own loop hears frames as well as pongs
    super({ pingInterval: 0, maxPayload: maxFrameBytes, beforeUpgrade: beforeUpgrade(gate) });
    this.#gate = gate;
  }

  override listen(
    port: number,
    hostname?: string,
    backlog?: number,
    whenListening?: (error?: unknown) => void,
  ) {
    const server = this.server as HttpServer;
    server.prependListener("upgrade", (request: IncomingMessage) =>
      stampPeer(request, this.#gate.trustProxy),
    );
    // The framework binds its routes in this callback; then, and not before, the gate can stand in front of them.
    return super.listen(port, hostname, backlog, (error?: unknown) => {
      whenListening?.(error);
      standInFront(server, this.#gate);
    });
  }
}

function standInFront(server: HttpServer, gate: Gate): void {
  const behind = server.listeners("request") as Listener[];
  server.removeAllListeners("request");
  const matchmake: Listener = (request, response) => {
    for (const listener of behind) listener.call(server, request, response);
  };
  server.on("request", (request: WithBody, response: ServerResponse) => {
    stampPeer(request, gate.trustProxy);
    if (!matchmakePath.test(request.url ?? "")) return gate.handle(request, response);
    if (request.method === "POST") admitBody(request, response, gate, matchmake);
    else matchmake(request, response);
  });
}

function admitBody(request: WithBody, response: ServerResponse, gate: Gate, next: Listener): void {
  if (gate.isDraining()) {
    const { code, message } = retryLater("The server is restarting", retryMs);
    return answer(request, response, gate, code, message);
  }
  const tooLarge = () =>
    answer(request, response, gate, 413, `The request body is larger than ${maxBodyBytes} bytes`);
  if (Number(request.headers["content-length"]) > maxBodyBytes) return tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
    else {
      request.off("data", onData);
      request.off("end", onEnd);
      tooLarge();
    }
  };
  const onEnd = () => {
    const body = parseJson(Buffer.concat(chunks).toString("utf8"));
    if (body === undefined) return answer(request, response, gate, 400, "The request body is not JSON");
    request.body = body;
    next(request, response);
  };
  request.on("data", onData).once("end", onEnd);
  request.on("error", () => response.destroy());
}

/** Join options are an object; anything else is passed on as none, and refused as such. */
function parseJson(text: string): object | undefined {
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return undefined;
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  gate: GateSettings,
  code: number,
  error: string,
): void {
  const cors = corsHeaders(gate, request.headers.origin, request.headers.host);
  // Not reading a body that we refuse would leave the client waiting for us to: say that the connection ends.
  response.writeHead(code, { ...cors, "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ code, error }));
  request.resume();
  response.once("finish", () => setTimeout(() => request.socket.destroy(), retryMs).unref());
}

/** Tells the desk who is at the other end, in headers that nobody outside can set. */
function stampPeer(request: IncomingMessage, trustProxy: number): void {
  const { headers, socket } = request;
  const peer = socket.remoteAddress ?? "unknown";
  const hops = String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  const believed = trustProxy === 0 ? undefined : hops.at(-Math.min(trustProxy, hops.length));
  headers[peerHeader] = believed ?? peer;
  const isLoopback = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(believed ?? peer);
  // A proxy on this machine makes everyone look local: behind one, only a believed address counts.
  const isForwarded = hops.length > 0 && trustProxy === 0;
  headers[directHeader] = isLoopback && !isForwarded ? "local" : "remote";
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
  return (request, { headers }) => {
    if (!isAllowedOrigin(gate, headers.get("origin"), headers.get("host")))
      return new Response(null, { status: 403 });
    const { pathname, searchParams } = new URL(request.url);
    const roomId = pathname.split("/").at(-1) ?? "";
    // A reconnection to an event that is not here (yet): 503 makes the SDK try again, an error would end it.
    const isReturning = searchParams.has("reconnectionToken");
    if (isReturning && matchMaker.getLocalRoomById(roomId) === undefined)
      return new Response(null, { status: 503 });
    return undefined;
  };
}
