// One build of the pages: which files it is made of, its service worker, and what the server is told of it.
import { readFile, writeFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { build as bundle } from "esbuild";
import { languages } from "../../src/pages/languages/languages.ts";
import type { Manifest } from "../../src/pages/shell/worker/manifest.ts";
import { workerFile } from "../../src/pages/shell/worker/names.ts";
import type { FirstPaint } from "./first-paint.ts";
import { hashOf, sha256 } from "./hashes.ts";

/** For each page and language the files of a whole shell, its HTML first. */
export type ShellSets = Record<string, Record<string, string[]>>;

export interface PagesOfBuild {
  readonly build: string;
  /** All whose names hold their hash. */
  readonly files: readonly string[];
  readonly inline: { readonly styles: readonly string[]; readonly scripts: readonly string[] };
}

/** `pages.json` */
export interface PagesFile {
  readonly languages: readonly string[];
  readonly current: PagesOfBuild;
  readonly previous?: PagesOfBuild | undefined;
}

const worker = resolve(import.meta.dirname, "../../src/pages/shell/worker/main.ts");

export class Release implements PagesOfBuild {
  readonly build: string;
  readonly files: readonly string[];
  readonly inline: PagesOfBuild["inline"];
  readonly #folder: string;
  readonly #manifest: Manifest;

  private constructor(folder: string, files: readonly string[], manifest: Manifest, paint: FirstPaint) {
    this.#folder = folder;
    this.#manifest = manifest;
    this.build = manifest.build;
    this.files = files;
    this.inline = { styles: [sha256(paint.style)], scripts: [sha256(paint.script)] };
  }

  /** @param folder what Vite has written, and nothing else */
  static async of(folder: string, sets: ShellSets, paint: FirstPaint): Promise<Release> {
    const files = globSync("assets/**/*.*", { cwd: folder }).map((name) => name.replaceAll("\\", "/"));
    const build = hashOf(files.toSorted().join("\n"));
    const hashes: Record<string, string> = {};
    for (const name of new Set(Object.values(sets).flatMap((ofPage) => Object.values(ofPage).flat())))
      hashes[name] = sha256(await readFile(join(folder, name)));
    return new Release(folder, files.toSorted(), { build, hashes, sets }, paint);
  }

  async writeWorker(): Promise<void> {
    const outfile = join(this.#folder, workerFile);
    const define = { MANIFEST: JSON.stringify(this.#manifest) };
    await bundle({ entryPoints: [worker], outfile, define, bundle: true, minify: true, target: "es2022" });
  }

  async writePages(previous: PagesOfBuild | undefined): Promise<void> {
    const { build, files, inline } = this;
    const file: PagesFile = { languages, current: { build, files, inline }, previous };
    await writeFile(join(this.#folder, "pages.json"), JSON.stringify(file));
  }
}
