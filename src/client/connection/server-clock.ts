// What time it is at the server, from answers that say so. Pure: our own time is passed in. The sample with the
// shortest round trip counts, because half of it is the most that the offset can be wrong by; two samples that are
// further apart than that are not of one clock (the server was started again, or is another machine): the newer counts.

interface Sample {
  readonly offsetMs: number;
  readonly roundTripMs: number;
  readonly at: number;
}

/** A crystal drifts: after this a better sample is not better any more. */
const maxAgeMs = 10 * 60_000;
/** A clock that drifts, and browsers that round their time to 100 ms, part samples of one clock by as much. */
const toleranceMs = 200;
/** A correction backwards up to this is waited out; a larger one is taken at once. */
const holdMs = 250;

export class ServerClock {
  #best: Sample | undefined;
  #offsetMs: number;
  #lastShown = 0;
  #roundTripMs = 0;
  #sleptMs = 0;

  /** @param serverNow as far as the device knows before the first answer */
  constructor(now: number, serverNow: number) {
    this.#offsetMs = serverNow - now;
  }

  /** The server has said what time it is, and we have not slept since. */
  get isKnown(): boolean {
    return this.#best !== undefined;
  }

  /** The last round trip, in ms; 0 before the first. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /** An answer to what was asked at `sentAt` (NaN when that is not known: it says nothing then). */
  sample(serverTime: number, sentAt: number, now: number): void {
    const roundTripMs = now - sentAt;
    const offsetMs = serverTime + roundTripMs / 2 - now;
    if (!Number.isFinite(offsetMs)) return;
    this.#roundTripMs = roundTripMs;
    const best = this.#best;
    const isBetter = best === undefined || roundTripMs <= best.roundTripMs || now - best.at > maxAgeMs;
    if (!isBetter && isOneClock(best, offsetMs, roundTripMs)) return;
    this.#best = { offsetMs, roundTripMs, at: now };
    this.#offsetMs = offsetMs;
  }

  /** Our own time stood still for a while (sleep): the next sample counts whatever its round trip. */
  slept(ms: number): void {
    this.#best = undefined;
    this.#offsetMs += ms;
    this.#sleptMs += ms;
  }

  /** Our own time with sleep: for how long something takes, whatever any wall clock says meanwhile. */
  elapsed(now: number): number {
    return Math.round(now + this.#sleptMs);
  }

  /** Epoch ms at the server. Goes backwards only by a correction of more than 250 ms, and then only by it. */
  at(now: number): number {
    const shown = Math.round(now + this.#offsetMs);
    const isHeld = shown < this.#lastShown && this.#lastShown - shown <= holdMs;
    if (!isHeld) this.#lastShown = shown;
    return this.#lastShown;
  }
}

/** Each offset is right within half its round trip. */
function isOneClock(best: Sample, offsetMs: number, roundTripMs: number): boolean {
  return Math.abs(offsetMs - best.offsetMs) <= (roundTripMs + best.roundTripMs) / 2 + toleranceMs;
}
