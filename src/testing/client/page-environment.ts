// Where our client runs in a test: one page, on the test's clock and network.
import { randomBytes } from "node:crypto";
import type { Environment, Signal, SignalListener } from "../../client/platform/environment.ts";
import type { KeyValueStorage } from "../../client/types/index.ts";
import { type OwnedClock, firstInstant } from "../virtual-clock.ts";
import type { MemoryNetwork } from "./memory-network.ts";

/** What a device keeps over the pages that are loaded on it. */
export class DeviceStorage implements KeyValueStorage {
  readonly #items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

export class PageEnvironment implements Environment {
  readonly storage: KeyValueStorage;
  readonly fetch: Environment["fetch"];
  readonly #clock: OwnedClock;
  readonly #network: MemoryNetwork;
  readonly #listeners = new Set<SignalListener>();

  constructor(clock: OwnedClock, network: MemoryNetwork, storage: KeyValueStorage) {
    this.#clock = clock;
    this.#network = network;
    this.storage = storage;
    this.fetch = network.fetch;
  }

  readonly now = () => this.#clock.now() - firstInstant;
  readonly wallNow = () => this.#clock.now();
  readonly steadyNow = () => this.#clock.now();
  readonly after = (delayMs: number, run: () => void) => this.#clock.after(delayMs, run);
  readonly random = () => Math.random();
  readonly newId = () => randomBytes(16).toString("base64url");
  readonly newSecret = () => randomBytes(16).toString("base64url");
  readonly isOnline = () => this.#network.isThere;
  readonly isHidden = () => false;

  readonly listen = (listener: SignalListener) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** What the browser says. */
  signal(signal: Signal): void {
    for (const listener of this.#listeners) listener.signalled(signal);
  }

  /** One page of a device at a time: the server says which of two has the seat. */
  readonly claim = () => ({ granted: Promise.resolve(), isFromThisPage: false, release: () => {} });

  readonly report = (error: unknown) => {
    setImmediate(() => {
      throw error;
    });
  };
}
