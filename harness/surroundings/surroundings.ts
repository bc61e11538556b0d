// Places that are no browser, or less than one: a global object with JavaScript itself and what is listed here.

export interface Surroundings {
  /** Globals, beside those of the language. */
  readonly has: Readonly<Record<string, unknown>>;
  /** Members of the language that it lacks, such as `String.prototype.toWellFormed`. */
  readonly lacks?: readonly string[];
  /** Runs in it before anything else: what refers to its own global object. */
  readonly setUp?: string;
}

/** What the client cannot do without, and timers. */
const needed = {
  fetch,
  WebSocket,
  URL,
  URLSearchParams,
  AbortController,
  performance: { now: () => performance.now() },
  setTimeout,
  clearTimeout,
};

/** Outside of secure contexts there is neither `subtle` nor `randomUUID`. */
const plainCrypto = {
  getRandomValues: <View extends ArrayBufferView<ArrayBuffer>>(view: View) => crypto.getRandomValues(view),
};

export const aWorker: Surroundings = {
  has: { ...needed, crypto, TextEncoder, TextDecoder, BroadcastChannel, navigator: { onLine: true } },
  setUp: "globalThis.self = globalThis;",
};

const asPage = `
  const listening = () => ({ addEventListener() {} });
  globalThis.window = Object.assign(globalThis, listening());
  globalThis.document = Object.assign(listening(), { visibilityState: "visible" });`;

/** No `navigator.locks` either: that is for secure contexts. */
export const aPageOnPlainHttp: Surroundings = {
  has: {
    ...needed,
    crypto: plainCrypto,
    TextEncoder,
    TextDecoder,
    BroadcastChannel,
    navigator: { onLine: true },
  },
  setUp: `${asPage}
    const items = new Map();
    globalThis.localStorage = {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
    };`,
};

/** Where cookies are blocked, naming the storage throws. */
export const aPageWithoutStorage: Surroundings = {
  has: { ...needed, crypto: plainCrypto, TextEncoder, TextDecoder, navigator: { onLine: true } },
  setUp: `${asPage}
    Object.defineProperty(globalThis, "localStorage", { get() { throw new Error("blocked"); } });`,
};

/** It has `window`, and a `process` that is not Node's; no document, no random numbers, no text coders, an older language. */
export const aNativeApplication: Surroundings = {
  has: { ...needed, navigator: { product: "ReactNative" }, process: { env: {} } },
  lacks: [
    "String.prototype.toWellFormed",
    "String.prototype.isWellFormed",
    "Array.prototype.toSorted",
    "Array.prototype.toSpliced",
    "Array.fromAsync",
    "Object.groupBy",
    "Promise.withResolvers",
    "Set.prototype.union",
    "Iterator",
  ],
  setUp: "globalThis.window = globalThis;",
};

/** Nothing has been loaded yet that would complete it. */
export const lacking = (...names: readonly string[]): Surroundings => {
  const has = Object.entries({ ...needed, crypto }).filter(([name]) => !names.includes(name));
  return { has: Object.fromEntries(has) };
};

/** Such as React Native has it by itself. */
export const anAddressWithoutHost: Surroundings = {
  has: {
    ...needed,
    crypto,
    URL: class {
      get host(): string {
        throw new Error("URL.host is not implemented");
      }
    },
  },
};
