// How long an event without anyone, or a closed one, is remembered before its room is given back.
// It does not go while somebody's reservation waits for its socket: a second room of the same id would follow.
import type { Clock, Timer } from "../../clock.ts";

/** An event that is not ready to go when its time is over is asked again this often. */
const askAgainMs = 250;

/** The event that is remembered. Implemented by event/event. */
export interface Remembered {
  /** Nobody has a seat or a socket. */
  isEmpty(): boolean;
  /** Nothing is still to be stored, announced or closed, and no reservation waits for its socket. */
  isQuiet(): boolean;
  end(): void;
}

export interface RetentionPeriods {
  /** How long an event that somebody has been in, or that was closed, is remembered (EVENT_RETENTION_MS). */
  readonly retentionMs: number;
  /** How long a reservation waits for its socket: after this, an event that nobody has entered is asked for the first time. */
  readonly reservationMs: number;
}

export class Retention {
  readonly #clock: Clock;
  readonly #periods: RetentionPeriods;
  readonly #event: Remembered;
  #timer: Timer | undefined;
  /** Since when it has been empty, or closed and empty. */
  #since = 0;
  #isUsed = false;

  constructor(clock: Clock, periods: RetentionPeriods, event: Remembered) {
    this.#clock = clock;
    this.#periods = periods;
    this.#event = event;
  }

  /** False while nobody has ever been in the event, and it is not closed: there is nothing to remember. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Somebody comes in, or the event has been closed or restored: it is worth remembering, from now on. */
  remember(): void {
    this.#isUsed = true;
    this.stop();
    this.reconsider();
  }

  /** Call it whenever someone came or went. */
  reconsider(): void {
    if (!this.#event.isEmpty()) this.stop();
    else if (this.#timer === undefined) {
      this.#since = this.#clock.now();
      this.#wait(this.#periodMs);
    }
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  get #periodMs(): number {
    const { retentionMs, reservationMs } = this.#periods;
    return this.#isUsed ? retentionMs : reservationMs;
  }

  #wait(delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => {
      this.#timer = undefined;
      const leftMs = this.#since + this.#periodMs - this.#clock.now(); // a timer has a longest delay
      if (leftMs > 0) this.#wait(leftMs);
      else if (!this.#event.isQuiet()) this.#wait(askAgainMs);
      else this.#event.end();
    });
  }
}
