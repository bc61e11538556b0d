/** What a store has failed of since it was last in order. Each cause is reported once. */
export class Causes {
  readonly #onTrouble: (error: unknown) => void;
  readonly #known = new Set<string>();

  constructor(onTrouble: (error: unknown) => void) {
    this.#onTrouble = onTrouble;
  }

  report(error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    const isKnown = this.#known.delete(cause);
    this.#known.add(cause); // the last of them
    if (!isKnown) this.#onTrouble(error);
  }

  get last(): string | undefined {
    return [...this.#known].at(-1);
  }

  clear(): void {
    this.#known.clear();
  }
}
