// Of the returns of one seat, which one counts: a seat is one place, however many requests ask for it. The newest proven
// one waits; a seat that has just been let in comes in again a moment later. Pure: instants are arguments.

/**
 * A seat is let back in once in this time. A phone that is cut again right after it came back waits for no more than
 * this; one that asks without end takes no more than one turn of the rate a second from everyone else.
 */
export const seatSpacingMs = 1000;

export class SeatTurns<W> {
  readonly #waiting = new Map<string, W>();
  /** In the order of their instants: the oldest first. */
  readonly #enteredAt = new Map<string, number>();

  /** When this seat may be let in again. */
  readyAt(seat: string): number {
    return (this.#enteredAt.get(seat) ?? Number.NEGATIVE_INFINITY) + seatSpacingMs;
  }

  /** This one waits for the seat now. Returns the one that did before. */
  waits(seat: string, waiter: W): W | undefined {
    const before = this.#waiting.get(seat);
    this.#waiting.set(seat, waiter);
    return before;
  }

  /** This one does not wait any more. */
  stops(seat: string, waiter: W): void {
    if (this.#waiting.get(seat) === waiter) this.#waiting.delete(seat);
  }

  /** The seat has been let in at `now`. Remembers no more seats than can be in `seatSpacingMs`. */
  entered(seat: string, now: number): void {
    this.#enteredAt.delete(seat);
    this.#enteredAt.set(seat, now);
    for (const [old, at] of this.#enteredAt) {
      if (at + seatSpacingMs > now) return;
      this.#enteredAt.delete(old);
    }
  }
}
