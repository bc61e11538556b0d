// Everything that the client takes from where it runs: time, chance, storage, the network's and the page's signals,
// the other tabs. The only file of the client that reads a global; tests put a fake in its place. Decides nothing.
import { deferred } from "../session/deferred.ts";
import type { KeyValueStorage } from "../session/types.ts";

export interface Timer {
  cancel(): void;
}

/**
 * - `online`, `offline`: what the browser believes of the network
 * - `visible`: a person can see the page again
 * - `suspended`: the page is being left, and may come back from the back/forward cache; `restored`: it did
 */
export type Signal = "online" | "offline" | "visible" | "suspended" | "restored";

/** `taken`: another tab or session has the name now. `claimed`: another says that it has; perhaps at the moment that we did. */
export type Loss = "taken" | "claimed";

export interface TabClaim {
  /** Resolves when whoever had the name knows; at once where tabs cannot speak to each other. */
  readonly granted: Promise<void>;
  release(): void;
}

export interface Environment {
  /** Milliseconds that only rise; where they began says nothing. */
  now(): number;
  /** Epoch milliseconds of the device's own clock, which may jump. */
  wallNow(): number;
  /** Calls `run` once, `delayMs` from now or later. */
  after(delayMs: number, run: () => void): Timer;
  /** 0 up to, not including, 1. */
  random(): number;
  /** 128 random bits as 22 URL-safe characters. */
  newId(): string;
  /** Undefined where nothing outlives the page. */
  readonly storage: KeyValueStorage | undefined;
  readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** False only when it is sure that there is no network. */
  isOnline(): boolean;
  isHidden(): boolean;
  listen(heard: (signal: Signal) => void): () => void;
  /**
   * Takes `name` from whatever other tab of this browser, or other session `of` the same in this page, has it; `lost` is
   * called when yet another takes it.
   */
  claim(name: string, of: unknown, lost: (how: Loss) => void): TabClaim;
  /** An error of the application's own listener: nobody here can answer it, and it must not be swallowed. */
  report(error: unknown): void;
}

const maxDelayMs = 2 ** 31 - 1;

/** The browser's (or Node's) own, with whatever exists there. */
export function systemEnvironment(): Environment {
  return {
    now: () => performance.now(),
    wallNow: () => Date.now(),
    after(delayMs, run) {
      const timer = setTimeout(run, Math.min(maxDelayMs, delayMs));
      return { cancel: () => clearTimeout(timer) };
    },
    random: () => Math.random(),
    newId,
    storage: localStorageIfAny(),
    fetch: (url, init) => fetch(url, init),
    isOnline: () => typeof document === "undefined" || navigator.onLine !== false,
    isHidden: () => typeof document !== "undefined" && document.visibilityState === "hidden",
    listen,
    claim,
    report: (error) => {
      setTimeout(() => {
        throw error;
      }, 0);
    },
  };
}

/** @throws Error where there is no source of random numbers: a guess must not be anybody's proof. */
function newId(): string {
  if (globalThis.crypto === undefined)
    throw new Error(
      "holdfast/client needs crypto.getRandomValues, which is missing here: load a polyfill first",
    );
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Merely naming it throws where cookies are blocked; Node has one that is nobody's (and warns). */
function localStorageIfAny(): KeyValueStorage | undefined {
  if (typeof document === "undefined") return undefined;
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

function listen(heard: (signal: Signal) => void): () => void {
  if (typeof window === "undefined" || typeof document === "undefined") return () => {};
  const stop = new AbortController();
  const on = (target: EventTarget, type: string, signalOf: (event: Event) => Signal | undefined) => {
    const listener = (event: Event) => {
      const signal = signalOf(event);
      if (signal !== undefined) heard(signal);
    };
    target.addEventListener(type, listener, { signal: stop.signal });
  };
  on(window, "online", () => "online");
  on(window, "offline", () => "offline");
  on(window, "pagehide", () => "suspended");
  on(window, "pageshow", (event) => ((event as PageTransitionEvent).persisted ? "restored" : undefined));
  on(document, "visibilitychange", () => (document.visibilityState === "hidden" ? undefined : "visible"));
  return () => stop.abort();
}

interface Held {
  lost: (how: Loss) => void;
}

/** Who has which name in this page: on the global object, because a hot reload loads this module again. */
const heldKey = Symbol.for("holdfast.held");
type WithHeld = typeof globalThis & { [heldKey]?: Map<unknown, Map<string, Held>> };

/** Sessions of this page first: a lock does not tell them apart in time, and where there is no window there is none. */
function claim(name: string, of: unknown, lost: (how: Loss) => void): TabClaim {
  const all = ((globalThis as WithHeld)[heldKey] ??= new Map<unknown, Map<string, Held>>());
  const names = all.get(of) ?? new Map<string, Held>();
  const before = names.get(name);
  const held = { lost };
  all.set(of, names.set(name, held));
  const tabs = claimFromTabs(name, lost);
  return {
    // Not before the caller has its claim: what `lost` sets off may claim again.
    granted: Promise.resolve().then(() => {
      before?.lost("taken");
      return tabs.granted;
    }),
    release: () => {
      tabs.release();
      held.lost = () => {}; // what was to be told is old news
      if (names.get(name) === held && names.delete(name) && names.size === 0) all.delete(of);
    },
  };
}

/** Web Locks where they are (secure contexts), a channel elsewhere; nothing where there are no tabs. */
function claimFromTabs(name: string, lost: (how: Loss) => void): TabClaim {
  const hasTabs = typeof document !== "undefined";
  if (hasTabs && navigator.locks !== undefined) return claimLock(navigator.locks, name, lost);
  if (hasTabs && typeof BroadcastChannel !== "undefined") return claimByWord(name, lost);
  return { granted: Promise.resolve(), release: () => {} };
}

function claimLock(locks: LockManager, name: string, lost: (how: Loss) => void): TabClaim {
  let isMine = true;
  const granted = deferred();
  const released = deferred();
  const held = () => {
    granted.resolve();
    return released.promise;
  };
  locks.request(name, { steal: true }, held).catch((error: unknown) => {
    granted.resolve(); // a page may be forbidden its locks: the server's word is enough then
    // A stolen lock is an AbortError; any other says that there are no locks to be had here.
    if (isMine && (error as Error)?.name === "AbortError") lost("taken");
  });
  return {
    granted: granted.promise,
    release: () => {
      isMine = false;
      released.resolve();
    },
  };
}

function claimByWord(name: string, lost: (how: Loss) => void): TabClaim {
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", () => lost("claimed")); // a channel is not heard by who speaks on it
  // The rule means windows: a channel has no target origin, it never leaves its own.
  channel.postMessage("mine"); // oxlint-disable-line unicorn/require-post-message-target-origin
  return { granted: Promise.resolve(), release: () => channel.close() };
}
