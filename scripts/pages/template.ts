// A page's HTML in one language, from its template: `{{key}}` is a word, and what the build knows goes where a comment says.
import { directionOf, type Language, languageNames, languages } from "../../src/pages/languages/languages.ts";
import { wordsOf } from "../words.ts";
import type { FirstPaint } from "./first-paint.ts";

/** A file that is fetched after the first paint. */
export interface Later {
  readonly href: string;
  readonly kind: "script" | "style";
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** @throws Error that names a word which there is not in this language */
export function inLanguage(
  template: string,
  language: Language,
  { style, script }: FirstPaint,
  later: readonly Later[],
): string {
  const words: Record<string, string> = {
    ...wordsOf(language, "way-in"),
    lang: language,
    dir: directionOf(language),
  };
  const links = later.map(({ href, kind }) =>
    kind === "script"
      ? `<link data-later="modulepreload" crossorigin href="${href}">`
      : `<link data-later="preload" as="style" crossorigin href="${href}">`,
  );
  const choice = languages.map(
    (each) =>
      `<a href="?lang=${each}" lang="${each}" hreflang="${each}" data-language="${each}"${each === language ? ' aria-current="true"' : ""}>${languageNames[each]}</a>`,
  );
  return template
    .replaceAll(/\{\{([\w.-]+)\}\}/g, (_, key: string) => {
      const word = words[key];
      if (word === undefined) throw new Error(`${language}/way-in.json has no "${key}"`);
      return escaped(word);
    })
    .replace("<!--first-paint-->", () => `<style>${style}</style><script>${script}</script>`)
    .replace("<!--languages-->", choice.join(" "))
    .replace("</head>", `${links.join("")}</head>`)
    .replaceAll(/\n\s+/g, "\n");
}
