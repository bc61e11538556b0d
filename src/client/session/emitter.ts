// Who listens to what. One listener's error neither stops the others nor reaches the emitting code; what a listener
// causes to be emitted comes after what is being emitted, so that all receive the same in the same order. Never keeps an event.

/** Takes the errors of listeners. Implemented by client/platform/environment. */
export interface ErrorReporter {
  report(error: unknown): void;
}

export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();
  readonly #errors: ErrorReporter;
  readonly #waiting: (() => void)[] = [];
  #isEmitting = false;

  constructor(errors: ErrorReporter) {
    this.#errors = errors;
  }

  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void {
    const own = (event: Events[Type]) => listener(event); // the same function may listen twice
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(own);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(type) === listeners) this.#listeners.delete(type);
    };
  }

  /** Whether anybody listens to it. */
  hasListeners(type: keyof Events): boolean {
    return this.#listeners.has(type);
  }

  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    this.#take(() => this.#deliver(type, event));
  }

  /** Nobody who listens now is called any more, once all that was emitted before has been delivered. */
  end(): void {
    this.#take(() => this.#listeners.clear());
  }

  #take(step: () => void): void {
    this.#waiting.push(step);
    if (this.#isEmitting) return;
    this.#isEmitting = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
    this.#isEmitting = false;
  }

  #deliver<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    const listeners = Array.from(this.#listeners.get(type) ?? []); // who begins to listen now receives the next
    for (const listener of listeners) {
      try {
        (listener as (event: Events[Type]) => void)(event);
      } catch (error) {
        this.#errors.report(error);
      }
    }
  }
}
