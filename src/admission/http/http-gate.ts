// The gate in front of the HTTP routes: where each request goes, how large a body may be and how long it may take. Reads a
// matchmaking request for an event once, has Matchmaking answer it, and writes the answer; everything else is passed on. In
// somebody else's server that is as it came: unread, unchanged, and without a limit of ours.
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { directHeader, peerHeader } from "../../protocol/peer-headers.ts";
import { Refusal, type RefusalCode } from "../../protocol/refusal.ts";
import type { Carried, JoinBody } from "../carrier.ts";
import type { Matchmaking } from "../matchmaking.ts";
import { noSuchMethod } from "../refusals.ts";
import { preflightHeaders } from "./cors.ts";
import type { EventCall, EventRequests } from "./event-requests.ts";
import { callerOf } from "./peer.ts";
import type { RequestGate } from "./request-gate.ts";
import { bodyWithinMs, limitBodyTime } from "./slow-requests.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** [W1] */
export const maxBodyBytes = 64 * 1024;
/** So long one that was turned away may keep its connection, to read why. */
export const turnedAwayMs = 1000;
const jsonType = /^application\/json(?:\s*;|$)/i;
const bearer = "Bearer ";

/** Who counts what the gate itself refuses. ops/metrics implements it. */
export interface GateMetrics {
  refused(code: RefusalCode): void;
}

/** Gathers what is written to a socket in one turn of the event loop. Implemented by sync/write-coalescing. */
export interface WriteCoalescer {
  hold(socket: Duplex): void;
}

/** Whether a server that we are in has an answer of its own. Implemented by rooms/framework/routes. */
export interface OtherRoutes {
  has(method: string, path: string): boolean;
}

/** Answers what an operator asks. ops/routes makes one. */
export interface OwnRoutes {
  readonly answer: Listener;
  /** What is answered in somebody else's server, too: a method and a path each, as `GET /healthz`. */
  readonly calls: ReadonlySet<string>;
  /** They stand behind the routes of an express app, which asks them itself. */
  readonly isInExpress: boolean;
}

export class HttpGate {
  readonly gate: RequestGate;
  readonly matchmaking: Matchmaking;
  readonly metrics: GateMetrics;
  readonly #requests: EventRequests;
  readonly #routes: OwnRoutes;

  constructor(
    gate: RequestGate,
    matchmaking: Matchmaking,
    metrics: GateMetrics,
    requests: EventRequests,
    routes: OwnRoutes,
  ) {
    this.gate = gate;
    this.matchmaking = matchmaking;
    this.metrics = metrics;
    this.#requests = requests;
    this.#routes = routes;
  }

  /**
   * Takes the place of the server's request listeners, which are called for what is not ours.
   * @param others the routes of the server that we are in
   */
  standInFront(server: HttpServer, writes: WriteCoalescer, others: OtherRoutes): void {
    const behind = server.listeners("request") as Listener[];
    server.removeAllListeners("request");
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const call = this.#requests.callOf(request.url);
      const isOurs = call !== undefined || this.#requests.isAlone;
      if (isOurs) this.#take(new HttpExchange(this, writes, request, response, call), request, response);
      else if (this.gate.carrier?.adopt(request, response)) return;
      else if (this.#answers(request, others)) this.#routes.answer(request, response);
      else for (const listener of behind) listener.call(server, request, response);
    });
  }

  #take(exchange: HttpExchange, request: IncomingMessage, response: ServerResponse): void {
    if (!exchange.begins()) return;
    if (!exchange.isMatchmaking) this.#routes.answer(request, response);
    else if (request.method === "POST") exchange.readBody();
    else if (request.method === "OPTIONS") exchange.answerPreflight();
    else this.#routes.answer(request, response);
  }

  /** Health, metrics and hosts' links, in somebody else's server; that its connection has no seat is nothing to us. */
  #answers(request: IncomingMessage, others: OtherRoutes): boolean {
    this.gate.connections.seated(request.socket);
    const { method = "GET", url = "" } = request;
    const path = url.split("?", 1)[0] as string;
    const { calls, isInExpress } = this.#routes;
    return !isInExpress && calls.has(`${method} ${path}`) && !others.has(method, path);
  }
}

/** One request and its answer. */
class HttpExchange implements Carried {
  readonly #http: HttpGate;
  readonly #writes: WriteCoalescer;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #chunks: Buffer[] = [];
  readonly #call: EventCall | undefined;
  #size = 0;
  #options: Readonly<Record<string, unknown>> = {};

  /** @param call undefined for what is not matchmaking */
  constructor(
    http: HttpGate,
    writes: WriteCoalescer,
    request: IncomingMessage,
    response: ServerResponse,
    call: EventCall | undefined,
  ) {
    this.#call = call;
    this.#http = http;
    this.#writes = writes;
    this.#request = request;
    this.#response = response;
  }

  get isMatchmaking(): boolean {
    return this.#call !== undefined;
  }

