// What a host may ask over HTTP: its token for a one-time code, a code for another browser, which events there are.
import type { Clock } from "../clock.ts";
import type { HostKeys, SecretKeeper } from "../identity/host-keys.ts";
import type { Identity } from "../identity/identity.ts";
import type { HostEvent } from "../protocol/session.ts";

/** The list of all events. rooms/room-directory implements it. */
export interface EventList {
  list(): Promise<HostEvent[]>;
}

export class HostAccess {
  readonly #identity: Pick<Identity, "hostOf">;
  readonly #keys: HostKeys | undefined;
  readonly #events: EventList;
  readonly #clock: Clock;

  /** @param keys one-time codes and what they are spent for; undefined in token mode, where tokens say who is a host */
  constructor(
    identity: Pick<Identity, "hostOf">,
    keys: HostKeys | undefined,
    events: EventList,
    clock: Clock,
  ) {
    this.#identity = identity;
    this.#keys = keys;
    this.#events = events;
    this.#clock = clock;
  }

  /** The secret of links and tokens outlives this process. Rejects when it cannot be read. */
  async keepIn(keeper: SecretKeeper): Promise<void> {
    await this.#keys?.keepIn(keeper);
  }

  /** Spends a one-time code for a host token; undefined when it is not one. @throws Refusal 503 when that cannot be said now */
  async redeem(code: string): Promise<string | undefined> {
    return this.#keys?.redeem(code);
  }

  /** A code for another browser; undefined in token mode. */
  newCode(): string | undefined {
    return this.#keys?.newCode();
  }

  /** Which event a host token is for, "*" for all. @throws Refusal */
  scopeOf(token: string): Promise<string> {
    return this.#identity.hostOf(token);
  }

  events(): Promise<HostEvent[]> {
    return this.#events.list();
  }

  /** The server's time, in epoch ms. */
  now(): number {
    return this.#clock.now();
  }
}
