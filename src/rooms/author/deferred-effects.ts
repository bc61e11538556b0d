// What an onPublish handler asks for beside changing the state (messages, kicks, the end of the event) is done when the
// handler has returned, in the order in which it was asked for, and never when it throws.

interface Waiting {
  readonly effect: () => unknown;
  readonly drop: (() => void) | undefined;
}

export class DeferredEffects {
  readonly #onError: (error: unknown) => void;
  #waiting: Waiting[] | undefined;

  /** `onError` gets what an effect throws that had to wait. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** True while a handler runs. */
  get isHolding(): boolean {
    return this.#waiting !== undefined;
  }

  /**
   * Runs `effect` now, and returns what it returns; while a handler runs, when that has returned, or `drop` when it
   * throws: that of the last one first.
   */
  run<T>(effect: () => T, drop?: () => void): T | undefined {
    if (this.#waiting === undefined) return effect();
    this.#waiting.push({ effect, drop });
    return undefined;
  }

  /** The same for an effect that takes time. Rejects when the handler throws; that need not be caught. */
  settled<T>(effect: () => Promise<T>): Promise<T> {
    if (this.#waiting === undefined) return effect();
    const promise = new Promise<T>((resolve, reject) => {
      this.run(
        () => void effect().then(resolve, reject),
        () => reject(new Error("The handler that asked for this has thrown")),
      );
    });
    promise.catch(() => {});
    return promise;
  }

  /** Runs a synchronous handler, and then what it has asked for. @throws what the handler throws */
  hold(handler: () => void): void {
    const waiting: Waiting[] = [];
    this.#waiting = waiting;
    try {
      handler();
    } catch (error) {
      this.#waiting = undefined;
      for (const { drop } of waiting.toReversed()) drop?.();
      throw error;
    }
    this.#waiting = undefined;
    for (const { effect } of waiting) this.#attempt(effect);
  }

  #attempt(effect: () => unknown): void {
    try {
      effect();
    } catch (error) {
      this.#onError(error);
    }
  }
}
