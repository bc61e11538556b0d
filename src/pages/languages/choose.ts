// Which language a page speaks: the one that was chosen on this device, or else the one of its HTML, which the server has
// chosen by what the browser asks for.
import { directionOf, type Language, languageOf } from "./languages.ts";
import { speak } from "./words.ts";
import type { Messages } from "@lingui/core";

const key = "holdfast.language";

/** For each language what loads its words. `virtual:words/<page>` is one. */
export type WordLoaders = Readonly<Record<Language, () => Promise<{ readonly default: Messages }>>>;

/** The language that this device has chosen, or that of the HTML. */
export function chosenLanguage(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(key);
  } catch {
    // storage may be forbidden: then the browser's language it is
  }
  return languageOf(kept ?? "") ?? languageOf(document.documentElement.lang) ?? "en";
}

/** Loads the words of the page's language, and says in the HTML which one it is. Rejects when they cannot be had. */
export async function loadWords(loaders: WordLoaders, language = chosenLanguage()): Promise<void> {
  const { default: messages } = await loaders[language]();
  speak(language, messages);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}
