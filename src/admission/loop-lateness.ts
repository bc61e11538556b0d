// How late the event loop is: ten timers a second, each compared with when it was due. On the real clock, whatever the
// rooms' is: it is the process that is measured.

const everyMs = 100;

/** Hears how late each timer was, in ms. JoinQueue implements it. */
export interface LatenessListener {
  sampled(lateMs: number): void;
}

export class LoopLateness {
  readonly #listener: LatenessListener;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: LatenessListener) {
    this.#listener = listener;
  }

  start(): void {
    const dueAt = performance.now() + everyMs;
    this.#timer = setTimeout(() => {
      this.#listener.sampled(performance.now() - dueAt);
      this.start();
    }, everyMs).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
