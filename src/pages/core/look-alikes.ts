// Which texts look the same to a person: Latin letters and those of Cyrillic and Greek that are drawn alike, case, widths,
// and the few digits that are taken for letters. A comparison only, never shown. Pure.

/** Pairs: a letter, and the one that it looks like. */
const pairs = [
  "аa сc еe іi јj һh оo рp ѕs ѵv хx уy ԁd ӏl ԛq ԝw кk", // Cyrillic
  "АA ВB ЕE ІI КK МM НH ОO РP СC ТT УY ХX ЅS ЈJ",
  "αa οo νv ρp ιi κk υu χx γy", // Greek
  "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX",
  "0O 1l Il |l ıi ‐- ‑- –- —- ’' ‘' ʼ'",
].join(" ");
const alikes = new Map(pairs.split(" ").map((pair): [string, string] => [pair.slice(0, 1), pair.slice(1)]));

/** The same for texts that look the same. */
export function lookOf(text: string): string {
  let look = "";
  for (const letter of text.normalize("NFKC")) {
    const latin = alikes.get(letter) ?? letter;
    look += alikes.get(latin) ?? latin; // a Cyrillic I is a Latin one is an l
  }
  return look
    .replace(/[\u200c\u200d\ufe0e\ufe0f\s]+/gu, " ")
    .toLowerCase()
    .trim();
}
