// A bad network, simulated in the page: the state (light, dark, or a cut now) that its sockets and requests obey.
// Knows nothing of the client: it stands where the browser's network would, and lies the way a real one does.

/** What it needs of the world; tests give a virtual one. */
export interface Timers {
  now(): number;
  /** Runs `task` after `delayMs`; returns what cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

/** Something that the network carries: it learns when it goes dark or light, and when it is cut. */
export interface Carried {
  darkened(): void;
  lit(): void;
  cut(): void;
}

/** A real server finds a path dead by its pings after 6 to 9 s; a page cannot swallow pongs, so it lets go then. */
export const serverNoticesMs = 7500;
/** A browser whose close is not answered gives up on the answer after this long. */
export const closeTimeoutMs = 2000;

export class BadNetwork {
  readonly timers: Timers;
  readonly #carried = new Set<Carried>();
  readonly #listeners = new Set<() => void>();
  /** 0 when it is light. */
  #lightAt = 0;
  #cancel: () => void = () => {};

  constructor(timers: Timers) {
    this.timers = timers;
  }

  get isDark(): boolean {
    return this.#lightAt > 0;
  }

  /** When it gets light by itself, in this network's time; 0 when it is light. */
  get darkUntil(): number {
    return this.#lightAt;
  }

  /** A black hole for `lengthMs`: nothing comes, nothing goes, and nobody learns it. Replaces one that goes on. */
  goDark(lengthMs: number): void {
    this.#cancel();
    const wasDark = this.isDark;
    this.#lightAt = this.timers.now() + lengthMs;
    this.#cancel = this.timers.after(lengthMs, () => this.heal());
    if (!wasDark) for (const carried of Array.from(this.#carried)) carried.darkened();
    this.#notify();
  }

  /** It is light again: what waited is delivered, late and in order, as TCP would. */
  heal(): void {
    this.#cancel();
    if (!this.isDark) return;
    this.#lightAt = 0;
    for (const carried of Array.from(this.#carried)) carried.lit();
    this.#notify();
  }

  /** Every socket is reset now; new ones are possible at once. */
  cut(): void {
    for (const carried of Array.from(this.#carried)) carried.cut();
  }

  carry(carried: Carried): void {
    this.#carried.add(carried);
  }

  letGo(carried: Carried): void {
    this.#carried.delete(carried);
  }

  /** Calls `listener` at every change between light and dark; returns what stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `fetch` over this network: in the dark neither the request nor the answer gets through. */
  fetchOver(real: typeof fetch): typeof fetch {
    return async (input, init) => {
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      await this.#light(signal);
      const answer = await real(input, init);
      await this.#light(signal);
      return answer;
    };
  }

  #light(signal: AbortSignal | null | undefined): Promise<void> {
    if (!this.isDark) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => () => {
        stop();
        signal?.removeEventListener("abort", aborted);
        settle();
      };
      const stop = this.onChange(() => !this.isDark && done(resolve)());
      const aborted = done(() => reject(signal?.reason));
      if (signal?.aborted) aborted();
      else signal?.addEventListener("abort", aborted);
    });
  }

  #notify(): void {
    for (const listener of Array.from(this.#listeners)) listener();
  }
}
