// Time as a port: everything with a deadline takes its instants and timers from here, so tests can own them.
// Instants are epoch milliseconds that never jump: read once from the wall clock at start, then monotonic.

/** What `Clock.after` returns. */
export interface Timer {
  /** Takes the call back; nothing happens when it was made already, or cancelled. */
  cancel(): void;
}

/** Where a server takes its instants and timers from: `systemClock`, or one that a test moves. */
export interface Clock {
  /** Epoch milliseconds, monotonic: a wall clock that jumps changes nothing [L5]. */
  now(): number;
  /** Calls `run` once, `delayMs` from now. The timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
  /**
   * Milliseconds with fractions that only rise, from whatever beginning, to measure how long work takes. Where it is left
   * out, `now` does that, in whole milliseconds.
   */
  precise?(): number;
}

/** What to measure from how long something takes, in ms: differences alone mean something. */
export const instantOf = (clock: Clock): number => clock.precise?.() ?? clock.now();

/** setTimeout overflows to 1 ms beyond 2^31 - 1; a longer wait is asked for again when it comes. */
export const maxDelayMs = 2 ** 31 - 1;

/** The clock of this machine, read once from the wall and monotonic from then on. */
export const systemClock: Clock = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  precise: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(maxDelayMs, Math.max(0, delayMs)));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