  /** False when that is all: it was too large, or a message between processes. */
  begins(): boolean {
    const { gate } = this.#http;
    gate.receive(this.#request);
    // Whoever reads it from here on, another process too, reads what we have read.
    if (this.#call?.method) this.#request.url = `/matchmake/${this.#call.method}/${this.#call.room}`;
    if (Number(this.#request.headers["content-length"]) > maxBodyBytes) {
      this.#tooLarge();
      return false;
    }
    limitBodyTime(this.#request, this);
    return gate.carrier?.adopt(this.#request, this.#response) !== true;
  }

  readBody(): void {
    const refusal = this.#whyNot();
    if (refusal !== undefined) return this.refuse(refusal);
    this.#request.on("data", this.#read).once("end", this.#end);
    this.#request.on("error", () => this.#response.destroy());
    return undefined;
  }

  answerPreflight(): void {
    this.#response.writeHead(204, preflightHeaders(this.#http.gate.corsHeaders(this.#request))).end();
  }

  /** The body has not arrived in time. */
  tooSlow(): void {
    if (this.#response.headersSent) this.#request.socket.destroy();
    const sentence = `The request body did not arrive within ${bodyWithinMs} ms`;
    this.refuse(new Refusal(400, sentence, { reason: "unreadable" }));
  }

  here(): void {
    void this.#answer();
  }

  /** Refuses without having read the request, or without more of this connection. */
  refuse(refusal: Refusal, headers: Record<string, string> = {}): void {
    const [request, response] = [this.#request, this.#response];
    if (response.headersSent || response.destroyed) return;
    this.#http.metrics.refused(refusal.code);
    // Not reading a body that we refuse would leave the client waiting for us to: say that the connection ends.
    response.writeHead(refusal.code, {
      ...this.#http.gate.corsHeaders(request),
      ...headers,
      "content-type": "application/json",
      connection: "close",
    });
    response.end(JSON.stringify(refusal.body));
    request.resume();
    response.once("finish", () => setTimeout(() => request.socket.destroy(), turnedAwayMs).unref());
  }

  /** Why no matchmaking request is answered just now, or this one never. */
  #whyNot(): Refusal | undefined {
    const refusal = this.#http.gate.whyNotMatchmaking();
    if (refusal !== undefined) return refusal;
    return this.#call?.method ? undefined : noSuchMethod();
  }

  readonly #read = (chunk: Buffer): void => {
    this.#size += chunk.length;
    if (this.#size <= maxBodyBytes) this.#chunks.push(chunk);
    else {
      this.#request.off("data", this.#read);
      this.#request.off("end", this.#end);
      this.#tooLarge();
    }
  };

  readonly #end = (): void => {
    // A type that needs no preflight would let any page's visitors send joins.
    const isJson = this.#size === 0 || jsonType.test(this.#request.headers["content-type"] ?? "");
    if (!isJson) return this.refuse(wrongContentType());
    const [first = Buffer.alloc(0)] = this.#chunks;
    const text = (this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : first).toString("utf8");
    const body = bodyOf(text);
    if (body === undefined) return this.refuse(notJson());
    this.#options = body.options;
    // Here, or wherever in the cluster the event is.
    const { carrier } = this.#http.gate;
    if (carrier === undefined) return this.here();
    return carrier.join(this.#request, this.#response, body, this);
  };

  async #answer(): Promise<void> {
    const [request, response] = [this.#request, this.#response];
    const { headers } = request;
    const { method, room } = this.#call as EventCall;
    const { authorization = "" } = headers;
    const token = authorization.startsWith(bearer)
      ? authorization.slice(bearer.length) || undefined
      : undefined;
    const caller = callerOf(headers[peerHeader], headers[directHeader], headers);
    const call = { method, room, options: this.#options, token, caller, client: response };
    let status = 200;
    let answer: object;
    try {
      answer = await this.#http.matchmaking.answer(call);
    } catch (refused) {
      const { code, body } = refused as Refusal;
      [status, answer] = [code, body];
    }
    if (response.headersSent || response.destroyed) return;
    const json = JSON.stringify(answer);
    this.#writes.hold(request.socket);
    response.writeHead(status, {
      ...this.#http.gate.corsHeaders(request),
      "content-type": "application/json",
      "content-length": Buffer.byteLength(json),
    });
    response.end(json);
  }

  #tooLarge(): void {
    const sentence = `The request body is larger than ${maxBodyBytes} bytes`;
    this.refuse(new Refusal(413, sentence, { reason: "too_large" }));
  }
}

const wrongContentType = () =>
  new Refusal(400, "The request body must have the content type application/json", {
    reason: "wrong_content_type",
  });
const notJson = () => new Refusal(400, "The request body is not JSON", { reason: "unreadable" });

/** Join options are an object; anything else is as good as none, and refused as such. Undefined: not JSON. */
function bodyOf(text: string): JoinBody | undefined {
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value) && text !== "";
    return isObject ? { text, options: value as Record<string, unknown> } : { text: "{}", options: {} };
  } catch {
    return undefined;
  }
}
