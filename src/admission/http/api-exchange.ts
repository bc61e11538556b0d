// A request under `/api/v1`: whose it is comes before its body is read, and then it goes to wherever its event is.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../../identity/identity.ts";
import { Refusal } from "../../protocol/refusal.ts";
import { type ExchangeParts, type JsonAnswer, JsonExchange, type WriteCoalescer } from "./json-exchange.ts";

/** 2,000 names of 64 code points, each of 4 bytes, and as much again for what JSON writes around them. */
const maxApiBytes = 1024 * 1024;
/** What anybody may send without a token: a code of 4,096 characters, each of 3 bytes. */
const maxPublicBytes = 16 * 1024;

/** What is asked, as far as its method and path say it. */
export interface ApiCall {
  /** The room of the event that it is about; undefined for what any process can answer. */
  readonly roomId: string | undefined;
  /** It changes something: not while nothing may be promised. */
  readonly isWrite: boolean;
  readonly hasBody: boolean;
  /** Done twice it is the same as done once: it may be asked of another process when the first has not answered. */
  readonly isRepeatable: boolean;
}

/** What hosts ask over HTTP. Implemented by host-api/host-api. */
export interface ApiAnswers<Call extends ApiCall = ApiCall> {
  /** Undefined for a path, or a method of it, that there is not. @throws Refusal 400 for a path that cannot be read */
  callOf(method: string, path: string): Call | undefined;
  /** True for a path that there is, whatever the method. */
  has(path: string): boolean;
  /** True for a path that anybody may ask, without a token. */
  isPublic(path: string): boolean;
  /**
   * Who asks, before anything of the body is read: which event's host, `"*"` for all; undefined for what anybody may ask.
   * @param isCounted false for what another process has counted already
   * @throws Refusal 401, 403, 429, 503
   */
  admit(
    call: Call,
    token: string | undefined,
    caller: Caller,
    isCounted: boolean,
  ): Promise<string | undefined>;
  /** @throws Refusal and nothing else */
  answer(call: Call, scope: string | undefined, body: unknown, caller: Caller): Promise<JsonAnswer>;
}

interface Parts extends ExchangeParts {
  readonly api: ApiAnswers;
}

export class ApiExchange extends JsonExchange {
  readonly #api: ApiAnswers;
  readonly #path: string;
  #call: ApiCall | undefined;
  #scope: string | undefined;
  #body: unknown;

  /** @param path without its query */
  constructor(
    parts: Parts,
    writes: WriteCoalescer,
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ) {
    super(parts, writes, request, response, parts.api.isPublic(path) ? maxPublicBytes : maxApiBytes);
    this.#api = parts.api;
    this.#path = path;
  }

  /** Answers it, whatever it is. */
  take(): void {
    this.#dropForeignHeaders();
    if (!this.begins()) return;
    if (this.request.method === "OPTIONS") this.answerPreflight();
    else void this.#take();
  }

  async #take(): Promise<void> {
    try {
      const call = this.#api.callOf(this.request.method ?? "GET", this.#path);
      if (call === undefined) throw new Refusal(404, "There is nothing here", { reason: "not_found" });
      this.#call = call;
      const isCounted = this.gate.carrier?.isFromPeer(this.request) !== true;
      this.#scope = await this.#api.admit(call, this.token, this.caller, isCounted);
      const refusal = call.isWrite ? this.gate.whyNotMatchmaking() : undefined;
      if (refusal !== undefined) throw refusal;
      if (call.hasBody) this.read();
      else this.received("", undefined);
    } catch (refused) {
      this.refuse(refused as Refusal);
    }
  }

  protected override received(text: string, value: unknown): void {
    this.#body = value;
    const { carrier } = this.gate;
    const { roomId, isRepeatable = true } = this.#call ?? {};
    if (carrier === undefined || roomId === undefined) this.here();
    else carrier.ask(this.request, this.response, { roomId, body: text, isRepeatable }, this);
  }

  protected override async answer(): Promise<JsonAnswer> {
    const answer = await this.#api.answer(this.#call as ApiCall, this.#scope, this.#body, this.caller);
    return { ...answer, headers: { "cache-control": "no-store", ...answer.headers } };
  }

  /** In a server of somebody else's every answer begins with the framework's CORS headers. */
  #dropForeignHeaders(): void {
    for (const name of this.response.getHeaderNames())
      if (name.startsWith("access-control-")) this.response.removeHeader(name);
  }
}
