// host-api/ owns what hosts ask over HTTP (`/api/v1`): who may ask it, what of it can be read, and what is answered. It knows
// no socket, no express and no room: admission/http has the exchange, and the event does what is asked.
// Implements admission's port ApiAnswers.
import type { ApiAnswers } from "../admission/http/api-exchange.ts";
import type { JsonAnswer } from "../admission/http/json-exchange.ts";
import { type ErrorReports, notStorable, noSuchEvent } from "../admission/refusals.ts";
import type { Caller } from "../identity/identity.ts";
import type { HostRequests } from "../identity/limits/host-requests.ts";
import type {
  ApiSession,
  EventAnswer,
  EventListAnswer,
  Invitation,
  ServerFacts,
} from "../protocol/host-api.ts";
import { maxTokenLength } from "../protocol/incoming/join-options.ts";
import { Refusal, retryHintMs, retryLater } from "../protocol/refusal.ts";
import { callOf, type HostCall, isPath, isPublic, isPublicPath } from "./calls.ts";
import type { Creations } from "./creations.ts";
import type { HostedEvent, HostedEvents, Hosts, StoredEvents } from "./ports.ts";
import { parseAction, parseChange, parseEvent, parseInvitation, parseSession } from "./requests.ts";

/** Stands for every event where a token's is named. */
const everyEvent = "*";
/** What a page may know of a server does not change while it runs; a page that asks twice in a minute need not. */
const cacheable = { "cache-control": "public, max-age=60" };

export interface HostApiParts {
  readonly hosts: Hosts;
  readonly limits: HostRequests;
  readonly events: HostedEvents;
  readonly stored: StoredEvents;
  readonly creations: Creations;
  readonly facts: ServerFacts;
  readonly reports: ErrorReports;
}

export class HostApi implements ApiAnswers<HostCall> {
  readonly #parts: HostApiParts;

  constructor(parts: HostApiParts) {
    this.#parts = parts;
  }

  has(path: string): boolean {
    return isPath(path);
  }

  isPublic(path: string): boolean {
    return isPublicPath(path);
  }

  callOf(method: string, path: string): HostCall | undefined {
    return callOf(method, path);
  }

  async admit(
    { operation, eventId }: HostCall,
    token: string | undefined,
    caller: Caller,
    isCounted: boolean,
  ): Promise<string | undefined> {
    const { limits } = this.#parts;
    if (isCounted) limits.asked(caller);
    if (isPublic(operation)) return undefined;
    const scope = await this.#scopeOf(token).catch((error: unknown) => {
      const isWrong = error instanceof Refusal && (error.code === 401 || error.code === 403);
      throw isWrong ? limits.wrong(error, caller) : this.#refusalOf(error);
    });
    if (eventId !== undefined && !isFor(scope, eventId)) throw otherEvent();
    return scope;
  }

  async #scopeOf(token: string | undefined): Promise<string> {
    if (token === undefined || token.length > maxTokenLength)
      throw new Refusal(401, "Missing host token", { reason: "bad_token" });
    return this.#parts.hosts.scopeOf(token);
  }

  async answer(
    call: HostCall,
    scope: string | undefined,
    body: unknown,
    caller: Caller,
  ): Promise<JsonAnswer> {
    try {
      return await this.#answer(call, scope ?? "", body, caller);
    } catch (error) {
      throw this.#refusalOf(error);
    }
  }

  /** Nothing else reaches a client. */
  #refusalOf(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    this.#parts.reports.reportError("api", error);
    return retryLater("The server could not do this", retryHintMs);
  }

  async #answer(call: HostCall, scope: string, body: unknown, caller: Caller): Promise<JsonAnswer> {
    switch (call.operation) {
      case "server":
        return { status: 200, body: this.#parts.facts, headers: cacheable };
      case "session":
        return { status: 200, body: await this.#session(body, caller) };
      case "invite":
        return { status: 200, body: this.#invite(scope, body) };
      case "list":
        return { status: 200, body: await this.#list(scope) };
      case "create":
        return this.#create(scope, body, caller);
      default:
        return this.#onEvent(call, body);
    }
  }

  async #session(body: unknown, caller: Caller): Promise<ApiSession> {
    const redeemed = await this.#parts.hosts.redeem(parseSession(body).code);
    if (redeemed !== undefined) return { host_token: redeemed.token, event_id: redeemed.eventId };
    const refusal = new Refusal(401, "This code is not valid, or was used already", { reason: "bad_token" });
    throw this.#parts.limits.wrong(refusal, caller);
  }

  #invite(scope: string, body: unknown): Invitation {
    const { event_id: eventId = scope } = parseInvitation(body);
    if (!isFor(scope, eventId)) throw otherEvent();
    const made = this.#parts.hosts.invite(eventId);
    if (made !== undefined) return made;
    throw new Refusal(403, "Hosts of this server are given tokens, not codes", { reason: "not_allowed" });
  }

  async #list(scope: string): Promise<EventListAnswer> {
    const all = await this.#parts.events.listed();
    const events = all.filter(({ event_id: eventId }) => isFor(scope, eventId));
    return { server_time: this.#parts.hosts.now(), events };
  }

  async #create(scope: string, body: unknown, caller: Caller): Promise<JsonAnswer> {
    const asked = parseEvent(body);
    if (asked.eventId === undefined ? scope !== everyEvent : !isFor(scope, asked.eventId)) throw otherEvent();
    const { isNew, event } = await this.#parts.creations.create(asked, caller);
    return { status: isNew ? 201 : 200, body: { event } satisfies EventAnswer };
  }

  async #onEvent({ operation, eventId, roomId = "" }: HostCall, body: unknown): Promise<JsonAnswer> {
    await this.#parts.stored.restore(roomId);
    const event = this.#parts.events.hosted(roomId);
    if (event === undefined) throw noSuchEvent(eventId);
    if (operation === "act") return { status: 200, body: await event.act(parseAction(body)) };
    if (operation === "change") await change(event, body);
    if (operation === "close" && !(await event.close())) throw notStorable();
    return { status: 200, body: { event: event.describe() } satisfies EventAnswer };
  }
}

async function change(event: HostedEvent, body: unknown): Promise<void> {
  const parsed = parseChange(body);
  if (event.isClosed) throw new Refusal(410, "The event is closed", { reason: "closed" });
  if (!(await event.change(parsed))) throw notStorable();
}

const isFor = (scope: string, eventId: string): boolean => scope === everyEvent || scope === eventId;

const otherEvent = () => new Refusal(403, "This host token is for another event", { reason: "wrong_event" });
