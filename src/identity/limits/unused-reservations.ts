// How many reservations an address may leave unused: each one waits for its socket, and is given to nobody else meanwhile.
// Whoever comes with a socket costs nothing here, so a venue behind one address is not limited by it, however large.
import type { Clock } from "../../clock.ts";
import { retryLater } from "../../protocol/refusal.ts";
import { isLoopback } from "../address.ts";
import type { Caller, Claim } from "../identity.ts";

/** A reservation counts for so long, unless its socket comes. */
const windowMs = 60_000;
/** A socket that has not come by then is taken for one that never will. A slow network takes a few round trips: 1 or 2 s. */
const lateAfterMs = 5000;
/** Those that may still come are bounded, too: a venue's phones all ask at once, and their sockets follow. */
const youngPerLate = 10;
/** Addresses that are remembered at most; the ones that asked longest ago are forgotten first. */
const maxAddresses = 50_000;

/** What one address has reserved. */
interface Share {
  /** By claim, what is not used: when it was reserved. The oldest comes first. */
  readonly unused: Map<Claim, number>;
  lastAt: number;
}

export class UnusedReservations {
  readonly #limit: number;
  readonly #clock: Clock;
  /** The address that has asked for the longest time for nothing comes first. */
  readonly #shares = new Map<string, Share>();
  readonly #addresses = new WeakMap<Claim, string>();
  /** Which claim a reserved session is for, and since when; the oldest comes first. The framework hands on copies of claims. */
  readonly #sessions = new Map<string, { readonly claim: Claim; readonly at: number }>();

  /** `limit`: reservations of one minute whose sockets are late, for each address; 0 is no limit. */
  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /**
   * Counts a reservation that is about to be made, once for each claim. A machine's own clients, and what an unbelieved
   * proxy has passed on, are not counted: behind such an address may be everybody. @throws Refusal 429
   */
  reserve(claim: Claim, { address, isShared }: Caller): void {
    if (this.#limit === 0 || isShared || isLoopback(address) || this.#addresses.has(claim)) return;
    const now = this.#clock.now();
    const share = this.#shares.get(address) ?? { unused: new Map<Claim, number>(), lastAt: now };
    const retryInMs = this.#whyNot(share, now);
    if (retryInMs !== undefined)
      throw retryLater("Too many joins from this address were not completed", retryInMs, "too_many");
    share.unused.set(claim, now);
    share.lastAt = now;
    this.#addresses.set(claim, address);
    this.#shares.delete(address);
    this.#shares.set(address, share);
    this.#forgetOldest(now);
  }

  /** What was counted has been reserved, for this session. */
  reserved(claim: Claim, sessionId: string): void {
    if (!this.#addresses.has(claim)) return;
    const now = this.#clock.now();
    for (const [oldest, { at }] of this.#sessions) {
      if (at > now - windowMs) break;
      this.#sessions.delete(oldest);
    }
    this.#sessions.set(sessionId, { claim, at: now });
  }

  /** The socket of a session has come. */
  used(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    this.#sessions.delete(sessionId);
    this.settle(session.claim);
  }

  /** The reservation was not made after all, or has been used. */
  settle(claim: Claim): void {
    const address = this.#addresses.get(claim);
    if (address === undefined) return;
    this.#addresses.delete(claim);
    const unused = this.#shares.get(address)?.unused;
    if (unused?.delete(claim) && unused.size === 0) this.#shares.delete(address);
  }

  /** In how many ms there is room for one more; undefined when there is now. O(limit). */
  #whyNot({ unused }: Share, now: number): number | undefined {
    for (const [claim, at] of unused) {
      if (at > now - windowMs) break;
      unused.delete(claim);
    }
    if (unused.size < this.#limit) return undefined;
    const [oldestAt = now, lateAt = now] = [unused.values().next().value, this.#nth(unused)];
    const isFull = unused.size >= youngPerLate * this.#limit || lateAt <= now - lateAfterMs;
    return isFull ? oldestAt + windowMs - now : undefined;
  }

  /** When the last one that may be late was reserved. */
  #nth(unused: ReadonlyMap<Claim, number>): number | undefined {
    let count = 0;
    for (const at of unused.values()) if (++count === this.#limit) return at;
    return undefined;
  }

  #forgetOldest(now: number): void {
    for (const [address, { lastAt }] of this.#shares) {
      if (lastAt > now - windowMs && this.#shares.size <= maxAddresses) return;
      this.#shares.delete(address);
    }
  }
}
