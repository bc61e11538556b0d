// The service worker of the pages: answers navigations to `/` and `/host`, and requests for the pages' own files, from the shell
// that is kept, and nothing else. Keeps nothing before a page asks for it, and never an address with a query.
import { languageOf } from "../../languages/languages.ts";
import type { Manifest } from "./manifest.ts";
import type { ToWorker } from "./names.ts";
import type { FetchEvent, WorkerScope } from "./scope.ts";
import { Shells } from "./shells.ts";
import { takeOverIfFree } from "./take-over.ts";

/** The pages, by their addresses as seen from the scope. */
const pageAt: Readonly<Record<string, string>> = { "": "index", host: "host" };

export class ShellWorker {
  readonly #scope: WorkerScope;
  readonly #shells: Shells;

  constructor(scope: WorkerScope, manifest: Manifest) {
    this.#scope = scope;
    this.#shells = new Shells(scope, manifest);
  }

  listen(): void {
    this.#scope.addEventListener("install", (event) => event.waitUntil(this.#install()));
    this.#scope.addEventListener("activate", (event) => event.waitUntil(this.#shells.forgetOthers()));
    this.#scope.addEventListener("message", (event) => event.waitUntil(this.#told(event.data)));
    this.#scope.addEventListener("fetch", (event) => this.#asked(event));
  }

  async #install(): Promise<void> {
    await this.#shells.keepAsBefore();
    await this.#takeOver();
  }

  #takeOver(): Promise<void> {
    return takeOverIfFree(this.#scope, (url) => this.#pageOf(url) !== undefined);
  }

  /** What a page says. Whatever else comes, from whomever, is left alone. */
  async #told(data: unknown): Promise<void> {
    const message = (data ?? {}) as Partial<Extract<ToWorker, { type: "keep" }>> | Partial<ToWorker>;
    if (message.type === "take_over") return this.#takeOver();
    if (message.type !== "keep") return undefined;
    const { page, language } = message;
    if (typeof page !== "string" || typeof language !== "string") return undefined;
    // Not now, then: the page asks again when it is in an event again.
    await this.#shells.keep(page, language).catch(() => {});
    // A page that was there before its worker has none, and a browser replaces a worker that no page has without asking it.
    await this.#scope.clients.claim().catch(() => {});
  }

  #asked(event: FetchEvent): void {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== new URL(this.#scope.registration.scope).origin) return;
    if (request.mode === "navigate") {
      const page = this.#pageOf(url);
      if (page !== undefined) event.respondWith(this.#page(page, url, request));
    } else if (this.#pathOf(url)?.startsWith("assets/")) event.respondWith(this.#file(request));
  }

  async #page(page: string, url: URL, request: Request): Promise<Response> {
    const asked = languageOf(url.searchParams.get("lang") ?? "");
    const kept = await this.#shells.shell(page, asked);
    if (kept !== undefined) return kept;
    try {
      return await this.#scope.fetch(request);
    } catch (error) {
      const another = asked === undefined ? undefined : await this.#shells.shell(page, undefined);
      if (another === undefined) throw error;
      return another;
    }
  }

  async #file(request: Request): Promise<Response> {
    return (await this.#shells.file(request)) ?? this.#scope.fetch(request);
  }

  #pageOf(url: URL): string | undefined {
    const path = this.#pathOf(url);
    return path !== undefined && Object.hasOwn(pageAt, path) ? pageAt[path] : undefined;
  }

  /** The path as seen from the scope; undefined outside of it. */
  #pathOf({ origin, pathname }: URL): string | undefined {
    const scope = new URL(this.#scope.registration.scope);
    return origin === scope.origin && pathname.startsWith(scope.pathname)
      ? pathname.slice(scope.pathname.length)
      : undefined;
  }
}
