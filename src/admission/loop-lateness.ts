// How late the event loop is: ten timers a second, each compared with when it was due. On the real clock, whatever the
// rooms' is: it is the process that is measured.

const everyMs = 100;

export class LoopLateness {
  readonly #hear: (lateMs: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `hear` is told how late each was, in ms. */
  constructor(hear: (lateMs: number) => void) {
    this.#hear = hear;
  }

  start(): void {
    const dueAt = performance.now() + everyMs;
    this.#timer = setTimeout(() => {
      this.#hear(performance.now() - dueAt);
      this.start();
    }, everyMs).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
