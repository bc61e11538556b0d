// Why the store fails, reported once for each cause: it fails many times a second for the same one.
import type { ErrorReporter } from "./committer.ts";

/** What a store has failed of since it was last in order. Each cause is reported once. */
export class FailureCauses {
  readonly #errors: ErrorReporter;
  readonly #known = new Set<string>();

  constructor(errors: ErrorReporter) {
    this.#errors = errors;
  }

  report(error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    const isKnown = this.#known.delete(cause);
    this.#known.add(cause); // the last of them
    if (!isKnown) this.#errors.reportError("store", error);
  }

  get last(): string | undefined {
    return [...this.#known].at(-1);
  }

  clear(): void {
    this.#known.clear();
  }
}
