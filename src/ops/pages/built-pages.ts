// What the build has written down of the pages (`pages.json`): the languages that each is there in, and the hashes of the styles
// and scripts that are in the HTML itself. Read again when it is another; knows nothing of requests' paths.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Request } from "express";
import Negotiator from "negotiator";

/** The SHA-256 of each style and script that stands in the HTML, in Base64. */
export interface InlineHashes {
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
}

/** Written by scripts/pages/release.ts. Pages of the build before may still be asked for by their hashed names. */
interface PagesFile {
  readonly languages: readonly string[];
  readonly current: { readonly inline: InlineHashes };
  readonly previous?: { readonly inline: InlineHashes };
}

/** Before anything is built: no page, and nothing that stands in one. */
const nothing: PagesFile = { languages: [], current: { inline: { styles: [], scripts: [] } } };

export class BuiltPages {
  readonly #path: string;
  #modifiedAt = 0;
  #file = nothing;
  #policy = policyOf(nothing);

  /** @param folder what the build has made */
  constructor(folder: string) {
    this.#path = join(folder, "pages.json");
  }

  /** The content policy of every page and file: nothing from elsewhere, and in the HTML only what the build has put there. */
  get policy(): string {
    this.#refresh();
    return this.#policy;
  }

  /**
   * The same for the demo's pages: their room is another server's, on a port that is not known beforehand, and a phone stands in
   * a frame of the stage.
   * @param hostname by which the page was asked for
   */
  demoPolicy(hostname: string): string {
    const server = /^[\w.-]+$/.test(hostname) ? ` http://${hostname}:*` : "";
    return this.policy
      .replace("connect-src 'self'", `connect-src 'self'${server}`)
      .replace("frame-ancestors 'none'", "frame-ancestors 'self'");
  }

  /**
   * In which of the pages' languages this request is answered: the one that its address names (`?lang=de`), or the one that
   * suits its Accept-Language best, or the first. Undefined when there are none.
   */
  languageFor(request: Request): string | undefined {
    this.#refresh();
    const { languages } = this.#file;
    const asked = new URLSearchParams(request.url?.split("?")[1]).get("lang");
    if (asked !== null && languages.includes(asked)) return asked;
    return new Negotiator(request).languages([...languages])[0] ?? languages[0];
  }

  #refresh(): void {
    const modifiedAt = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (modifiedAt === this.#modifiedAt) return;
    this.#modifiedAt = modifiedAt;
    this.#file = modifiedAt === 0 ? nothing : (JSON.parse(readFileSync(this.#path, "utf8")) as PagesFile);
    this.#policy = policyOf(this.#file);
  }
}

function policyOf({ current, previous }: PagesFile): string {
  const builds = previous === undefined ? [current] : [current, previous];
  const styles = new Set(builds.flatMap(({ inline }) => inline.styles));
  const scripts = new Set(builds.flatMap(({ inline }) => inline.scripts));
  const sources = (hashes: ReadonlySet<string>) =>
    ["'self'", ...Array.from(hashes, (hash) => `'sha256-${hash}'`)].join(" ");
  return [
    "default-src 'self'",
    "connect-src 'self' ws: wss:",
    "img-src 'self' data:",
    `style-src ${sources(styles)}`,
    `script-src ${sources(scripts)}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join("; ");
}
