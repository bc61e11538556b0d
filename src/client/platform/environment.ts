// Everything that the client takes from where it runs: time, chance, storage, the signals of network and page, the
// other tabs. The only file of the client that reads a global; tests put a fake in its place. Never decides anything.
import { deferred } from "./deferred.ts";
import type { KeyValueStorage } from "../types/index.ts";

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

/** Is called with each signal. Implemented by client/platform/wake-up-signals. */
export interface SignalListener {
  signalled(signal: Signal): void;
}

/** Who has claimed a name. Implemented by client/session/ownership. */
export interface TabClaimant {
  /** Another tab or session has the name, or says so. */
  nameLost(how: Loss): void;
}

export interface TabClaim {
  /** Resolves when whoever had the name knows; at once where tabs cannot send to each other. */
  readonly granted: Promise<void>;
  /** Another session of this page had the name until now. */
  readonly isFromThisPage: boolean;
  release(): void;
}

export interface Environment {
  /** Milliseconds that only rise; where they began says nothing. */
  now(): number;
  /** Epoch milliseconds of the device's own clock, which may jump. */
  wallNow(): number;
  /** Epoch milliseconds that no setting of the device's clock moves, for as long as the browser knows how; sleep may be missing. */
  steadyNow(): number;
  /** Calls `run` once, `delayMs` from now or later. */
  after(delayMs: number, run: () => void): Timer;
  /** 0 up to, not including, 1. */
  random(): number;
  /** A name that nothing else has: 22 URL-safe characters. It may be guessed where there is no source of random numbers. */
  newId(): string;
  /**
   * The same, and nobody can guess it.
   * @throws Error where there is no source of random numbers: a guess must not be anybody's proof.
   */
  newSecret(): string;
  /** Undefined where nothing outlives the page. */
  readonly storage: KeyValueStorage | undefined;
  readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** False only when it is sure that there is no network. */
  isOnline(): boolean;
  isHidden(): boolean;
  /** Listens until the returned function is called. */
  listen(listener: SignalListener): () => void;
  /**
   * Takes `name` from whatever other tab of this browser, or other session `of` the same in this page, has it; the
   * claimant learns when yet another takes it.
   */
  claim(name: string, of: unknown, claimant: TabClaimant): TabClaim;
  /** An error that nobody here can answer (of the application's own listener), and that must not be swallowed. */
  report(error: unknown): void;
}

const maxDelayMs = 2 ** 31 - 1;

/**
 * The browser's own (or Node's, a worker's, a native application's), with whatever exists there.
 * @throws Error that names what is missing without which there can be no session.
 */
export function systemEnvironment(): Environment {
  checkSurroundings();
  return {
    now: () => performance.now(),
    wallNow: () => Date.now(),
    steadyNow: () => (performance.timeOrigin ?? 0) + performance.now(),
    after(delayMs, run) {
      const timer = setTimeout(run, Math.min(maxDelayMs, delayMs));
      return { cancel: () => clearTimeout(timer) };
    },
    random: () => Math.random(),
    newId: () => idFrom(randomBytes() ?? Array.from({ length: idLength }, () => Math.random() * 64)),
    newSecret: () =>
      idFrom(randomBytes() ?? missing(["crypto.getRandomValues (or the option sessionToken)"])),
    storage: localStorageIfAny(),
    fetch: (url, init) => fetch(url, init),
    isOnline: () => !isPage() || navigator.onLine !== false,
    isHidden: () => isPage() && document.visibilityState === "hidden",
    listen,
    claim,
    report: (error) => {
      setTimeout(() => {
        throw error;
      }, 0);
    },
  };
}

/** A document that tells what happens to it. Workers and servers have none; a native application may have a part of one. */
const isPage = (): boolean =>
  typeof document === "object" && typeof window === "object" && typeof window.addEventListener === "function";

function missing(names: readonly string[]): never {
  const are = names.length > 1 ? "are" : "is";
  throw new Error(
    `holdfast/client needs ${names.join(" and ")}, which ${are} missing here: load a polyfill first`,
  );
}

/** In Node the SDK brings a WebSocket of its own. A native application may have an address without a host. */
function checkSurroundings(): void {
  const { WebSocket: socket, process } = globalThis as { WebSocket?: unknown; process?: NodeLike };
  const isThere = {
    fetch: typeof fetch === "function",
    WebSocket: typeof socket === "function" || process?.versions?.node !== undefined,
    URL: hasUrls(),
    AbortController: typeof AbortController === "function",
    "performance.now": typeof performance === "object",
  };
  const lacking = Object.entries(isThere).flatMap(([name, isHere]) => (isHere ? [] : [name]));
  if (lacking.length > 0) missing(lacking);
}

