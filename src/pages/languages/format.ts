// Numbers, times of day, spans of time and lists in the language of the page, by Intl.
import { languageOf } from "./languages.ts";
import { spoken } from "./words.ts";

const made = new Map<string, unknown>();

/** The language of the page as this device writes it: en-GB and en-US differ in the hours of a day. */
function locale(): string {
  const wanted = typeof navigator === "undefined" ? [] : (navigator.languages ?? []);
  return wanted.find((tag) => languageOf(tag) === spoken()) ?? spoken();
}

/** One formatter for each language and purpose: making one takes longer than using it. */
function once<T>(purpose: string, make: (language: string) => T): T {
  const key = `${spoken()} ${purpose}`;
  let formatter = made.get(key) as T | undefined;
  if (formatter === undefined) made.set(key, (formatter = make(locale())));
  return formatter;
}

/** `1,234` */
export function formatNumber(n: number): string {
  return once("number", (language) => new Intl.NumberFormat(language)).format(n);
}

/** The time of day of an instant, with seconds: `10:14:31`. */
export function formatTime(at: number): string {
  const style = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  return once("time", (language) => new Intl.DateTimeFormat(language, style)).format(at);
}

/** An instant that may be another day's, to the minute: `Tue 10:14`. */
export function formatMoment(at: number): string {
  const style = { weekday: "short", hour: "2-digit", minute: "2-digit" } as const;
  return once("moment", (language) => new Intl.DateTimeFormat(language, style)).format(at);
}

/** A span of time in its one or two largest units, long: `30 seconds`, `1 hour, 5 minutes`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return unit("second", seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0 || minutes >= 5
      ? unit("minute", minutes)
      : units(["minute", minutes], ["second", seconds % 60]);
  return minutes % 60 === 0
    ? unit("hour", minutes / 60)
    : units(["hour", Math.floor(minutes / 60)], ["minute", minutes % 60]);
}

function unit(name: string, n: number): string {
  const style = { style: "unit", unit: name, unitDisplay: "long" } as const;
  return once(`${name} long`, (language) => new Intl.NumberFormat(language, style)).format(n);
}

function units(...parts: readonly (readonly [string, number])[]): string {
  const style = { type: "unit", style: "short" } as const;
  const texts = parts.map(([name, n]) => unit(name, n));
  return once("units", (language) => new Intl.ListFormat(language, style)).format(texts);
}

/** `25 %` of 0.25, as the language writes it. */
export function formatShare(share: number): string {
  return once("share", (language) => new Intl.NumberFormat(language, { style: "percent" })).format(share);
}

/** Seconds, short: `12 s` ("12 sec", "12 ث"), for where a sentence has no room. */
export function formatSeconds(seconds: number): string {
  const style = { style: "unit", unit: "second", unitDisplay: "short" } as const;
  return once("seconds", (language) => new Intl.NumberFormat(language, style)).format(seconds);
}

/** `Ann, Ben, and Cem` */
export function formatList(names: readonly string[]): string {
  return once("list", (language) => new Intl.ListFormat(language, { type: "conjunction" })).format(names);
}

/** What is left of a countdown, as a clock shows it: `0:23`, `1:05`, `2:00:10`. */
export function formatCountdown(seconds: number): string {
  const whole = (n: number) => formatNumber(n);
  const two = (n: number) =>
    once("two digits", (language) => new Intl.NumberFormat(language, { minimumIntegerDigits: 2 })).format(n);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${whole(hours)}:${two(minutes)}:${two(rest)}` : `${whole(minutes)}:${two(rest)}`;
}
