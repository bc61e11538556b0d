// How many new seats an address may take in a minute [J10]. A claim counts once, however often it is asked about: by
// admission, by the room that has come into being meanwhile, by the matchmaker that tries again. A proxy's own address
// counts for nobody: everyone would share it.
import type { Clock } from "../../clock.ts";
import { retryLater } from "../../protocol/refusal.ts";
import type { Caller, Claim } from "../identity.ts";
import { WindowCounter } from "./window-counter.ts";

const minuteMs = 60_000;

export class NewSeats {
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #counts = new WindowCounter(minuteMs);
  readonly #counted = new WeakSet<Claim>();

  /** `perMinute` seats for each address; 0 is no limit. */
  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** Counts a seat that is about to be taken against its address. @throws Refusal 429 */
  take(claim: Claim, { address, isShared }: Caller): void {
    if (this.#perMinute === 0 || isShared || claim.role !== "participant" || this.#counted.has(claim)) return;
    this.#counted.add(claim);
    if (this.#counts.add(address, this.#clock.now()) > this.#perMinute)
      throw retryLater("Too many new seats from this address", minuteMs, "too_many");
  }

  /** What was counted has come to nothing. */
  giveBack(claim: Claim, { address }: Caller): void {
    if (this.#counted.delete(claim)) this.#counts.takeBack(address, this.#clock.now());
  }
}
