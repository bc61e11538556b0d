// What time it is at the server, from answers that say so. Pure: our own time is passed in. The sample with the
// shortest round trip counts, because half of it is the most that the offset can be wrong by.

interface Sample {
  readonly offsetMs: number;
  readonly roundTripMs: number;
  readonly at: number;
}

/** A crystal drifts: after this a better sample is not better any more. */
const maxAgeMs = 10 * 60_000;
/** A correction backwards up to this is waited out; a larger one is taken at once. */
const holdMs = 250;

export class ServerClock {
  #best: Sample | undefined;
  #offsetMs: number;
  #lastTold = 0;
  #roundTripMs = 0;

  /** Until the first answer the device's own clock has to do. */
  constructor(now: number, wallNow: number) {
    this.#offsetMs = wallNow - now;
  }

  /** The last round trip, in ms; 0 before the first. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  sample(serverTime: number, sentAt: number, now: number): void {
    const roundTripMs = Math.max(0, now - sentAt);
    this.#roundTripMs = roundTripMs;
    const isBetter =
      this.#best === undefined || roundTripMs <= this.#best.roundTripMs || now - this.#best.at > maxAgeMs;
    if (!isBetter || !Number.isFinite(serverTime)) return;
    this.#best = { offsetMs: serverTime + roundTripMs / 2 - now, roundTripMs, at: now };
    this.#offsetMs = this.#best.offsetMs;
  }

  /** Our own time stood still for a while (sleep): the next sample counts whatever its round trip. */
  slept(ms: number): void {
    this.#best = undefined;
    this.#offsetMs += ms;
  }

  /** Epoch ms at the server. Goes backwards only by a correction of more than 250 ms, and then only by it. */
  at(now: number): number {
    const told = Math.round(now + this.#offsetMs);
    const isHeld = told < this.#lastTold && this.#lastTold - told <= holdMs;
    if (!isHeld) this.#lastTold = told;
    return this.#lastTold;
  }
}
