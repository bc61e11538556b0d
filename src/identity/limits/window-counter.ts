// Counts events per key in fixed windows, with a bound on the keys it remembers: a stranger cannot fill our memory.

export class WindowCounter {
  readonly #windowMs: number;
  readonly #maxKeys: number;
  readonly #windows = new Map<string, { count: number; readonly endsAt: number }>();

  constructor(windowMs: number, maxKeys = 50_000) {
    this.#windowMs = windowMs;
    this.#maxKeys = maxKeys;
  }

  /** How many were counted for `key` in its current window. */
  get(key: string, now: number): number {
    const window = this.#windows.get(key);
    return window === undefined || window.endsAt <= now ? 0 : window.count;
  }

  /** Counts one, and returns how many that makes. */
  add(key: string, now: number): number {
    const window = this.#windows.get(key);
    if (window !== undefined && window.endsAt > now) return ++window.count;
    this.#windows.delete(key);
    this.#forgetOldest(now);
    this.#windows.set(key, { count: 1, endsAt: now + this.#windowMs });
    return 1;
  }

  /** One that was counted in this window has come to nothing; without any, nothing happens. */
  takeBack(key: string, now: number): void {
    const window = this.#windows.get(key);
    if (window !== undefined && window.endsAt > now && window.count > 0) window.count -= 1;
  }

  /** Windows all last equally long, so the map's order of insertion is the order in which they end. */
  #forgetOldest(now: number): void {
    for (const [key, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size < this.#maxKeys) return;
      this.#windows.delete(key);
    }
  }
}
