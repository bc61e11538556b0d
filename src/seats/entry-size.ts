// How many bytes an entry of the history takes in an answer to who missed it: an upper bound, counted without encoding. Pure.
import type { HistoryEntry } from "../protocol/messages.ts";

/** Names of fields, numbers, reason and type of one entry, as MessagePack: 200 bytes at most. */
const fixedBytes = 200;
/** MessagePack's largest number, and its longest head of a text, list or object. */
const [numberBytes, headBytes] = [9, 5];

/** The bytes of one entry, at most. */
export function entryBytes({ type, payload }: HistoryEntry): number {
  return type === "announcement"
    ? fixedBytes + utf8Length(payload.type) + packedBytes(payload.payload)
    : fixedBytes + utf8Length(payload.device_id) + utf8Length(payload.user_id);
}

/** Of a value that came out of JSON, as MessagePack. */
function packedBytes(value: unknown): number {
  if (typeof value === "string") return headBytes + utf8Length(value);
  if (typeof value === "number") return numberBytes;
  if (typeof value !== "object" || value === null) return 1;
  let bytes = headBytes;
  for (const [key, each] of Object.entries(value))
    bytes += packedBytes(each) + (Array.isArray(value) ? 0 : packedBytes(key));
  return bytes;
}

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
