// A matchmaking request for an event: read once, answered by Matchmaking, here or wherever in the cluster its event is.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { JoinBody } from "../carrier.ts";
import type { Matchmaking } from "../matchmaking.ts";
import { noSuchMethod } from "../refusals.ts";
import type { EventCall } from "./event-requests.ts";
import { type ExchangeParts, type JsonAnswer, JsonExchange, type WriteCoalescer } from "./json-exchange.ts";

/** [W1] */
export const maxBodyBytes = 64 * 1024;

interface Parts extends ExchangeParts {
  readonly matchmaking: Matchmaking;
}

export class MatchmakingExchange extends JsonExchange {
  readonly #matchmaking: Matchmaking;
  readonly #call: EventCall | undefined;
  #options: Readonly<Record<string, unknown>> = {};

  /** @param call undefined for what is not matchmaking, and is looked at no further than any request */
  constructor(
    parts: Parts,
    writes: WriteCoalescer,
    request: IncomingMessage,
    response: ServerResponse,
    call: EventCall | undefined,
  ) {
    super(parts, writes, request, response, maxBodyBytes);
    this.#matchmaking = parts.matchmaking;
    this.#call = call;
  }

  get isMatchmaking(): boolean {
    return this.#call !== undefined;
  }

  /** Whoever reads it from here on, another process too, reads what we have read. */
  protected override arrived(): void {
    if (this.#call?.method) this.request.url = `/matchmake/${this.#call.method}/${this.#call.room}`;
  }

  readBody(): void {
    const refusal = this.gate.whyNotMatchmaking() ?? (this.#call?.method ? undefined : noSuchMethod());
    if (refusal !== undefined) this.refuse(refusal);
    else this.read();
  }

  protected override received(text: string, value: unknown): void {
    const body = bodyOf(text, value);
    this.#options = body.options;
    const { carrier } = this.gate;
    if (carrier === undefined) this.here();
    else carrier.join(this.request, this.response, body, this);
  }

  protected override async answer(): Promise<JsonAnswer> {
    const { method, room } = this.#call as EventCall;
    const { token, caller, response: client } = this;
    const call = { method, room, options: this.#options, token, caller, client };
    return { status: 200, body: await this.#matchmaking.answer(call) };
  }
}

/** Join options are an object; anything else is as good as none, and refused as such. */
function bodyOf(text: string, value: unknown): JoinBody {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? { text, options: value as Record<string, unknown> } : { text: "{}", options: {} };
}
