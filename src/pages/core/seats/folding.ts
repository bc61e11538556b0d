// Text as a search and a list of names compare it: without accents, case, and what cannot be seen, in any script.
// Pure. Both sides of a comparison are folded, so that what is lost is lost on both.

/** Letters that no normal form takes apart, as people type them. */
const plain: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
  ħ: "h",
  ŋ: "n",
  ς: "σ",
  ى: "ي",
  ة: "ه",
};
const plainLetters = new RegExp(`[${Object.keys(plain).join("")}]`, "gu");

/**
 * Marks that are an accent or a vowel sign that may be left out: those which several scripts share (Latin, Greek, Cyrillic,
 * Arabic, kana), the points of Hebrew, the nukta. The vowels of Devanagari and its like stay: without them it is another name.
 */
const accents = /[\p{Script=Inherited}\u0591-\u05c7\u093c\u0640]/gu;
const invisible = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const katakana = /[\u30a1-\u30f6]/gu;
/** How far katakana is from hiragana in Unicode. */
const kanaDistance = 0x60;

/** Names are bounded at the server; what is longer is not worth comparing. */
const maxUnits = 512;
/** A roster's names are folded with every change: this many results are kept. */
const maxKept = 8192;
const kept = new Map<string, string>();

/** The text without accents and case, its words one space apart. */
export function fold(text: string): string {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const folded = text
    .slice(0, maxUnits)
    .replace(/[\t\n\r]/g, " ") // a line's end parts words, other control characters do not
    .normalize("NFKD")
    .replace(accents, "")
    .replace(invisible, "")
    .toLowerCase()
    .normalize("NFKD")
    .replace(accents, "")
    .replace(plainLetters, (letter) => plain[letter] ?? letter)
    .replace(katakana, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - kanaDistance))
    .replace(/[\s\p{Z}]+/gu, " ")
    .trim();
  if (kept.size >= maxKept) kept.clear();
  kept.set(text, folded);
  return folded;
}

/** The words of a name, folded, whatever stands between them: `Lee, Ann` has the same two as `Ann Lee`. */
export function wordsIn(name: string): string[] {
  return fold(name).match(/[\p{L}\p{M}\p{N}\p{So}]+/gu) ?? [];
}
