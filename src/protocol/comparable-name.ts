// When two names are the same to a person. Pure; a browser's bundle holds this file.

/**
 * Marks that a script adds to letters and that people leave out (accents, Arabic vowel signs), joiners between letters, and
 * what shows nothing. Signs that are letters of their own, as Devanagari's vowels, are none of them.
 */
const leftOut = /[\p{Script=Inherited}\p{Cf}\s]/gu;

/** Of a name's 64 characters scripts that people write make three each at most; of one that nobody writes Unicode makes eighteen. */
const mostCompared = 256;

/**
 * A name as it is compared with others: without case, accents, spaces and what shows nothing.
 * @returns "" for a name that shows nothing
 * @example comparableName(" José  Díaz") === comparableName("jose diaz"); // true
 */
export function comparableName(name: string): string {
  return name
    .normalize("NFKD")
    .slice(0, mostCompared)
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKD")
    .replace(leftOut, "");
}
