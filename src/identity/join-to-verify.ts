// A join as an identity provider sees it. Its headers are made when they are asked for: most providers read none.
import { type JoinRequest, tooManyOptions } from "../protocol/incoming/join-options.ts";
import { directHeader, peerHeader, peerSecretHeader } from "../protocol/peer-headers.ts";
import type { Caller } from "./identity.ts";
import type { IdentityRequest } from "./provider.ts";

const noOptions = Object.freeze({});
/** What one part of the server says to another is nobody else's business. */
const ourHeaders: readonly string[] = [peerHeader, directHeader, peerSecretHeader];
const secretHeaders = ["authorization", "cookie", "proxy-authorization"];
const partsOfSecrets = /[^\s;=,]+/g;

export class JoinToVerify implements IdentityRequest {
  readonly #request: JoinRequest;
  readonly #caller: Caller;
  #headers: Headers | undefined;

  constructor(request: JoinRequest, caller: Caller) {
    this.#request = request;
    this.#caller = caller;
  }

  get token(): string | undefined {
    return this.#request.sessionToken;
  }

  get eventId(): string {
    return this.#request.eventId;
  }

  get deviceId(): string | undefined {
    return this.#request.role === "participant" ? this.#request.deviceId : undefined;
  }

  get role(): "participant" | "observer" {
    return this.#request.role;
  }

  get userId(): string | undefined {
    return this.#request.role === "participant" ? this.#request.userId : undefined;
  }

  /** @throws Refusal 400 when there are more than a provider is given */
  get options(): Readonly<Record<string, unknown>> {
    if (this.#request.hasTooManyOptions) throw tooManyOptions();
    return this.#request.options ?? noOptions;
  }

  get isLocal(): boolean {
    return this.#caller.isLocal;
  }

  get headers(): Headers {
    this.#headers ??= this.#readHeaders();
    return this.#headers;
  }

  /** What may be in none of the provider's errors when they are logged. */
  secrets(): string[] {
    const headers = secretHeaders.flatMap((name) => this.headers.get(name)?.match(partsOfSecrets) ?? []);
    return [this.token ?? "", ...headers];
  }

  #readHeaders(): Headers {
    const headers = new Headers();
    for (const [name, value] of Object.entries(this.#caller.headers ?? {})) {
      if (ourHeaders.includes(name)) continue;
      for (const each of [value ?? []].flat()) headers.append(name, each);
    }
    return headers;
  }
}
