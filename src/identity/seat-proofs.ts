// Proofs that a seat belongs to whoever asks for it: the one place where a claim is made of a join and where a return is
// proven. Counts the wrong ones, for the seat and for the address [A4], whether they were wrong for a seat or in general.
import type { Clock } from "../clock.ts";
import { roomIdOf, seatKeyOf } from "../protocol/event-key.ts";
import type { JoinRequest } from "../protocol/incoming/join-options.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { HeldSeat } from "../seats/seat.ts";
import type { Caller, Claim, Identity, ParticipantClaim } from "./identity.ts";
import { WrongProofs } from "./limits/wrong-proofs.ts";

export class SeatProofs {
  readonly #identity: Identity;
  readonly #clock: Clock;
  readonly #wrong = new WrongProofs();

  constructor(identity: Identity, clock: Clock) {
    this.#identity = identity;
    this.#clock = clock;
  }

  /**
   * What a join says of itself, as far as that can be checked without a seat.
   * @throws Refusal 401, 403 or 503 (`Identity.claim`); 429 after too many wrong ones
   */
  async claim(request: JoinRequest, caller: Caller): Promise<Claim> {
    try {
      return await this.#identity.claim(request, caller);
    } catch (error) {
      if (!(error instanceof Refusal) || request.role === "observer") throw error;
      if (error.code !== 401 && error.code !== 403) throw error;
      throw this.#counted(error, request, caller.address);
    }
  }

  /** [A1-A5] @throws Refusal when the claim does not prove that this seat is its own; 429 after too many wrong ones */
  proveReturn(claim: ParticipantClaim, seat: HeldSeat, address: string): void {
    const refusal = this.#identity.whyNot(claim, seat);
    if (refusal !== undefined) throw this.#counted(refusal, claim, address);
  }

  /** What a new seat keeps, to be proven on every return by join. */
  proofOf(claim: ParticipantClaim): string {
    return this.#identity.proofOf(claim);
  }

  #counted(refusal: Refusal, seat: { eventId: string; deviceId: string }, address: string): Refusal {
    const seatKey = seatKeyOf(roomIdOf(seat.eventId), seat.deviceId);
    return this.#wrong.answer(refusal, seatKey, address, this.#clock.now());
  }
}
