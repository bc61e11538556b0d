// How a participant is called and shown: a name, what tells two of the same name apart, initials, a tone. Names are hostile
// text: whatever they hold, they stay text, show something, and change nothing beside them. Knows nothing of the DOM.
import { t } from "../languages/words.ts";
import { lookOf } from "./look-alikes.ts";

/** What is known of somebody. */
export interface Person {
  readonly deviceId: string;
  readonly userId: string;
  readonly displayName: string;
}

/** What a person is called among others. Everything of it is text to be shown in a `<bdi>`. */
export interface Name {
  readonly name: string;
  /** Tells this one apart from others who look the same: `K7`. Empty where nobody does. */
  readonly mark: string;
}

export const toneCount = 8;

/** Marks of direction, and invisible letters that only formatters and forgers use; joiners stay, scripts and emoji need them. */
const unseen =
  /[\p{Cc}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
/** More marks on one letter than any language writes would grow over the neighbours' lines. */
const tooManyMarks = /(\p{M}{4})\p{M}+/gu;
const showsSomething = /[\p{L}\p{N}\p{S}\p{P}]/u;

/** A name without what is not seen, on one line; empty when nothing would be seen. */
export function shownName(text: string): string {
  const shown = text.replace(/\s+/gu, " ").replace(unseen, "").replace(tooManyMarks, "$1").trim();
  return showsSomething.test(shown) && !/^[\u2800\s]+$/u.test(shown) ? shown : "";
}

function hashOf(text: string): number {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  return hash >>> 0;
}

/** A tone from 0 to `toneCount - 1`, the same for the same device everywhere. */
export function toneOf(deviceId: string): number {
  return hashOf(deviceId) % toneCount;
}

/** Two digits, the same for the same device on everybody's page. */
function guestNumber(deviceId: string): number {
  return 10 + (hashOf(`guest ${deviceId}`) % 90);
}

/** What a person is called: the display name, or `Guest 14` when it shows nothing. */
export function nameOf(person: Person): string {
  return shownName(person.displayName) || t("person.guest", { n: guestNumber(person.deviceId) });
}

/** No letter or digit that is taken for another. */
const markLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A device's mark: its first `length` letters. */
function markOf(deviceId: string, length: number): string {
  let mark = "";
  for (let at = 0; at < length; at += 1)
    mark += markLetters[hashOf(`${at} mark ${deviceId}`) % markLetters.length];
  return mark;
}

const longestMark = 8;

/** Adds the names of those who look the same: each with a mark, as short as tells them apart. */
function tellApart(people: readonly Person[], names: Map<string, Name>): void {
  let length = 2;
  const isTold = () => new Set(people.map(({ deviceId }) => markOf(deviceId, length))).size === people.length;
  while (length < longestMark && !isTold()) length += 1;
  for (const person of people)
    names.set(person.deviceId, { name: nameOf(person), mark: markOf(person.deviceId, length) });
}

/**
 * What everyone is called, by device id. Who is the only one of a look has no mark; marks are a device's own, so that all
 * pages show the same ones. Takes a few milliseconds for thousands: call it when somebody has come, gone or been renamed.
 */
export function namesOf(people: Iterable<Person>): ReadonlyMap<string, Name> {
  const looks = new Map<string, Person[]>();
  for (const person of people) {
    const look = lookOf(nameOf(person));
    const same = looks.get(look);
    if (same === undefined) looks.set(look, [person]);
    else same.push(person);
  }
  const names = new Map<string, Name>();
  for (const same of looks.values()) {
    const [only] = same;
    if (same.length > 1) tellApart(same, names);
    else if (only !== undefined) names.set(only.deviceId, { name: nameOf(only), mark: "" });
  }
  return names;
}

/** A name with its mark as one text, for sentences and labels: `Ann (K7)`. */
export function wholeName({ name, mark }: Name): string {
  return mark === "" ? name : t("person.marked", { name, mark });
}

/** A name for the middle of a sentence of another direction: isolated, where no `<bdi>` can be. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** A letter with a hundred marks on it is one grapheme: the marks go, an emoji's parts stay. */
const maxGraphemeUnits = 14;

function firstGrapheme(word: string): string {
  const [first] = segmenter.segment(word.slice(0, 64));
  const grapheme = first?.segment ?? "";
  return grapheme.length > maxGraphemeUnits ? String.fromCodePoint(grapheme.codePointAt(0) ?? 63) : grapheme;
}

/** One or two characters for a small disc: `Ann Lee` is AL, an emoji stays whole. */
export function initialsOf(name: string): string {
  const shown = shownName(name);
  const words = shown
    .split(/[\s\-_.]+/u)
    .filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const [first, ...rest] = words;
  if (first === undefined) return firstGrapheme(shown) || "?";
  const last = rest.at(-1);
  const initials = [first, ...(last === undefined ? [] : [last])].map(firstGrapheme);
  const [one = "?"] = initials;
  return (one.length > 2 ? one : initials.join("")).toLocaleUpperCase();
}
