// What a room author announces to all, as everyone is sent it: a name and a payload of JSON. Pure. Who calls is the author's
// own code: what it must not do is refused aloud, by a throw.
import { isJson } from "../protocol/json.ts";
import type { HistoryEntry } from "../protocol/messages.ts";
import { utf8Length } from "./entry-size.ts";

/** A type is a name of 1 to so many characters, as that of a published message. */
const longestType = 128;
/**
 * A payload has at most so many bytes as JSON. A history keeps 256 KB (`replayBytes`), 30 of the largest; what is larger,
 * or has to be there for whoever comes later, belongs into the state.
 */
export const announcementBytes = 8192;

/** The same announcement, by which those who are told it as well know it. */
export function identified(entry: HistoryEntry, id: string): HistoryEntry {
  return entry.type === "announcement" ? { type: entry.type, payload: { ...entry.payload, id } } : entry;
}

/**
 * An announcement that stays as it was when it was asked for, whatever becomes of `payload`.
 * @throws TypeError for a type that is no name, or a payload that JSON cannot say (a function, a bigint, a circle), or
 *   that is nested deeper than 100: of what is nested in thousands no frame can be made; RangeError for one of more than
 *   8,192 bytes
 */
export function authorsAnnouncement(type: string, payload: unknown): HistoryEntry {
  if (typeof type !== "string" || type.length < 1 || type.length > longestType)
    throw new TypeError(`announce: a type is a name of 1 to ${longestType} characters`);
  if (payload === undefined) return { type: "announcement", payload: { type } };
  const text = textOf(type, payload);
  const bytes = utf8Length(text);
  if (bytes > announcementBytes)
    throw new RangeError(
      `announce("${type}"): its payload has ${bytes} bytes as JSON, more than ${announcementBytes}`,
    );
  const copy: unknown = JSON.parse(text);
  if (!isJson(copy)) throw new TypeError(`announce("${type}"): its payload is nested too deep`);
  return { type: "announcement", payload: { type, payload: copy } };
}

function textOf(type: string, payload: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(payload) as string | undefined;
  } catch (error) {
    cause = error;
  }
  if (text === undefined)
    throw new TypeError(`announce("${type}"): its payload cannot be written as JSON`, { cause });
  return text;
}
