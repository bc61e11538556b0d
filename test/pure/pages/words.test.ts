// The catalogues of the pages' words: every language has every message, with the same values, and each can be read.
import { expect } from "chai";
import { compiledWords, wordsOf } from "../../../scripts/words.ts";
import { speakFrom } from "../../../harness/pages/words.ts";
import {
  formatDuration,
  formatList,
  formatNumber,
  formatSeconds,
} from "../../../src/pages/languages/format.ts";
import { type Language, languageOf, languages } from "../../../src/pages/languages/languages.ts";
import { areas, t } from "../../../src/pages/languages/words.ts";

/** The names of the values that a compiled message asks for; a plural's choices included. */
function valuesIn(message: unknown, found = new Set<string>()): Set<string> {
  if (!Array.isArray(message)) return found;
  for (const token of message) {
    if (!Array.isArray(token)) continue;
    const [name, , choices] = token as [string, string?, unknown?];
    if (name !== "#") found.add(name);
    if (typeof choices === "object" && choices !== null)
      for (const choice of Object.values(choices)) valuesIn(choice, found);
  }
  return found;
}

describe("the pages' words", () => {
  after(() => speakFrom("en"));

  for (const language of languages)
    it(`[B150] ${language} can be read, and says numbers as it does`, () => {
      expect(Object.keys(compiledWords(language, areas))).to.include("unit.seconds");
      speakFrom(language);
      for (const n of [0, 1, 2, 5, 11, 100]) expect(t("unit.seconds", { n })).to.match(/\S/);
      expect(formatSeconds(12)).to.match(/12|١٢/);
    });

  it("[B150] a message is in the language that is spoken, plurals and lists, too", () => {
    speakFrom("de");
    expect(t("unit.seconds", { n: 1 })).to.equal("1 Sekunde");
    expect(t("unit.seconds", { n: 3 })).to.equal("3 Sekunden");
    expect(formatNumber(1234.5)).to.equal("1.234,5");
    expect(formatList(["Ann", "Ben"])).to.equal("Ann und Ben");
  });

  for (const area of areas)
    for (const language of languages.slice(1))
      it(`[B151] ${language}/${area} has every message of the English one, with the same values, and no other`, () => {
        const valuesOf = (of: Language) =>
          Object.entries(compiledWords(of, [area])).map(([key, message]) => [
            key,
            [...valuesIn(message)].toSorted(),
          ]);
        expect(Object.fromEntries(valuesOf(language))).to.deep.equal(Object.fromEntries(valuesOf("en")));
      });

  it("[B106] a length of time is said by its largest units", () => {
    speakFrom("en");
    const said = [0, 400, 59_400, 65_000, 125_000, 305_000, 3_600_000, 7_500_000].map(formatDuration);
    expect(said).to.deep.equal([
      "0 seconds",
      "0 seconds",
      "59 seconds",
      "1 minute, 5 seconds",
      "2 minutes, 5 seconds",
      "5 minutes",
      "1 hour",
      "2 hours, 5 minutes",
    ]);
    for (const language of languages) {
      speakFrom(language);
      expect(formatDuration(65_000), language).to.match(/\S/).and.not.to.equal(formatDuration(125_000));
    }
    speakFrom("en");
  });

  it("[B150] no key is in two areas", () => {
    const keys = areas.flatMap((area) => Object.keys(wordsOf("en", area)));
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).to.deep.equal([]);
  });

  it("[B150] a language tag is taken by its base", () => {
    expect(languageOf("de-AT")).to.equal("de");
    expect(languageOf("AR")).to.equal("ar");
    expect(languageOf("tlh")).to.equal(undefined);
  });
});
