// What a page shows that is not in its language: keys of the catalogues, and messages of the English ones. In languages with
// letters of their own, Latin words, too.
import type { Frame, Page } from "playwright-core";
import { compiledWords } from "../../scripts/words.ts";
import type { Language } from "../../src/pages/languages/languages.ts";
import { areas } from "../../src/pages/languages/words.ts";

/** A compiled message of ICU: texts, values, and choices between messages. */
type Message = string | readonly (string | readonly [string, string?, unknown?])[];

/** What a message can look like, as a regular expression. */
function patternOf(message: Message): string {
  if (typeof message === "string") return message.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return message
    .map((token) => {
      if (typeof token === "string") return patternOf(token);
      const [, , choices] = token;
      if (typeof choices !== "object" || choices === null) return ".+";
      const texts = Object.entries(choices).filter(([name]) => name !== "offset");
      return `(?:${texts.map(([, text]) => patternOf(text as Message)).join("|")})`;
    })
    .join("");
}

interface Pattern {
  readonly key: string;
  readonly text: RegExp;
}

const patternsOf = (language: Language): Pattern[] =>
  Object.entries(compiledWords(language, areas)).map(([key, message]) => ({
    key,
    text: new RegExp(`^${patternOf(message as Message)}$`, "su"),
  }));

/** Texts and names that are read on a page as it is, but for what is marked as no language's: names, codes, addresses. */
export function textsOf(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => {
    const isOther =
      "bdi, pre, code, script, style, noscript, [lang]:not(html), [dir=ltr], .languages, .wordmark";
    const found = [document.title.replace(/ · .*/, "")];
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest(isOther) !== null || !element.checkVisibility()) continue;
      for (const name of ["aria-label", "title", "placeholder", "alt"])
        found.push(element.getAttribute(name) ?? "");
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent ?? "");
    }
    const bare = found.map((text) => text.replace(/\u2068[^\u2069]*\u2069/g, "…").trim());
    return [...new Set(bare)].filter((text) => /\p{L}/u.test(text));
  });
}

const ownLetters: readonly Language[] = ["ar", "hi"];
/** Words that are written so everywhere. */
const everywhere = /\b(?:Holdfast|Colyseus|https?|QR|Wi-?Fi|iPhone|iPad|Safari|WLAN)\b/g;

const english = patternsOf("en");
const own = new Map<Language, Pattern[]>();

/** What of these texts is not in this language. */
export function foreignTo(language: Language, texts: readonly string[]): string[] {
  if (!own.has(language)) own.set(language, patternsOf(language));
  const known = own.get(language) ?? [];
  const keys = new Set(english.map(({ key }) => key));
  const isWide = ({ text }: Pattern) => /^\^(?:\.\+|[^\p{L}])*\$$/u.test(text.source); // no words, or none of its own
  return texts.filter((text) => {
    if (keys.has(text)) return true;
    if (ownLetters.includes(language) && /[A-Za-z]{3}/.test(text.replace(everywhere, ""))) return true;
    const isIn = (patterns: readonly Pattern[]) =>
      patterns.some((pattern) => !isWide(pattern) && pattern.text.test(text));
    return isIn(english) && !isIn(known);
  });
}

/** What a page shows that is not in this language; none is none. @param names what people have called themselves and events */
export async function foreignWordsOf(
  page: Page | Frame,
  language: Language,
  names: readonly string[] = [],
): Promise<string[]> {
  const texts = await textsOf(page);
  return foreignTo(
    language,
    texts.map((text) => names.reduce((rest, name) => rest.replaceAll(name, "…"), text)),
  );
}
