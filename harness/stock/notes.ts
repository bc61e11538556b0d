// What rooms saw, by the key that a check gave them: read over HTTP, because a check is a client.

class Notes {
  readonly #byKey = new Map<string, unknown[]>();

  /** Keeps a line for `key`; without a key nothing. */
  add(key: unknown, ...line: unknown[]): void {
    if (typeof key !== "string" || key === "") return;
    const lines = this.#byKey.get(key) ?? [];
    lines.push(line);
    this.#byKey.set(key, lines);
  }

  of(key: string): unknown[] {
    return this.#byKey.get(key) ?? [];
  }
}

export const notes = new Notes();
