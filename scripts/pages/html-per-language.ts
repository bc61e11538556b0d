// Makes each page's HTML once a language, from the one that Vite builds: what the first paint needs is in it, and what comes
// after it is named. Writes down what the server has to know of them (`pages.json`, read by src/ops/built-pages.ts).
import { createHash } from "node:crypto";
import type { OutputAsset, OutputBundle, OutputChunk } from "rollup";
import type { Plugin } from "vite";
import { languages } from "../../src/pages/languages/languages.ts";
import { firstPaint, firstPaintFiles } from "./first-paint.ts";
import { inLanguage, type Later } from "./template.ts";

/** The language of a chunk of words: `virtual:words/<page>/<language>`. */
const wordsOf = (chunk: OutputChunk) =>
  /virtual:words\/[^/]+\/([a-z]+)$/.exec(chunk.facadeModuleId ?? "")?.[1];

const chunksOf = (bundle: OutputBundle): OutputChunk[] =>
  Object.values(bundle).filter((file) => file.type === "chunk");

/** The files that a page's entry loads by itself, in one language: what it imports later, and all that this imports. */
export function laterOf(bundle: OutputBundle, entry: OutputChunk, language: string): Later[] {
  const atOnce = new Set([entry.fileName, ...entry.imports]);
  const found = new Map<string, Later["kind"]>();
  const add = (fileName: string) => {
    const chunk = bundle[fileName];
    if (chunk?.type !== "chunk" || found.has(fileName) || atOnce.has(fileName)) return;
    const words = wordsOf(chunk);
    if (words !== undefined && words !== language) return;
    found.set(fileName, "script");
    for (const css of chunk.viteMetadata?.importedCss ?? []) found.set(css, "style");
    for (const imported of chunk.imports) add(imported);
  };
  for (const fileName of atOnce) {
    const chunk = bundle[fileName];
    if (chunk?.type === "chunk") for (const later of chunk.dynamicImports) add(later);
  }
  return Array.from(found, ([fileName, kind]) => ({ href: `./${fileName}`, kind }));
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");

export function htmlPerLanguage(): Plugin {
  let isBuild = false;
  return {
    name: "html-per-language",
    enforce: "post",
    configResolved({ command }) {
      isBuild = command === "build";
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
      const paint = await firstPaint();
      const templates = Object.values(bundle).filter(
        (file): file is OutputAsset => file.type === "asset" && /^\w+\.html$/.test(file.fileName),
      );
      for (const { fileName, source } of templates) {
        const page = fileName.replace(".html", "");
        const entry = chunksOf(bundle).find(({ isEntry, name }) => isEntry && name === page);
        if (entry === undefined) throw new Error(`${fileName} has no entry`);
        delete bundle[fileName];
        for (const language of languages) {
          const html = inLanguage(String(source), language, paint, laterOf(bundle, entry, language));
          this.emitFile({ type: "asset", fileName: `${page}.${language}.html`, source: html });
        }
      }
      const inline = { styles: [sha256(paint.style)], scripts: [sha256(paint.script)] };
      this.emitFile({
        type: "asset",
        fileName: "pages.json",
        source: JSON.stringify({ languages, inline }),
      });
    },
  };
}
