// What a host may ask over HTTP: its token for a one-time code, a code for another browser, which events there are.
import type { Clock } from "../clock.ts";
import type { HostKeys, MadeCode, RedeemedCode, SecretKeeper } from "../identity/host-keys.ts";
import type { Identity } from "../identity/identity.ts";
import type { Invitation } from "../protocol/host-api.ts";
import type { HostEvent } from "../protocol/session.ts";

/** The list of all events. rooms/directory/room-directory implements it. */
export interface EventList {
  listed(): Promise<readonly HostEvent[]>;
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
  async redeem(code: string): Promise<RedeemedCode | undefined> {
    return this.#keys?.redeem(code);
  }

  /** A code for another browser, for one event or for all; undefined in token mode. */
  newCode(eventId?: string): MadeCode | undefined {
    return this.#keys?.newCode(eventId);
  }

  /** True where hosts come by a code, and not by a token of their own. */
  get haveCodes(): boolean {
    return this.#keys !== undefined;
  }

  /** The same with when it ends. */
  invite(eventId: string): Invitation | undefined {
    const made = this.newCode(eventId);
    return made && { code: made.code, expires_at: made.expiresAt };
  }

  /** Which event a host token is for, "*" for all. @throws Refusal */
  scopeOf(token: string): Promise<string> {
    return this.#identity.hostOf(token);
  }

  async events(): Promise<HostEvent[]> {
    const all = await this.#events.listed();
    return all.map(({ event_id, type, connected, held, left }) => ({
      event_id,
      type,
      connected,
      held,
      left,
    }));
  }

  /** The server's time, in epoch ms. */
  now(): number {
    return this.#clock.now();
  }
}
