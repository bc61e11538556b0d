// Which files of a bundle a page needs in one language: those that it fetches after its first paint, and all of them.
import type { OutputBundle, OutputChunk } from "rollup";
import type { Later } from "./template.ts";

/** The language of a chunk of words: `virtual:words/<page>/<language>`. */
const wordsOf = (chunk: OutputChunk) =>
  /virtual:words\/[^/]+\/([a-z]+)$/.exec(chunk.facadeModuleId ?? "")?.[1];

function chunkIn(bundle: OutputBundle, fileName: string, language: string): OutputChunk | undefined {
  const chunk = bundle[fileName];
  if (chunk?.type !== "chunk") return undefined;
  const words = wordsOf(chunk);
  return words === undefined || words === language ? chunk : undefined;
}

const cssOf = (chunk: OutputChunk) => [...(chunk.viteMetadata?.importedCss ?? [])];

/** What a page's entry imports when it runs, and all that this imports. */
export function laterOf(bundle: OutputBundle, entry: OutputChunk, language: string): Later[] {
  const atOnce = new Set([entry.fileName, ...entry.imports]);
  const found = new Map<string, Later["kind"]>();
  const add = (fileName: string) => {
    const chunk = chunkIn(bundle, fileName, language);
    if (chunk === undefined || found.has(fileName) || atOnce.has(fileName)) return;
    found.set(fileName, "script");
    for (const css of cssOf(chunk)) found.set(css, "style");
    for (const imported of chunk.imports) add(imported);
  };
  for (const fileName of atOnce)
    for (const later of chunkIn(bundle, fileName, language)?.dynamicImports ?? []) add(later);
  return Array.from(found, ([fileName, kind]) => ({ href: `./${fileName}`, kind }));
}

/** Every file without which a page is not whole: its scripts, styles, fonts and pictures. */
export function wholeOf(bundle: OutputBundle, entry: OutputChunk, language: string, html: string): string[] {
  const found = new Set<string>();
  const addNamedIn = (text: string) => {
    for (const [, name = ""] of text.matchAll(/(?:assets|\.)\/([\w.-]+\.(?:css|woff2|svg|png))/g))
      if (Object.hasOwn(bundle, `assets/${name}`)) found.add(`assets/${name}`);
  };
  const add = (fileName: string) => {
    const chunk = chunkIn(bundle, fileName, language);
    if (chunk === undefined || found.has(fileName)) return;
    found.add(fileName);
    for (const css of cssOf(chunk)) found.add(css);
    for (const imported of [...chunk.imports, ...chunk.dynamicImports]) add(imported);
  };
  add(entry.fileName);
  addNamedIn(html);
  for (const fileName of Array.from(found)) {
    const file = bundle[fileName];
    if (file?.type === "asset" && fileName.endsWith(".css")) addNamedIn(String(file.source));
  }
  return [...found];
}
