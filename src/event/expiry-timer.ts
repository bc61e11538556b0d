// One timer for each event, set to the roster's next deadline. Judges nobody before what has arrived is read:
// Node runs timers before I/O, so after a stall a return that waits in the kernel must be read first.
import { type Clock, maxDelayMs, type Timer } from "../clock.ts";

/** A timer that fires this late was held up by the event loop. */
const stallMs = 250;
/** After a stall: long enough to accept a socket, read its upgrade or its join, and verify a token. */
const settleMs = 150;

/** A settling that began longer ago belongs to another stall. */
const staleMs = 2000;

/** Whose deadlines it keeps. Implemented by event/event, and event/timers/event-timers. */
export interface Expiring {
  /** Decides everything whose time has come by `now`, and sets the timer again. */
  expire(now: number): void;
}

export class ExpiryTimer {
  readonly #clock: Clock;
  readonly #event: Expiring;
  #timer: Timer | undefined;
  #at: number | null = null;
  /** When the stall was found that we are settling after. */
  #settlingSince: number | undefined;

  constructor(clock: Clock, event: Expiring) {
    this.#clock = clock;
    this.#event = event;
  }

  /** Sets the timer to `at`, or to nothing. Costs nothing when it is set to that already. */
  set(at: number | null): void {
    if (at === this.#at) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#at = at;
    if (at === null) return;
    const delayMs = Math.min(maxDelayMs, at - this.#clock.now());
    this.#timer = this.#clock.after(delayMs, () => this.#fire(at));
  }

  #fire(at: number): void {
    const now = this.#clock.now();
    if (now < at) {
      this.#at = null;
      this.set(at);
      return;
    }
    if (now - at > stallMs) {
      const isNewStall = this.#settlingSince === undefined || now - this.#settlingSince > staleMs;
      if (isNewStall) this.#settlingSince = now;
      const leftMs = (this.#settlingSince ?? now) + settleMs - now;
      if (leftMs > 0) {
        this.#timer = this.#clock.after(leftMs, () => this.#fire(at));
        return;
      }
    }
    setImmediate(() => this.#decide(at));
  }

  #decide(at: number): void {
    if (this.#at !== at) return; // what was read meanwhile moved the deadline
    this.#at = null;
    this.#settlingSince = undefined;
    this.#event.expire(this.#clock.now());
  }
}
