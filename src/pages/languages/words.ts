// Every word that a person sees comes from here: `t("own.here")`. The catalogues are <language>/<area>.json, in ICU's
// message format; the build compiles them (scripts/words.ts), and a page loads those of one language.
import { type Messages, setupI18n } from "@lingui/core";
import type demo from "./en/demo.json";
import type host from "./en/host.json";
import type participant from "./en/participant.json";
import type seats from "./en/seats.json";
import type shared from "./en/shared.json";
import type wayIn from "./en/way-in.json";
import type { Language } from "./languages.ts";

/** The areas of words; each has one owner and a file in every language. */
export const areas = ["shared", "way-in", "participant", "host", "seats", "demo"] as const;
export type Area = (typeof areas)[number];

/** The key of a message. English has every one of them. */
export type Words =
  | keyof typeof shared
  | keyof typeof wayIn
  | keyof typeof participant
  | keyof typeof host
  | keyof typeof seats
  | keyof typeof demo;

const i18n = setupI18n();

/** From now on `t` answers in this language. Compiled messages, as the build makes them. */
export function speak(language: Language, messages: Messages): void {
  i18n.loadAndActivate({ locale: language, messages });
}

/** The language that is spoken, for `Intl`. */
export function spoken(): Language {
  return (i18n.locale || "en") as Language;
}

/**
 * A message in the language of the page.
 * @param values what its `{names}` stand for; a plural's number, too
 * @example t("unit.seconds", { n: 3 }) // "3 seconds"
 */
export function t(key: Words, values: Readonly<Record<string, string | number>> = {}): string {
  return i18n._(key, { ...values });
}
