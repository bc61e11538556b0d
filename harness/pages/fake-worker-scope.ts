// Where a service worker runs, without a browser: caches in memory, clients that answer or do not, a server that is a map.
import type {
  ExtendableEvent,
  FetchEvent,
  WorkerClient,
  WorkerScope,
} from "../../src/pages/shell/worker/scope.ts";

/** As the server has them. */
const headersOfAssets = {
  "cache-control": "public, max-age=31536000, immutable",
  "content-security-policy": "default-src 'self'",
  "content-encoding": "br",
};

type Listener = (event: never) => void;

class FakeCache {
  readonly files = new Map<string, Response>();
  readonly #refuses: (address: string) => boolean;

  constructor(refuses: (address: string) => boolean) {
    this.#refuses = refuses;
  }

  async put(address: string, answer: Response): Promise<void> {
    if (this.#refuses(address)) throw new DOMException("There is no room", "QuotaExceededError");
    this.files.set(address, answer);
  }

  async match(request: string | Request): Promise<Response | undefined> {
    return this.files.get(typeof request === "string" ? request : request.url)?.clone();
  }
}

export class FakeWorkerScope implements WorkerScope {
  readonly registration = { scope: "https://events.example/" };
  readonly stored = new Map<string, FakeCache>();
  /** What the server answers, by address; undefined is no answer. */
  readonly served = new Map<string, string>();
  readonly fetched: string[] = [];
  /** Addresses for which the storage has no room. */
  refuses: (address: string) => boolean = () => false;
  open: WorkerClient[] = [];
  takeovers = 0;
  readonly #listeners = new Map<string, Listener>();
  readonly caches = {
    open: async (name: string) => {
      const cache = this.stored.get(name) ?? new FakeCache((address) => this.refuses(address));
      this.stored.set(name, cache);
      return cache;
    },
    match: async (request: string | Request, { cacheName = "" }: MultiCacheQueryOptions) =>
      this.stored.get(cacheName)?.match(request),
    delete: async (name: string) => this.stored.delete(name),
    keys: async () => [...this.stored.keys()],
  } as unknown as CacheStorage;
  /** How often the worker has made the open pages its own. */
  claims = 0;
  readonly clients = {
    matchAll: async () => this.open,
    claim: async () => {
      this.claims += 1;
    },
  };
  /** Checks what it gets by its hash, as a browser does. */
  readonly fetch = (async (input: string | Request, { integrity }: RequestInit = {}) => {
    const address = typeof input === "string" ? input : input.url;
    this.fetched.push(address);
    const text = this.served.get(address);
    if (text === undefined) throw new TypeError("Failed to fetch");
    if (integrity !== undefined && integrity !== (await integrityOf(text)))
      throw new TypeError("Failed integrity check");
    return new Response(text, { headers: address.includes("/assets/") ? headersOfAssets : {} });
  }) as typeof fetch;

  async skipWaiting(): Promise<void> {
    this.takeovers += 1;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  /** @throws what the worker's task throws */
  async dispatch(type: "install" | "activate" | "message", data?: unknown): Promise<void> {
    const tasks: Promise<unknown>[] = [];
    const event = { data, waitUntil: (task: Promise<unknown>) => void tasks.push(task) };
    this.#listeners.get(type)?.(event as unknown as ExtendableEvent as never);
    await Promise.all(tasks);
  }

  /** What the worker answers; undefined where it leaves the request alone. */
  async ask(path: string, request: { mode?: string; method?: string } = {}): Promise<string | undefined> {
    return (await this.answerTo(path, request))?.text();
  }

  /** The same, whole. */
  async answerTo(path: string, { mode = "navigate", method = "GET" } = {}): Promise<Response | undefined> {
    let answer: Promise<Response> | undefined;
    const request = { url: new URL(path, this.registration.scope).href, mode, method } as Request;
    const event = { request, respondWith: (given: Promise<Response>) => (answer = given) };
    this.#listeners.get("fetch")?.(event as unknown as FetchEvent as never);
    return answer;
  }

  /** Names and files of the caches, as addresses seen from the scope. */
  get kept(): Record<string, string[]> {
    const files = (cache: FakeCache) =>
      Array.from(cache.files.keys(), (address) => address.slice(this.registration.scope.length));
    return Object.fromEntries(Array.from(this.stored, ([name, cache]) => [name, files(cache).toSorted()]));
  }
}

export async function integrityOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${Buffer.from(hash).toString("base64")}`;
}
