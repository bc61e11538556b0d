// Work for many, in slices of the event loop's time: with thousands of clients one turn would hold up everyone else's
// frames for as long as all the writes take. While the work may not go on, it is asked again now and then.

import { type Clock, instantOf, type Timer } from "../clock.ts";

/** A slice is this long; between two, whatever has arrived is read. */
const sliceMs = 10;
/** When that took so long (a thousand sockets end at once), a short one is enough: everyone else waits for both. */
const [longTurnMs, shortSliceMs] = [50, 5];
/** While the work is held up, it is asked this often whether it may go on. */
const pauseMs = 20;

/** Nothing is left; there was no time for more; or what is left may not be done now. */
export type Progress = "done" | "more" | "heldUp";

/** What is done in slices. Implemented by sync/write-queue, and event/timers/event-timers. */
export interface SlicedWork {
  /** Works until `until` (by `instantOf` the clock), or a little longer. */
  advance(until: number): Progress;
}

export class Slices {
  readonly #work: SlicedWork;
  #immediate: NodeJS.Immediate | undefined;
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(work: SlicedWork, clock: Clock) {
    this.#work = work;
    this.#clock = clock;
  }

  /** Begins at once; `usedMs` of this slice have been used for the same work already. */
  begin(usedMs = 0): void {
    this.#slice(sliceMs - usedMs);
  }

  /** The work is held up: it is asked in a moment, and from then on, whether it may go on. */
  beginLater(): void {
    if (this.#immediate !== undefined) return;
    this.#timer ??= this.#clock.after(pauseMs, () => {
      this.#timer = undefined;
      this.#slice(sliceMs);
    });
  }

  stop(): void {
    clearImmediate(this.#immediate);
    this.#timer?.cancel();
    this.#immediate = this.#timer = undefined;
  }

  #slice(ms: number): void {
    const progress = this.#work.advance(instantOf(this.#clock) + ms);
    if (progress === "heldUp") this.beginLater();
    if (progress !== "more" || this.#immediate !== undefined) return;
    const endedAt = instantOf(this.#clock);
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined;
      this.#slice(instantOf(this.#clock) - endedAt > longTurnMs ? shortSliceMs : sliceMs);
    });
  }
}
