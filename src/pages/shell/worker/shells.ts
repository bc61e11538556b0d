// The shells that this device keeps: for a page and a language one cache of one build, whole or not there. Every file is checked
// by its hash, and the HTML, which is written last, says that the others are there.
import type { Manifest } from "./manifest.ts";
import { cachePrefix } from "./names.ts";
import type { WorkerScope } from "./scope.ts";

interface Kept {
  readonly name: string;
  readonly build: string;
  readonly page: string;
  readonly language: string;
}

/** What describes the bytes as they came, not the text that is kept. */
const ofTransfer = ["content-encoding", "content-length"];

/**
 * The HTML as the server answers it at the page's own address. Under the address of its hash it may be kept for ever, and WebKit
 * would then show it at the page's address once more when this worker and its shell are gone.
 */
function asPage({ body, headers }: Response): Response {
  const own = new Headers(headers);
  for (const name of ofTransfer) own.delete(name);
  own.set("cache-control", "no-cache");
  return new Response(body, { headers: own });
}

export class Shells {
  readonly #scope: WorkerScope;
  readonly #manifest: Manifest;

  constructor(scope: WorkerScope, manifest: Manifest) {
    this.#scope = scope;
    this.#manifest = manifest;
  }

  /**
   * Keeps a page's shell. Nothing happens where it is kept already, or where there is no such page or language.
   * @throws when one of its files cannot be had, or kept: then none is
   */
  async keep(page: string, language: string): Promise<void> {
    const files = this.#manifest.sets[page]?.[language];
    const [html] = files ?? [];
    if (files === undefined || html === undefined || (await this.#html(page, language)) !== undefined) return;
    const answers = await Promise.all(files.map((file) => this.#fetch(file)));
    const name = this.#name(page, language);
    const { caches } = this.#scope;
    await caches.delete(name); // what an interrupted one has left
    try {
      const cache = await caches.open(name);
      const others = files.map((file, index) => [file, answers[index] as Response] as const).slice(1);
      await Promise.all(others.map(([file, answer]) => cache.put(this.#address(file), answer)));
      await cache.put(this.#address(html), asPage(answers[0] as Response));
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
  }

  /** Keeps, of this build, what is kept of others. @throws as `keep`; then nothing of this build is kept */
  async keepAsBefore(): Promise<void> {
    const before = (await this.#kept()).filter(({ build }) => build !== this.#manifest.build);
    try {
      for (const { page, language } of before) await this.keep(page, language);
    } catch (error) {
      await this.forget(({ build }) => build === this.#manifest.build);
      throw error;
    }
  }

  /** Forgets what other builds have kept. */
  async forgetOthers(): Promise<void> {
    await this.forget(({ build }) => build !== this.#manifest.build);
  }

  async forget(which: (kept: Kept) => boolean): Promise<void> {
    const names = (await this.#kept()).filter(which).map(({ name }) => name);
    await Promise.all(names.map((name) => this.#scope.caches.delete(name)));
  }

  /** A page's HTML, in this language, or where none is asked for in any that is kept. */
  async shell(page: string, language: string | undefined): Promise<Response | undefined> {
    if (language !== undefined) return this.#html(page, language);
    const ofPage = (await this.#kept()).filter(
      (kept) => kept.page === page && kept.build === this.#manifest.build,
    );
    // The last is the newest: caches are listed in the order in which they were made.
    for (const kept of ofPage.toReversed()) {
      const html = await this.#html(page, kept.language);
      if (html !== undefined) return html;
    }
    return undefined;
  }

  /** A file of any shell that is kept. */
  async file(request: Request): Promise<Response | undefined> {
    for (const { name } of await this.#kept()) {
      const answer = await this.#in(name, request);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  async #html(page: string, language: string): Promise<Response | undefined> {
    const html = this.#manifest.sets[page]?.[language]?.[0];
    return html === undefined ? undefined : this.#in(this.#name(page, language), this.#address(html));
  }

  /** One question to the browser: a page that is loaded waits for it. Makes no cache where there is none. */
  #in(cacheName: string, request: Request | string): Promise<Response | undefined> {
    return this.#scope.caches.match(request, { cacheName, ignoreVary: true });
  }

  async #fetch(file: string): Promise<Response> {
    const integrity = `sha256-${this.#manifest.hashes[file]}`;
    const answer = await this.#scope.fetch(this.#address(file), { integrity, credentials: "omit" });
    if (!answer.ok) throw new Error(`${file} cannot be had: ${answer.status}`);
    return answer;
  }

  #address(file: string): string {
    return new URL(file, this.#scope.registration.scope).href;
  }

  #name(page: string, language: string): string {
    return [cachePrefix, this.#path, this.#manifest.build, page, language].join(" ");
  }

  get #path(): string {
    return new URL(this.#scope.registration.scope).pathname;
  }

  async #kept(): Promise<Kept[]> {
    const prefix = `${cachePrefix} ${this.#path} `;
    const names = await this.#scope.caches.keys();
    return names.flatMap((name) => {
      const [build, page, language] = name.startsWith(prefix) ? name.slice(prefix.length).split(" ") : [];
      return build === undefined || page === undefined || language === undefined
        ? []
        : [{ name, build, page, language }];
    });
  }
}