interface NodeLike {
  readonly versions?: { readonly node?: string };
}

function hasUrls(): boolean {
  try {
    const { host, searchParams } = new URL("http://a:1/b?c=d");
    return host === "a:1" && String(searchParams) === "c=d";
  } catch {
    return false;
  }
}

const idLength = 22;
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Six bits of each number. */
const idFrom = (numbers: Iterable<number>): string =>
  Array.from(numbers, (number) => letters[number & 63]).join("");

/** Undefined where there is no source of them. */
const randomBytes = (): Uint8Array | undefined =>
  typeof globalThis.crypto?.getRandomValues === "function"
    ? crypto.getRandomValues(new Uint8Array(idLength))
    : undefined;

/** Merely naming it throws where cookies are blocked; Node has one that is nobody's (and warns). */
function localStorageIfAny(): KeyValueStorage | undefined {
  if (!isPage()) return undefined;
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

function listen(listener: SignalListener): () => void {
  if (!isPage()) return () => {};
  const stop = new AbortController();
  const on = (target: EventTarget, type: string, signalOf: (event: Event) => Signal | undefined) => {
    const onEvent = (event: Event) => {
      const signal = signalOf(event);
      if (signal !== undefined) listener.signalled(signal);
    };
    target.addEventListener(type, onEvent, { signal: stop.signal });
  };
  on(window, "online", () => "online");
  on(window, "offline", () => "offline");
  on(window, "pagehide", () => "suspended");
  on(window, "pageshow", (event) => ((event as PageTransitionEvent).persisted ? "restored" : undefined));
  on(document, "visibilitychange", () => (document.visibilityState === "hidden" ? undefined : "visible"));
  return () => stop.abort();
}

/** One claim; without its claimant it is released, and what was to be announced to it is old news. */
interface Held {
  claimant: TabClaimant | undefined;
}

/** Who has which name in this page: on the global object, because a hot reload loads this module again. */
const heldKey = Symbol.for("holdfast.held");
type WithHeld = typeof globalThis & { [heldKey]?: Map<unknown, Map<string, Held>> };

/** Sessions of this page first: a lock does not tell them apart in time, and where there is no window there is none. */
function claim(name: string, of: unknown, claimant: TabClaimant): TabClaim {
  const all = ((globalThis as WithHeld)[heldKey] ??= new Map<unknown, Map<string, Held>>());
  const names = all.get(of) ?? new Map<string, Held>();
  const before = names.get(name);
  const held: Held = { claimant };
  all.set(of, names.set(name, held));
  const tabs = claimFromTabs(name, claimant);
  return {
    isFromThisPage: before !== undefined,
    // Not before the caller has its claim: a claimant that has lost may claim again.
    granted: Promise.resolve().then(() => {
      before?.claimant?.nameLost("taken");
      return tabs.granted;
    }),
    release: () => {
      tabs.release();
      held.claimant = undefined;
      if (names.get(name) === held && names.delete(name) && names.size === 0) all.delete(of);
    },
  };
}

type TabLock = Pick<TabClaim, "granted" | "release">;

/** Web Locks where they are (secure contexts), a channel elsewhere; nothing where there are no tabs. */
function claimFromTabs(name: string, claimant: TabClaimant): TabLock {
  const hasTabs = isPage();
  if (hasTabs && navigator.locks !== undefined) return claimLock(navigator.locks, name, claimant);
  if (hasTabs && typeof BroadcastChannel !== "undefined") return claimByMessage(name, claimant);
  return { granted: Promise.resolve(), release: () => {} };
}

function claimLock(locks: LockManager, name: string, claimant: TabClaimant): TabLock {
  let isMine = true;
  const granted = deferred();
  const released = deferred();
  const held = () => {
    granted.resolve();
    return released.promise;
  };
  locks.request(name, { steal: true }, held).catch((error: unknown) => {
    granted.resolve(); // a page may be forbidden its locks: the server's close code is enough then
    // A stolen lock is an AbortError; any other says that there are no locks to be had here.
    if (isMine && (error as Error)?.name === "AbortError") claimant.nameLost("taken");
  });
  return {
    granted: granted.promise,
    release: () => {
      isMine = false;
      released.resolve();
    },
  };
}

function claimByMessage(name: string, claimant: TabClaimant): TabLock {
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", () => claimant.nameLost("claimed")); // never our own message
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule means windows; a channel has none
  channel.postMessage("mine");
  return { granted: Promise.resolve(), release: () => channel.close() };
}
