// The gate in front of the HTTP routes: who is at the other end, how large a body may be, what happens while we drain.
// Reads a matchmaking request once, has it answered, and writes the answer; everything else is passed on.
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { getBearerToken } from "@colyseus/core";
import { Refusal } from "../protocol/refusal.ts";
import { callerOf } from "./admission.ts";
import type { Corks } from "../sync/write-coalescing.ts";
import { corsHeaders } from "./cors.ts";
import { type Gate, retryMs, type WhenGone } from "./request-gate.ts";
import { mendUrl } from "./peer.ts";
import { bodyWithinMs, limitBodyTime } from "./slow-requests.ts";
import { noSuchMethod, notStorable, restarting } from "./refusals.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** [W1] */
export const maxBodyBytes = 64 * 1024;
const matchmakePath = /^\/matchmake(?:\/|$)/;
/** Method and room name in the framework's own alphabet. */
const joinPath = /^\/matchmake\/([\w-]+)\/([\w-]+)(?:\?|$)/;
const jsonType = /^application\/json(?:\s*;|$)/i;

/** Takes the place of the server's request listeners; preflights still go to them. */
export function standInFront(server: HttpServer, gate: Gate, corks: Corks): void {
  const behind = server.listeners("request") as Listener[];
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    gate.peers.stamp(request);
    gate.connections.asked(request, gate.elsewhere?.isFromPeer(request) === true);
    mendUrl(request);
    const { method, url = "" } = request;
    if (Number(request.headers["content-length"]) > maxBodyBytes) return tooLarge(request, response, gate);
    limitBodyTime(request, () => tooSlow(request, response, gate));
    if (gate.elsewhere?.adopt(request, response)) return;
    else if (!matchmakePath.test(url)) gate.handle(request, response);
    else if (method === "POST") readBody(request, response, gate, corks);
    else if (method === "OPTIONS") for (const listener of behind) listener.call(server, request, response);
    else gate.handle(request, response);
  });
}

/** Why no matchmaking request is answered just now, or this one never. */
function whyNot(request: IncomingMessage, gate: Gate): Refusal | undefined {
  // In a cluster, a draining process still knows where to.
  if (gate.isDraining() && gate.elsewhere === undefined) return restarting();
  if (gate.isSuspended()) return notStorable();
  return joinPath.test(request.url ?? "") ? undefined : noSuchMethod();
}

function readBody(request: IncomingMessage, response: ServerResponse, gate: Gate, corks: Corks): void {
  const refusal = whyNot(request, gate);
  if (refusal !== undefined) return turnAway(request, response, gate, refusal);
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
    // A type that needs no preflight would let any page's visitors send joins.
    const isJson = size === 0 || jsonType.test(request.headers["content-type"] ?? "");
    if (!isJson) return turnAway(request, response, gate, wrongContentType());
    const text = (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString("utf8");
    const body = bodyOf(text);
    if (body === undefined) turnAway(request, response, gate, notJson());
    else route(request, response, gate, body, corks);
  };
  request.on("data", onData).once("end", onEnd);
  request.on("error", () => response.destroy());
}

const wrongContentType = () =>
  new Refusal(400, "The request body must have the content type application/json", {
    reason: "wrong_content_type",
  });
const notJson = () => new Refusal(400, "The request body is not JSON", { reason: "unreadable" });

interface Body {
  /** As it came: what is nested deeply enough cannot be written out again. */
  readonly text: string;
  readonly options: Record<string, unknown>;
}

/** Join options are an object; anything else is as good as none, and refused as such. Undefined: not JSON. */
function bodyOf(text: string): Body | undefined {
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value) && text !== "";
    return isObject ? { text, options: value as Record<string, unknown> } : { text: "{}", options: {} };
  } catch {
    return undefined;
  }
}

/** Here, or wherever in the cluster the event is. */
function route(
  request: IncomingMessage,
  response: ServerResponse,
  gate: Gate,
  body: Body,
  corks: Corks,
): void {
  const here = () => void matchmake(request, response, gate, body.options, corks);
  if (gate.elsewhere === undefined) return here();
  const refuse = (refusal: Refusal, headers = {}) => turnAway(request, response, gate, refusal, headers);
  return gate.elsewhere.join(request, response, body.text, { here, refuse });
}

async function matchmake(
  request: IncomingMessage,
  response: ServerResponse,
  gate: Gate,
  options: Record<string, unknown>,
  corks: Corks,
): Promise<void> {
  const { headers, url = "" } = request;
  const [, method = "", room = ""] = joinPath.exec(url) ?? [];
  const token = getBearerToken(headers.authorization as string);
  const caller = callerOf((name) => headers[name]);
  const whenGone: WhenGone = (leave) => (response.closed ? leave() : void response.once("close", leave));
  const [status, answer] = await gate.matchmake({ method, room, options, token, caller, whenGone }).then(
    (found) => [200, found] as const,
    (refusal: Refusal) => [refusal.code, refusal.body] as const,
  );
  if (response.headersSent || response.destroyed) return;
  const json = JSON.stringify(answer);
  corks.hold(request.socket);
  response.writeHead(status, {
    ...corsHeaders(gate, headers.origin, headers.host),
    "content-type": "application/json",
    "content-length": Buffer.byteLength(json),
  });
  response.end(json);
}

function tooLarge(request: IncomingMessage, response: ServerResponse, gate: Gate): void {
  const sentence = `The request body is larger than ${maxBodyBytes} bytes`;
  turnAway(request, response, gate, new Refusal(413, sentence, { reason: "too_large" }));
}

function tooSlow(request: IncomingMessage, response: ServerResponse, gate: Gate): void {
  if (response.headersSent) request.socket.destroy();
  const sentence = `The request body did not arrive within ${bodyWithinMs} ms`;
  turnAway(request, response, gate, new Refusal(400, sentence, { reason: "unreadable" }));
}

/** Refuses without having read the request, or without more of this connection. */
function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  gate: Gate,
  refusal: Refusal,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  gate.refused(refusal.code);
  const cors = corsHeaders(gate, request.headers.origin, request.headers.host);
  // Not reading a body that we refuse would leave the client waiting for us to: say that the connection ends.
  response.writeHead(refusal.code, {
    ...cors,
    ...headers,
    "content-type": "application/json",
    connection: "close",
  });
  response.end(JSON.stringify(refusal.body));
  request.resume();
  response.once("finish", () => setTimeout(() => request.socket.destroy(), retryMs).unref());
}
