// What JSON can carry unchanged: what a client publishes and what a participant is told is kept as JSON. Pure; a browser's
// bundle holds this file.

/** A value that comes back from JSON as it went in. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Deeper than this is a cycle, or as bad as one. */
const maxDepth = 100;

/** True when the value comes back from JSON as it went in: no Date, Map, NaN, undefined field, function or cycle. */
export function isJson(value: unknown, depth = 0): value is Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth > maxDepth) return false;
  if (Array.isArray(value)) return isList(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return false;
  if (Object.getOwnPropertySymbols(value).length > 0) return false;
  return Object.values(value).every((field) => isJson(field, depth + 1));
}

/** By index: `every` skips the holes, which JSON does not. */
function isList(list: readonly unknown[], depth: number): boolean {
  for (let index = 0; index < list.length; index++) if (!isJson(list[index], depth + 1)) return false;
  return true;
}
