// Storage that cannot throw: what cannot be written (private mode, quota) is kept in memory, or said to have failed.
import type { KeyValueStorage } from "./types.ts";

export class Shelf {
  readonly #storage: KeyValueStorage | undefined;
  readonly #memory = new Map<string, string>();

  constructor(storage: KeyValueStorage | undefined) {
    this.#storage = storage !== undefined && isWritable(storage) ? storage : readOnly(storage);
  }

  get(key: string): string | null {
    const kept = this.#memory.get(key);
    if (kept !== undefined) return kept;
    try {
      return this.#storage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  /** False when there is no room for it: nothing is changed then. */
  put(key: string, value: string): boolean {
    if (this.#storage === undefined) {
      this.#memory.set(key, value);
      return true;
    }
    try {
      this.#storage.setItem(key, value);
      this.#memory.delete(key);
      return true;
    } catch {
      return false;
    }
  }

  /** Keeps it in memory if need be. */
  keep(key: string, value: string): void {
    if (!this.put(key, value)) this.#memory.set(key, value);
  }

  remove(key: string): void {
    this.#memory.delete(key);
    try {
      this.#storage?.removeItem(key);
    } catch {
      // what cannot be removed is found again, and known by its number
    }
  }
}

/** Some browsers have a storage that refuses every write. */
function isWritable(storage: KeyValueStorage): boolean {
  const key = "holdfast:writable";
  try {
    storage.setItem(key, "1");
    storage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}

/** What a full or locked storage still has can be read; writes go to memory from the start. */
function readOnly(storage: KeyValueStorage | undefined): KeyValueStorage | undefined {
  if (storage === undefined) return undefined;
  const written = new Map<string, string | null>();
  return {
    getItem: (key) => (written.has(key) ? (written.get(key) ?? null) : storage.getItem(key)),
    setItem: (key, value) => void written.set(key, value),
    removeItem: (key) => void written.set(key, null),
  };
}
