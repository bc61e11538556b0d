// Who may have a seat in an event that is open: asked before a socket exists, and again when it is there. Changes nothing.
import type { Claim } from "../identity/identity.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Roster } from "../seats/roster.ts";
import type { HeldSeat } from "../seats/seat.ts";
import type { RoomContext } from "./context.ts";

/** What a room author says of new seats, by Colyseus's names; asked whenever somebody wants one. EventRoom is one. */
export interface NewSeatPolicy {
  /** `lock()`: no new seats for now. */
  readonly locked: boolean;
  /** How many seats there may be, held ones included; Infinity is without a limit. */
  readonly maxClients: number;
}

export class SeatRules {
  readonly #context: RoomContext;
  readonly #roster: Roster;
  readonly #policy: NewSeatPolicy;

  constructor(context: RoomContext, roster: Roster, policy: NewSeatPolicy) {
    this.#context = context;
    this.#roster = roster;
    this.#policy = policy;
  }

  /**
   * The seat that this claim returns to; undefined for one that takes a new seat, and for an observer.
   * @throws Refusal 401 or 403 when a return is not proved, 403 for a kicked device, 409 where no new seat is to be had
   */
  check(claim: Claim, address: string): HeldSeat | undefined {
    if (claim.role === "observer") return undefined;
    const { deviceId } = claim;
    if (this.#roster.isKicked(deviceId))
      throw new Refusal(403, "This device was removed from the event", { reason: "kicked" });
    const seat = this.#roster.get(deviceId);
    if (seat !== undefined) this.#context.proofs.proveReturn(claim, seat, address);
    else this.#checkNew();
    return seat;
  }

  /** A return is never refused for these. */
  #checkNew(): void {
    const { locked, maxClients } = this.#policy;
    if (locked) throw new Refusal(409, "The event takes no new participants now", { reason: "locked" });
    if (this.#roster.size >= Math.min(maxClients, this.#context.config.maxParticipants))
      throw new Refusal(409, "The event is full", { reason: "full" });
  }
}
