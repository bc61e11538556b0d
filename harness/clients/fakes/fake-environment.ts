// Where a client runs, as a test wants it: time that moves by hand, a chance that is seeded, a page whose signals
// are given by hand, and a storage that can refuse. Several tabs of one browser share a FakeBrowser.
import type {
  Environment,
  Signal,
  SignalListener,
  TabClaim,
  TabClaimant,
} from "../../../src/client/platform/environment.ts";
import type { KeyValueStorage } from "../../../src/client/types/index.ts";

/** A seeded chance (mulberry32): the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class FakeStorage implements KeyValueStorage {
  readonly items = new Map<string, string>();
  /** So many characters, keys included, fit in. */
  quota = Number.POSITIVE_INFINITY;
  isForbidden = false;
  writes = 0;

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    const others = [...this.items].filter(([known]) => known !== key);
    const used = others.reduce((sum, [known, kept]) => sum + known.length + kept.length, 0);
    if (this.isForbidden || used + key.length + value.length > this.quota)
      throw new DOMException("no", "QuotaExceededError");
    this.writes += 1;
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

/** One browser on one device: its tabs share storage and locks. */
export class FakeBrowser {
  readonly storage = new FakeStorage();
  readonly holders = new Map<string, TabClaimant>();
  /** Who receives the messages of other tabs. */
  readonly listeners = new Set<TabClaimant>();
  hasLocks = true;
  /** All its sessions are of one page, not each of a tab of its own. */
  isOnePage = false;
  /** Without locks: whether tabs can send to each other. */
  hasChannel = false;
}

interface Pending {
  readonly at: number;
  readonly run: () => void;
}

const steadyAheadMs = 1_800_000_000_000;

let ids = 0;

export class FakeEnvironment implements Environment {
  readonly browser: FakeBrowser;
  readonly reported: unknown[] = [];
  readonly #listeners = new Set<SignalListener>();
  readonly #pending = new Set<Pending>();
  random: () => number;
  online = true;
  hidden = false;
  #now = 5000;
  #wallAheadMs = 1_800_000_000_000;

  constructor(browser = new FakeBrowser(), seed = 1) {
    this.browser = browser;
    this.random = seeded(seed);
  }

  readonly storage: KeyValueStorage | undefined = undefined;
  readonly fetch = (): Promise<Response> => Promise.reject(new Error("no network here"));
  now = (): number => this.#now;
  wallNow = (): number => this.#now + this.#wallAheadMs;
  steadyNow = (): number => this.#now + steadyAheadMs;
  newId = (): string => `id-${++ids}`;
  newSecret = (): string => `secret-${++ids}`;
  isOnline = (): boolean => this.online;
  isHidden = (): boolean => this.hidden;
  report = (error: unknown): void => void this.reported.push(error);

  after(delayMs: number, run: () => void) {
    const pending = { at: this.#now + Math.max(0, delayMs), run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  listen(listener: SignalListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  claim = (name: string, _of: unknown, claimant: TabClaimant): TabClaim => {
    const { holders, hasLocks, hasChannel } = this.browser;
    if (hasChannel) return this.#claimByMessage(claimant);
    if (!hasLocks) return { granted: Promise.resolve(), isFromThisPage: false, release: () => {} };
    const before = holders.get(name);
    holders.set(name, claimant);
    before?.nameLost("taken");
    return {
      granted: Promise.resolve(),
      isFromThisPage: this.browser.isOnePage && before !== undefined,
      release: () => void (holders.get(name) === claimant && holders.delete(name)),
    };
  };

  /** A message is received later, by every other tab that listens then. */
  #claimByMessage(claimant: TabClaimant): TabClaim {
    const { listeners } = this.browser;
    listeners.add(claimant);
    setImmediate(() => {
      for (const other of Array.from(listeners)) if (other !== claimant) other.nameLost("claimed");
    });
    return {
      granted: Promise.resolve(),
      isFromThisPage: false,
      release: () => void listeners.delete(claimant),
    };
  }

  get listeners(): number {
    return this.#listeners.size;
  }
  get timers(): number {
    return this.#pending.size;
  }

  /** What the browser says. */
  async signal(signal: Signal): Promise<void> {
    if (signal === "online") this.online = true;
    if (signal === "offline") this.online = false;
    if (signal === "visible") this.hidden = false;
    for (const listener of Array.from(this.#listeners)) listener.signalled(signal);
    await breathe();
  }

  /** The page is gone without a word (killed, reloaded): no timer of it fires, and nobody in it listens. */
  unload(): void {
    this.#pending.clear();
    this.#listeners.clear();
  }

  /** Time passes; every timer fires when it is due. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await breathe();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      await this.#fire(next);
    }
    this.#now = end;
    await breathe();
  }

  /** The page stands still (sleep, a stall): what was due fires late, all at once. */
  async stall(ms: number, { isSleep = false } = {}): Promise<void> {
    if (isSleep) this.#wallAheadMs += ms;
    else this.#now += ms;
    await this.advance(0);
  }

  /** Somebody, or the network, sets the device's clock. */
  setClock(byMs: number): void {
    this.#wallAheadMs += byMs;
  }

  /** A hidden tab: timers fire only every `everyMs`. */
  async throttled(ms: number, everyMs: number): Promise<void> {
    const end = this.#now + ms;
    while (this.#now < end) {
      this.#now = Math.min(end, this.#now + everyMs);
      const due = [...this.#pending].filter(({ at }) => at <= this.#now).toSorted((a, b) => a.at - b.at);
      for (const pending of due) if (this.#pending.has(pending)) await this.#fire(pending);
    }
  }

  #next(): Pending | undefined {
    return [...this.#pending].toSorted((a, b) => a.at - b.at)[0];
  }

  async #fire(pending: Pending): Promise<void> {
    this.#pending.delete(pending);
    pending.run();
    await breathe();
  }
}

/** Lets every promise that can settle settle. */
export async function breathe(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
