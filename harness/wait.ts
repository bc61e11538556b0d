// Waiting for a condition with a bound: the only way in which tests wait.

export const now = (): number => performance.timeOrigin + performance.now();

/** For how long a condition is waited for: far longer than it takes. What a rule bounds, its test asserts itself. */
export const longWaitMs = 10_000;

/**
 * Resolves with the first value of `read` that is neither undefined, null nor false. `what` names it in the error; as a
 * function it is asked when the wait is over. `everyMs`: between two reads. @throws after `withinMs`.
 */
export async function until<Value>(
  what: string | (() => string),
  read: () => Value | undefined | null | false | Promise<Value | undefined | null | false>,
  withinMs = longWaitMs,
  everyMs = 5,
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline)
      throw new Error(`not within ${withinMs} ms: ${typeof what === "string" ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Lets real time pass where the point is that nothing happens in it. */
export const quiet = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What `task` resolves with. @throws after `limitMs`, having called `onHang`. */
export async function within<Value>(
  limitMs: number,
  task: Promise<Value>,
  onHang: () => void = () => {},
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onHang();
      reject(new Error(`not within ${limitMs} ms`));
    }, limitMs);
  });
  return Promise.race([task, limit]).finally(() => clearTimeout(timer));
}

/**
 * How long this machine kept this process from running since it was made, in ms: the lateness of a timer that should
 * fire every 5 ms, where it is more than 20 ms. A bound that a rule names is asserted as written, of the time that is left when
 * this is taken off: processes that share the machine stand still together. Call `stop()` in the end.
 */
export class Standstill {
  ms = 0;
  #lastAt = performance.now();
  readonly #timer = setInterval(() => {
    const at = performance.now();
    const lateMs = at - this.#lastAt - 5;
    if (lateMs > 20) this.ms += lateMs;
    this.#lastAt = at;
  }, 5);

  stop(): void {
    clearInterval(this.#timer);
  }
}
