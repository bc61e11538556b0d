// What kinds of settings there are, and what makes a value of each one that is not allowed. Pure.
import { isIP } from "node:net";

interface SettingBase {
  /** What it is, its unit, and what follows from it. One sentence for the README. */
  readonly meaning: string;
}
export interface NumberSetting extends SettingBase {
  readonly kind: "number";
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  /** 0 is allowed beside the range, and turns the setting off. */
  readonly zeroIsOff?: true;
}
export interface TextSetting extends SettingBase {
  readonly kind: "text";
  readonly fallback: string;
  /** Why the value is not allowed, as the end of a sentence; undefined when it is. */
  readonly refuse?: (value: string) => string | undefined;
  /** Its value is shown to nobody, not even where it is refused. */
  readonly isSecret?: true;
}
export type Setting = NumberSetting | TextSetting;

export const oneOf =
  (...allowed: string[]) =>
  (value: string) =>
    allowed.includes(value) ? undefined : `one of ${allowed.join(", ")}`;

export const number = (
  fallback: number,
  min: number,
  max: number,
  meaning: string,
  zeroIsOff?: true,
): NumberSetting => ({ kind: "number", fallback, min, max, meaning, ...(zeroIsOff ? { zeroIsOff } : {}) });

export const text = (fallback: string, meaning: string, refuse?: TextSetting["refuse"]): TextSetting => ({
  kind: "text",
  fallback,
  meaning,
  ...(refuse ? { refuse } : {}),
});

/** A text whose value is never shown; empty is none. */
export const secret = (meaning: string, refuse?: TextSetting["refuse"]): TextSetting => ({
  ...text("", meaning, refuse),
  isSecret: true,
});

/** What a text may be that is either left empty or something. */
export const emptyOr =
  (refuse: (value: string) => string | undefined) =>
  (value: string): string | undefined =>
    value === "" ? undefined : refuse(value);

export const atLeast = (length: number) => (value: string) =>
  value.length >= length ? undefined : `at least ${length} characters`;

export const origins = (value: string) =>
  value === "*" ||
  value.split(",").every((origin) => URL.canParse(origin) && new URL(origin).origin === origin)
    ? undefined
    : '"*", or origins such as https://example.com separated by commas';

export const url = (value: string) =>
  /^https?:$/.test(URL.parse(value)?.protocol ?? "") ? undefined : "an http or https URL";
export const host = (value: string) =>
  isIP(value) !== 0 || /^[a-zA-Z0-9.-]{1,253}$/.test(value) ? undefined : "an IP address or a host name";
export const address = (value: string) =>
  /^[^\s/]+:\d{1,5}$/.test(value) && URL.canParse(`http://${value}`) ? undefined : "host:port";
export const path = (value: string) =>
  /^(?:\/[\w.~-]+)+$/.test(value) ? undefined : "a path such as /healthz";
