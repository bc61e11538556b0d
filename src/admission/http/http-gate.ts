// The gate in front of the HTTP routes: where each request goes. Matchmaking for an event and what hosts ask are answered by
// an exchange each (json-exchange); everything else is passed on. In somebody else's server that is as it came: unread,
// unchanged, and without a limit of ours.
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { apiPath } from "../../protocol/host-api.ts";
import type { Matchmaking } from "../matchmaking.ts";
import { type ApiAnswers, ApiExchange } from "./api-exchange.ts";
import type { EventRequests } from "./event-requests.ts";
import type { GateMetrics, WriteCoalescer } from "./json-exchange.ts";
import { MatchmakingExchange } from "./matchmaking-exchange.ts";
import type { RequestGate } from "./request-gate.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

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
  readonly api: ApiAnswers;
  readonly #requests: EventRequests;
  readonly #routes: OwnRoutes;
  #writes!: WriteCoalescer;

  constructor(
    gate: RequestGate,
    matchmaking: Matchmaking,
    metrics: GateMetrics,
    requests: EventRequests,
    routes: OwnRoutes,
    api: ApiAnswers,
  ) {
    this.api = api;
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
    this.#writes = writes;
    server.removeAllListeners("request");
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const call = this.#requests.callOf(request.url);
      const isOurs = call !== undefined || this.#requests.isAlone;
      if (call === undefined && this.#isForApi(request, others)) this.takeApi(request, response);
      else if (isOurs)
        this.#take(new MatchmakingExchange(this, writes, request, response, call), request, response);
      else if (this.gate.carrier?.adopt(request, response)) return;
      else if (this.#answers(request, others)) this.#routes.answer(request, response);
      else for (const listener of behind) listener.call(server, request, response);
    });
  }

  /** Answers what hosts ask; false for what is nothing of it. In somebody's express app it stands behind their routes. */
  takeApi(request: IncomingMessage, response: ServerResponse): boolean {
    const path = pathOf(request);
    if (!isApiPath(path) || (!this.#requests.isAlone && !this.api.has(path))) return false;
    new ApiExchange(this, this.#writes, request, response, path).take();
    return true;
  }

  #isForApi(request: IncomingMessage, others: OtherRoutes): boolean {
    const path = pathOf(request);
    if (!isApiPath(path)) return false;
    if (this.#requests.isAlone) return true;
    if (!this.api.has(path)) return false;
    if (this.gate.carrier?.isFromPeer(request)) return true; // whoever has sent it has asked theirs
    return !this.#routes.isInExpress && !others.has(request.method ?? "GET", path);
  }

  #take(exchange: MatchmakingExchange, request: IncomingMessage, response: ServerResponse): void {
    if (!exchange.begins()) return;
    if (!exchange.isMatchmaking) this.#routes.answer(request, response);
    else if (request.method === "POST") exchange.readBody();
    else if (request.method === "OPTIONS") exchange.answerPreflight();
    else this.#routes.answer(request, response);
  }

  /** Health, metrics and hosts' links, in somebody else's server; that its connection has no seat is nothing to us. */
  #answers(request: IncomingMessage, others: OtherRoutes): boolean {
    this.gate.connections.seated(request.socket);
    const { method = "GET" } = request;
    const path = pathOf(request);
    const { calls, isInExpress } = this.#routes;
    return !isInExpress && calls.has(`${method} ${path}`) && !others.has(method, path);
  }
}

const pathOf = ({ url = "" }: IncomingMessage): string => url.split("?", 1)[0] as string;
const isApiPath = (path: string): boolean => path === apiPath || path.startsWith(`${apiPath}/`);
