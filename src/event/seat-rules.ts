// Who may have a seat in an event that is open: asked before a socket exists, and again when it is there. Changes nothing.
import type { Claim } from "../identity/identity.ts";
import type { SeatProofs } from "../identity/seat-proofs.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { Roster } from "../seats/roster.ts";
import type { HeldSeat } from "../seats/seat.ts";
import type { Details } from "./details/details.ts";
import type { RoomShell } from "./ports.ts";

export class SeatRules {
  readonly #roster: Roster;
  readonly #proofs: Pick<SeatProofs, "proveReturn">;
  readonly #room: Pick<RoomShell, "locked">;
  readonly #details: Pick<Details, "isLocked" | "capacity" | "mayJoin">;

  /** @param details what its host has said; its room's author may lock it, too */
  constructor(
    roster: Roster,
    proofs: Pick<SeatProofs, "proveReturn">,
    room: Pick<RoomShell, "locked">,
    details: Pick<Details, "isLocked" | "capacity" | "mayJoin">,
  ) {
    this.#roster = roster;
    this.#proofs = proofs;
    this.#room = room;
    this.#details = details;
  }

  /**
   * The seat that this claim returns to; undefined for one that takes a new seat, and for an observer.
   * @throws Refusal 401 or 403 when a return is not proved, 403 for a kicked device and for a name that is not on the list, 409 where no new seat is to be had
   */
  check(claim: Claim, address: string): HeldSeat | undefined {
    if (claim.role === "observer") return undefined;
    const { deviceId } = claim;
    if (this.#roster.isKicked(deviceId))
      throw new Refusal(403, "This device was removed from the event", { reason: "kicked" });
    const seat = this.#roster.get(deviceId);
    if (seat !== undefined) this.#proofs.proveReturn(claim, seat, address);
    else this.#checkNew(claim.displayName);
    return seat;
  }

  /** A return is never refused for these. */
  #checkNew(displayName: string | null): void {
    const { isLocked, capacity } = this.#details;
    if (isLocked || this.#room.locked)
      throw new Refusal(409, "The event takes no new participants now", { reason: "locked" });
    if (!this.#details.mayJoin(displayName))
      throw new Refusal(403, "This name is not on the list of this event", { reason: "not_listed" });
    if (this.#roster.size >= capacity) throw new Refusal(409, "The event is full", { reason: "full" });
  }
}
