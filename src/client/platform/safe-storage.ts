// The application's or the browser's storage, made safe: it never throws. What cannot be written (private mode, quota)
// is kept in memory, or reported as not written. Never decides what is kept.
import type { KeyValueStorage } from "../types/index.ts";

export class SafeStorage {
  readonly #storage: KeyValueStorage | undefined;
  /** What a full or locked storage still has can be read; writes go to memory from the start. */
  readonly #isWritable: boolean;
  /** Null: removed, from a storage that does not forget it. */
  readonly #memory = new Map<string, string | null>();

  constructor(storage: KeyValueStorage | undefined) {
    this.#storage = storage;
    this.#isWritable = storage !== undefined && isWritable(storage);
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
    if (this.#isWritable) {
      try {
        this.#storage?.setItem(key, value);
        this.#memory.delete(key);
      } catch {
        return false;
      }
    } else this.#memory.set(key, value);
    return true;
  }

  /** Keeps it in memory if need be. */
  keep(key: string, value: string): void {
    if (!this.put(key, value)) this.#memory.set(key, value);
  }

  remove(key: string): void {
    this.#memory.delete(key);
    if (!this.#isWritable) this.#memory.set(key, null);
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
