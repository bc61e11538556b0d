// How a participant is shown: a name, initials, a tone. Names are hostile text: whatever they hold, they stay text.
// Pure; knows nothing of the DOM.

/** What is known of somebody. */
export interface Person {
  readonly deviceId: string;
  readonly userId: string;
  readonly displayName: string;
}

export const toneCount = 8;

/** What a person is called: the display name, else the user, else the device. */
export function nameOf(person: Person): string {
  for (const name of [person.displayName, person.userId, person.deviceId])
    if (name.trim() !== "") return name;
  return "Someone";
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
  const words = name
    .split(/[\s\-_.]+/u)
    .filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const [first, ...rest] = words;
  if (first === undefined) return firstGrapheme(name.trim()) || "?";
  const last = rest.at(-1);
  const initials = [first, ...(last === undefined ? [] : [last])].map(firstGrapheme);
  const [one = "?"] = initials;
  return (one.length > 2 ? one : initials.join("")).toLocaleUpperCase();
}

/** A tone from 0 to `toneCount - 1`, the same for the same device everywhere. */
export function toneOf(deviceId: string): number {
  let hash = 2166136261;
  for (let at = 0; at < deviceId.length; at += 1) hash = Math.imul(hash ^ deviceId.charCodeAt(at), 16777619);
  return (hash >>> 0) % toneCount;
}
