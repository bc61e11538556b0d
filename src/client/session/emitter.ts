// Who listens to what. One listener's error neither stops the others nor reaches the one who speaks; what a listener
// causes to be told comes after what is being told, so that all hear the same in the same order.

export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();
  readonly #report: (error: unknown) => void;
  readonly #waiting: (() => void)[] = [];
  #isTelling = false;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void {
    const own = (event: Events[Type]) => listener(event); // the same function may listen twice
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    this.#waiting.push(() => this.#tell(type, event));
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let tell = this.#waiting.shift(); tell !== undefined; tell = this.#waiting.shift()) tell();
    this.#isTelling = false;
  }

  #tell<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    const listeners = Array.from(this.#listeners.get(type) ?? []); // who begins to listen now hears the next
    for (const listener of listeners) {
      try {
        (listener as (event: Events[Type]) => void)(event);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}
