// Who may act as a host in open mode: whoever has followed a link that works once. Codes and tokens come from one secret in
// the store, so that they are good in every process that shares it and after a restart, until the secret is another one
// (`holdfast host-link revoke`). Which codes are spent is in the store, too.
import { type Clock, systemClock } from "../clock.ts";
import { retryHintMs, retryLater } from "../protocol/refusal.ts";
import {
  codeLifeMs,
  eventOfHostToken,
  hostSecretName,
  makeHostCode,
  makeHostToken,
  newSecret,
  readHostCode,
} from "./host-codes.ts";

/** A secret that was revoked by another process, or by the command, is not believed for longer than this. */
const knownForMs = 2000;
/** What does not fit the secret may fit a newer one, which is asked for this often at most, whatever strangers send. */
const askAgainMs = 100;

/** Keeps secrets for longer than a process lives. Implemented by the stores (`store/seat-store`). */
export interface SecretKeeper {
  /** The secret of this name; `fresh`, when there was none. */
  secret(name: string, fresh: string): Promise<string>;
}

/** A code for a link, or to be read out. */
export interface MadeCode {
  readonly code: string;
  /** In epoch ms. */
  readonly expiresAt: number;
}

/** What a code was spent for. */
export interface RedeemedCode {
  /** A host's. */
  readonly token: string;
  /** The one event that it is for; `"*"` is all. */
  readonly eventId: string;
}

/** Before a server has begun nothing can be spent. */
const nowhere: SecretKeeper = { secret: () => Promise.resolve("") };

export class HostKeys {
  readonly #clock: Clock;
  #keeper: SecretKeeper | undefined;
  #secret = newSecret();
  #knownAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** From now on what is kept there counts: call it before any code is made. Rejects when it cannot be read. */
  async keepIn(keeper: SecretKeeper): Promise<void> {
    this.#keeper = keeper;
    await this.#refresh(keeper);
  }

  /**
   * A code that is good for one `redeem`, for a day.
   * @param eventId the event that it is for; left out: all
   */
  newCode(eventId?: string): MadeCode {
    const now = this.#clock.now();
    return { code: makeHostCode(this.#secret, now, eventId), expiresAt: Math.floor(now + codeLifeMs) };
  }

  /** Spends a code for a host token; undefined when it is none, too old, or spent. @throws Refusal 503 when that cannot be said */
  async redeem(code: string): Promise<RedeemedCode | undefined> {
    const read = await this.#read((secret) => readHostCode(secret, code, this.#clock.now()));
    if (read === undefined) return undefined;
    const { id, eventId } = read;
    const mine = newSecret();
    const spent = await (this.#keeper ?? nowhere).secret(`host code ${id}`, mine).catch(() => {
      throw retryLater("The link cannot be checked just now", retryHintMs);
    });
    return spent === mine ? { token: makeHostToken(this.#secret, eventId), eventId } : undefined;
  }

  /** Of which event a token makes a host, `"*"` for all; undefined when it makes none. */
  eventOf(token: string): Promise<string | undefined> {
    return this.#read((secret) => eventOfHostToken(secret, token));
  }

  async #read<T>(readBy: (secret: string) => T | undefined): Promise<T | undefined> {
    await this.#refreshAfter(knownForMs);
    const found = readBy(this.#secret);
    if (found !== undefined || !(await this.#refreshAfter(askAgainMs))) return found;
    return readBy(this.#secret);
  }

  /** While the keeper is out of reach, what it said last is true. Returns whether it was asked. */
  async #refreshAfter(ms: number): Promise<boolean> {
    if (this.#keeper === undefined || this.#clock.now() - this.#knownAt < ms) return false;
    await this.#refresh(this.#keeper).catch(() => {});
    return true;
  }

  async #refresh(keeper: SecretKeeper): Promise<void> {
    this.#knownAt = this.#clock.now();
    this.#secret = await keeper.secret(hostSecretName, this.#secret);
  }
}
