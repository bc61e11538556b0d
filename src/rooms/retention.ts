// How long an event without anyone, or a closed one, is remembered before its room is given back.
// It must not go while anyone who was admitted may still be on the way: a second room of the same id would follow.
import type { Clock, Timer } from "../clock.ts";

const askAgainMs = 1000;

export interface Remembered {
  /** Nobody has a seat or a socket. */
  isEmpty(): boolean;
  /** Nothing is still to be stored, told or closed. */
  isQuiet(): boolean;
  end(): void;
}

export interface RetentionPeriods {
  readonly retentionMs: number;
  /** Nobody who was admitted can still be on the way after this. */
  readonly admissionWindowMs: number;
}

export class Retention {
  readonly #clock: Clock;
  readonly #periods: RetentionPeriods;
  readonly #event: Remembered;
  #timer: Timer | undefined;
  #lastAdmittedAt: number;

  constructor(clock: Clock, periods: RetentionPeriods, event: Remembered) {
    this.#clock = clock;
    this.#periods = periods;
    this.#event = event;
    this.#lastAdmittedAt = clock.now(); // whoever made the room come to be is on the way
  }

  admitted(): void {
    this.#lastAdmittedAt = this.#clock.now();
  }

  /** Call it whenever someone came or went. */
  reconsider(): void {
    if (!this.#event.isEmpty()) this.stop();
    else this.#timer ??= this.#after(this.#periods.retentionMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #after(delayMs: number): Timer {
    return this.#clock.after(delayMs, () => {
      this.#timer = undefined;
      const waitMs = this.#lastAdmittedAt + this.#periods.admissionWindowMs - this.#clock.now();
      if (!this.#event.isQuiet()) this.#timer = this.#after(askAgainMs);
      else if (waitMs > 0) this.#timer = this.#after(waitMs);
      else this.#event.end();
    });
  }
}
