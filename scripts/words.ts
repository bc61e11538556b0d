// The catalogues of the pages' words, compiled: for Vite as `virtual:words/<page>`, for tests and scripts as a function.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Messages } from "@lingui/core";
import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import type { Plugin } from "vite";
import { type Language, languages } from "../src/pages/languages/languages.ts";
import type { Area } from "../src/pages/languages/words.ts";

const folder = resolve(import.meta.dirname, "../src/pages/languages");

/** Which areas of words each page needs. */
const pages: Readonly<Record<string, readonly Area[]>> = {
  participant: ["shared", "participant"],
  host: ["shared", "host", "seats"],
  demo: ["shared", "participant", "demo"],
};

const fileOf = (language: Language, area: Area) => join(folder, language, `${area}.json`);

/** The messages of one file, as they are written. */
export function wordsOf(language: Language, area: Area): Record<string, string> {
  return JSON.parse(readFileSync(fileOf(language, area), "utf8")) as Record<string, string>;
}

/** The messages of these areas, compiled. @throws Error that names the message which cannot be read */
export function compiledWords(language: Language, from: readonly Area[]): Messages {
  const messages: Messages = {};
  for (const area of from)
    for (const [key, message] of Object.entries(wordsOf(language, area)))
      try {
        messages[key] = compileMessageOrThrow(message);
      } catch (error) {
        throw new Error(`${language}/${area}.json, ${key}: ${(error as Error).message}`, { cause: error });
      }
  return messages;
}

const prefix = "virtual:words/";

/** Serves `virtual:words/<page>`: for each language what loads its words, one file a page and language. */
export function words(): Plugin {
  return {
    name: "words",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const [page = "", language] = id.slice(prefix.length + 1).split("/");
      const from = pages[page];
      if (from === undefined) throw new Error(`there are no words for a page ${page}`);
      if (language === undefined) {
        const loaders = languages.map((each) => `${each}: () => import("${prefix}${page}/${each}")`);
        return `export default { ${loaders.join(", ")} };`;
      }
      for (const area of from) this.addWatchFile(fileOf(language as Language, area));
      return `export default ${JSON.stringify(compiledWords(language as Language, from))};`;
    },
  };
}
