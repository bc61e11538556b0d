// Wrong proofs are limited per seat and per address [A4].
// Only wrong ones are ever refused by it: a stranger who guesses, even from the owner's own network,
// must not be able to lock the owner out of the seat while its grace runs.
import { type Refusal, retryLater } from "../../protocol/refusal.ts";
import { WindowCounter } from "./window-counter.ts";

const windowMs = 60_000;
export const wrongProofsPerSeat = 5;
/** High enough for a venue behind one address. */
export const wrongProofsPerAddress = 300;

export class WrongProofs {
  readonly #seats = new WindowCounter(windowMs);
  readonly #addresses = new WindowCounter(windowMs);

  /** Counts a wrong proof and returns the answer to it: the refusal it deserves, or 429 past the limit. */
  answer(refusal: Refusal, seatKey: string, address: string, now: number): Refusal {
    const forSeat = this.#seats.add(seatKey, now);
    const fromAddress = this.#addresses.add(address, now);
    if (forSeat <= wrongProofsPerSeat && fromAddress <= wrongProofsPerAddress) return refusal;
    return retryLater("Too many wrong session tokens", windowMs, "too_many");
  }
}
