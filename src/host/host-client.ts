// What a host asks of a server over HTTP (`/api/v1`, docs/http-api.md), from a page or a program. Owns how a request is made,
// for how long it is waited for, and what counts as the server's answer; keeps nothing but the token that it is given.
import type { EventChange } from "../protocol/event-details.ts";
import type {
  ApiSession,
  EventAnswer,
  EventListAnswer,
  EventRequest,
  Invitation,
  InvitationRequest,
  ServerFacts,
} from "../protocol/host-api.ts";
import { refusalIn } from "../protocol/refusal.ts";
import type { HostAction, HostActionResult } from "../protocol/session.ts";
import { HostError } from "./errors.ts";

/** What a `HostClient` needs; only `url` has to be given. */
export interface HostClientOptions {
  /** The server, as http(s):// or ws(s)://, with a path if it is behind one. */
  readonly url: string;
  /** A host's token: one that `signIn` has returned before, or, where the server has an identity provider, that one's. */
  readonly token?: string;
  /** An answer is waited for this long, in ms. 8,000. */
  readonly timeoutMs?: number;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/**
 * A host's side of a server: opens, lists, changes and closes events, and acts on the people in them.
 *
 * Every method rejects with a `HostError`. Objects have the names of the wire (docs/http-api.md); instants are the server's
 * epoch milliseconds. For what happens in an event as it happens, join it as a host: `joinEvent({ role: "observer", sessionToken:
 * host.token })`.
 * @example
 * const host = new HostClient({ url: "https://events.example.com" });
 * const { host_token } = await host.signIn(codeOfLink(location) ?? ""); // keep it: it is good until it is revoked
 * const { event_id } = await host.create({ title: "Friday quiz", capacity: 200 });
 * await host.act(event_id, { action: "extend_grace", to: "away", by_ms: 120_000 });
 */
export class HostClient {
  /** Under which it asks; undefined before `signIn`. Set it to sign in with one that was kept, or to `undefined` to sign out. */
  token: string | undefined;
  readonly #address: string;
  readonly #timeoutMs: number;

  /** @throws TypeError when `url` is not an http(s):// or ws(s):// address */
  constructor({ url, token, timeoutMs = 8000 }: HostClientOptions) {
    if (!/^(?:http|ws)s?:\/\/[^/]/i.test(url))
      throw new TypeError(`HostClient: ${JSON.stringify(url)} is not an http(s):// or ws(s):// address`);
    this.#address = `${url
      .replace(/^ws/i, "http")
      .replace(/[?#].*/, "")
      .replace(/\/+$/, "")}/api/v1`;
    this.token = token;
    this.#timeoutMs = timeoutMs;
  }

  /** What a page may know of the server before it has a token. */
  server(): Promise<ServerFacts> {
    return this.#ask("GET", "/server", "protocol_version");
  }

  /**
   * Spends the code of a host's link (`codeOfLink`) or of an invitation; from then on this client asks with the token that
   * it got for it.
   * @returns the token, and the event that it is for; `"*"` is all
   * @throws HostError `bad_token` for a code that is none, too old, or spent
   */
  async signIn(code: string): Promise<ApiSession> {
    const session = await this.#ask<ApiSession>("POST", "/session", "host_token", { code });
    this.token = session.host_token;
    return session;
  }

  /** A code for another browser, whose owner is a host then, too: good once. @param request for one event alone, if you say which */
  invite(request: InvitationRequest = {}): Promise<Invitation> {
    return this.#ask("POST", "/invitations", "code", request);
  }

  /** The events that the token is for, as of a second ago at most. */
  events(): Promise<EventListAnswer> {
    return this.#ask("GET", "/events", "events");
  }

  /**
   * Makes sure that an event is there. Without `event_id` it is a new one, under a code of 6 characters.
   * @throws HostError `closed`, `other_type`, `invalid_field`, ...
   */
  create(event: EventRequest = {}): Promise<EventAnswer["event"]> {
    return this.#event("POST", "/events", event);
  }

  /** One event, as it is now. @throws HostError `no_such_event` */
  event(eventId: string): Promise<EventAnswer["event"]> {
    return this.#event("GET", pathOf(eventId));
  }

  /** Changes what is given; the rest stays. Returns the event as it is after that. */
  change(eventId: string, change: EventChange): Promise<EventAnswer["event"]> {
    return this.#event("PATCH", pathOf(eventId), change);
  }

  /** Ends an event for everyone. */
  close(eventId: string): Promise<EventAnswer["event"]> {
    return this.#event("DELETE", pathOf(eventId));
  }

  /**
   * Acts on people in an event: on one, on up to 1,000 by their `device_ids`, on everyone who is `away`, or on `all`. What it
   * did is stored when this resolves, and everyone is told of it in one order.
   * @returns `done`: whether there was anybody it could be done to; `done_for`: to whom, of several
   * @example
   * const { done_for } = await host.act("K7Q4XM", { action: "kick", device_ids: ["ann", "bob"] });
   * await host.act("K7Q4XM", { action: "readmit", device_ids: done_for }); // the undo
   */
  act(eventId: string, action: HostAction): Promise<HostActionResult> {
    return this.#ask("POST", `${pathOf(eventId)}/actions`, "done", action);
  }

  async #event(method: Method, path: string, body?: object): Promise<EventAnswer["event"]> {
    return (await this.#ask<EventAnswer>(method, path, "event", body)).event;
  }

  /** @param field what every answer of this kind has: what comes without it is somebody else's */
  async #ask<Answer>(method: Method, path: string, field: keyof Answer, body?: object): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (this.token !== undefined && path !== "/session") headers.authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    let status = 0;
    let answer: unknown;
    try {
      const response = await fetch(this.#address + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      status = response.status;
      answer = await response.json();
    } catch (cause) {
      throw new HostError(0, unreachable, { cause });
    }
    if (status < 300 && (answer as Partial<Answer> | null)?.[field] !== undefined) return answer as Answer;
    const refusal = refusalIn(status, answer);
    if (refusal?.reason === undefined) throw new HostError(0, unreachable);
    const { code, error, reason, retry_after_ms: retryAfterMs } = refusal;
    throw new HostError(code, error, { reason, retryAfterMs });
  }
}

const unreachable = "The server cannot be reached.";

const pathOf = (eventId: string): string => `/events/${encodeURIComponent(eventId)}`;
