// The pages' words for tests without a browser: `speakFrom("de")`, and `t` answers in German.
import { compiledWords } from "../../scripts/words.ts";
import type { Language } from "../../src/pages/languages/languages.ts";
import { areas, speak } from "../../src/pages/languages/words.ts";

/** All words of a language, from the catalogues as they are now. */
export function speakFrom(language: Language = "en"): void {
  speak(language, compiledWords(language, areas));
}
