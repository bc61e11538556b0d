// The pages' build: each page's HTML once a language, the service worker, what the server has to know of them (`pages.json`, read
// by src/ops/pages/built-pages.ts), and the files of the build before, which open pages still ask for.
import type { OutputAsset, OutputChunk } from "rollup";
import type { Plugin } from "vite";
import { languages } from "../../src/pages/languages/languages.ts";
import { type FirstPaint, firstPaint, firstPaintFiles } from "./first-paint.ts";
import { precompress } from "../precompress.ts";
import { hashOf } from "./hashes.ts";
import { laterOf, wholeOf } from "./page-files.ts";
import { PreviousBuild } from "./previous-build.ts";
import { Release, type ShellSets } from "./release.ts";
import { inLanguage } from "./template.ts";

/** Those that open without a network (src/pages/shell/worker/shell-worker.ts). */
const keptPages = ["index", "host"];

export function pagesPlugin(): Plugin {
  let isBuild = false;
  let folder = "";
  let previous: PreviousBuild;
  let paint: FirstPaint;
  const sets: ShellSets = {};
  return {
    name: "pages",
    enforce: "post",
    configResolved({ command, build }) {
      isBuild = command === "build";
      folder = build.outDir;
      // Now: Vite empties the folder before it writes.
      if (isBuild) previous = PreviousBuild.read(process.env.KEEP_PAGES_OF || folder);
    },
    buildStart() {
      for (const file of firstPaintFiles) this.addWatchFile(file);
    },
    transformIndexHtml: {
      order: "post",
      /** While developing: in English, or as `?lang=` says. */
      async handler(html, { originalUrl = "" }) {
        if (isBuild) return html;
        const asked = new URLSearchParams(originalUrl.split("?")[1]).get("lang");
        const language = languages.find((each) => each === asked) ?? "en";
        return inLanguage(html, language, await firstPaint(), []);
      },
    },
    async generateBundle(_options, bundle) {
      paint = await firstPaint();
      const files = Object.values(bundle);
      const templates = files.filter(
        (file): file is OutputAsset => file.type === "asset" && /^\w+\.html$/.test(file.fileName),
      );
      for (const { fileName, source } of templates) {
        const page = fileName.replace(".html", "");
        const entry = files.find(
          (file): file is OutputChunk => file.type === "chunk" && file.isEntry && file.name === page,
        );
        if (entry === undefined) throw new Error(`${fileName} has no entry`);
        delete bundle[fileName];
        for (const language of languages) {
          const html = inLanguage(String(source), language, paint, laterOf(bundle, entry, language));
          this.emitFile({ type: "asset", fileName: `${page}.${language}.html`, source: html });
          if (!keptPages.includes(page)) continue;
          // For the service worker: by its hash, so that it is never another release's.
          const kept = `assets/${page}.${language}-${hashOf(html)}.html`;
          this.emitFile({ type: "asset", fileName: kept, source: html });
          (sets[page] ??= {})[language] = [kept, ...wholeOf(bundle, entry, language, html)];
        }
      }
    },
    /** Only now are the files what they are served as. */
    async writeBundle() {
      const release = await Release.of(folder, sets, paint);
      await release.writeWorker();
      await release.writePages(await previous.restoreTo(folder, release));
    },
    async closeBundle() {
      if (isBuild) await precompress(folder);
    },
  };
}
