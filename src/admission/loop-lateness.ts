// How late the event loop is: ten timers a second, each compared with when it was due.
import { type Clock, instantOf, type Timer } from "../clock.ts";

const everyMs = 100;

/** Hears how late each timer was, in ms. JoinQueue implements it. */
export interface LatenessListener {
  sampled(lateMs: number): void;
}

export class LoopLateness {
  readonly #listener: LatenessListener;
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(listener: LatenessListener, clock: Clock) {
    this.#listener = listener;
    this.#clock = clock;
  }

  start(): void {
    const dueAt = instantOf(this.#clock) + everyMs;
    this.#timer = this.#clock.after(everyMs, () => {
      this.#listener.sampled(instantOf(this.#clock) - dueAt);
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
