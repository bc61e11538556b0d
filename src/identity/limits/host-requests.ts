// How much one address may ask as a host, and how often be wrong about it. Those who are right are never refused for what a
// stranger behind the same address has got wrong.
import type { Clock } from "../../clock.ts";
import { type Refusal, retryLater } from "../../protocol/refusal.ts";
import { isLoopback } from "../address.ts";
import type { Caller } from "../identity.ts";
import { WindowCounter } from "./window-counter.ts";

const minuteMs = 60_000;
/** Twenty hosts of one venue whose pages each ask twice a second for a while: nobody comes near it in earnest. */
export const hostRequestsPerMinute = 2400;
/** Codes are typed by hand, tokens by nobody. */
export const wrongHostsPerMinute = 60;

export class HostRequests {
  readonly #clock: Clock;
  readonly #asked = new WindowCounter(minuteMs);
  readonly #wrong = new WindowCounter(minuteMs);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts a request. A machine's own, and what an unbelieved proxy has passed on, are not counted: behind such an address may
   * be everybody.
   * @throws Refusal 429
   */
  asked({ address, isShared }: Caller): void {
    if (isShared || isLoopback(address)) return;
    if (this.#asked.add(address, this.#clock.now()) > hostRequestsPerMinute)
      throw retryLater("Too many requests from this address", minuteMs, "too_many");
  }

  /** Counts a code or token that is none; returns what it is answered with: `refusal`, or 429 past the limit. */
  wrong(refusal: Refusal, { address }: Caller): Refusal {
    if (this.#wrong.add(address, this.#clock.now()) <= wrongHostsPerMinute) return refusal;
    return retryLater("Too many wrong codes or tokens from this address", minuteMs, "too_many");
  }
}
