// Text without what not every JavaScript has.

/** With U+FFFD for each half of a surrogate pair, as `String.prototype.toWellFormed`, which React Native's engine lacks. */
export const wellFormed = (text: string): string => text.replaceAll(/[\ud800-\udfff]/gu, "\ufffd");

/** How many bytes it has as UTF-8. */
export const utf8Length = (text: string): number =>
  encodeURIComponent(wellFormed(text)).replaceAll(/%../g, "x").length;
