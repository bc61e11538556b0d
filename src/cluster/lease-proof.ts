// May this process still speak for its events? A proof that needs nobody's answer: it was renewed so recently that
// nobody can have taken anything from it. Pure: time is an argument.

/** Clocks of two machines do not run at quite the same speed, and a word takes time to be said. */
const marginPart = 0.1;

export class LeaseProof {
  readonly #leaseMs: number;
  #until = Number.NEGATIVE_INFINITY;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** A renewal that was sent at this instant has been confirmed: Redis counts from a later one. */
  renewed(sentAt: number): void {
    this.#until = Math.max(this.#until, sentAt + this.#leaseMs * (1 - marginPart));
  }

  /** What was confirmed may be worth nothing any more. */
  doubted(): void {
    this.#until = Number.NEGATIVE_INFINITY;
  }

  /** Claims may be made on what this process owns from some later instant on. */
  holds(now: number): boolean {
    return now < this.#until;
  }
}
