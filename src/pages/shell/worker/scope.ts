// What the service worker uses of where it runs; the types that TypeScript has of it cannot be had beside those of pages.

export interface WorkerClient {
  readonly url: string;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

export interface ExtendableEvent extends Event {
  waitUntil(task: Promise<unknown>): void;
}

export interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

export interface ExtendableMessageEvent extends ExtendableEvent {
  readonly data: unknown;
}

interface Events {
  install: ExtendableEvent;
  activate: ExtendableEvent;
  fetch: FetchEvent;
  message: ExtendableMessageEvent;
}

export interface WorkerScope {
  readonly caches: CacheStorage;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: true }): Promise<readonly WorkerClient[]>;
  };
  readonly registration: { readonly scope: string };
  readonly fetch: typeof fetch;
  skipWaiting(): Promise<void>;
  addEventListener<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): void;
}
