// The languages that the pages speak, their own names, and in which direction they are written. Pure.

/** In the order in which they are offered; the first is what a browser gets that speaks none of them. */
export const languages = ["en", "de", "es", "fr", "ar", "hi"] as const;
export type Language = (typeof languages)[number];

/** Each in its own words, for the one who looks for it. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  ar: "العربية",
  hi: "हिन्दी",
};

export function directionOf(language: Language): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}

/** The language of a tag such as `de-AT`; undefined for one that the pages do not speak. */
export function languageOf(tag: string): Language | undefined {
  const [base] = tag.toLowerCase().split("-");
  return languages.find((language) => language === base);
}
