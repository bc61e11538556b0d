// Parts of the state as plain values that never change, so that two of them can be compared by `===`.
import type { Immutable } from "../types/index.ts";
import { fieldsOf, isList, isMap } from "./internals.ts";

/** What is nested deeper contains itself, or is as bad. */
const maxDepth = 100;

/** Is told of every instance and collection that is copied. */
export type Visitor = (ref: object) => void;

/**
 * A plain, deeply frozen copy of a value of the state: objects for instances and maps, arrays for all other collections.
 * Parts that are as they were in `previous` are the very same objects, and so is the whole if nothing has changed.
 * Plain objects and arrays are copied, too, so that a selector may put together what it likes.
 * @param previous what the last copy returned
 * @param visit is called with every instance and collection on the way
 * @throws TypeError for what contains itself, or is nested deeper than 100: no plain value says that
 * @example const next = immutableCopy(state.round, last); // next === last: nothing has changed
 */
export function immutableCopy<T>(value: T, previous?: unknown, visit?: Visitor): Immutable<T> {
  return copyOf(value, previous, visit, 0) as Immutable<T>;
}

function copyOf(value: unknown, previous: unknown, visit: Visitor | undefined, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > maxDepth)
    throw new TypeError(
      `A part of the state that contains itself, or is nested deeper than ${maxDepth}, cannot be copied`,
    );
  if (Array.isArray(value)) return listOf(value, previous, visit, depth);
  if (isList(value)) {
    visit?.(value);
    return listOf([...(value as Iterable<unknown>)], previous, visit, depth);
  }
  const entries = entriesOf(value, visit);
  return entries === undefined ? value : recordOf(entries, previous, visit, depth);
}

/** Undefined for what is neither of the state nor a plain object. */
function entriesOf(value: object, visit: Visitor | undefined): Iterable<[string, unknown]> | undefined {
  if (isMap(value)) {
    visit?.(value);
    return value.entries();
  }
  const fields = fieldsOf(value);
  if (fields === undefined) return isPlain(value) ? Object.entries(value) : undefined;
  visit?.(value);
  return fields.map((name) => [name, Reflect.get(value, name)]);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function listOf(
  items: readonly unknown[],
  previous: unknown,
  visit: Visitor | undefined,
  depth: number,
): unknown {
  const before: readonly unknown[] = Array.isArray(previous) ? previous : [];
  const copy = items.map((item, index) => copyOf(item, before[index], visit, depth + 1));
  const isSame = before === previous && before.length === copy.length && copy.every(isAt(before));
  return isSame ? previous : Object.freeze(copy);
}

function recordOf(
  entries: Iterable<[string, unknown]>,
  previous: unknown,
  visit: Visitor | undefined,
  depth: number,
): unknown {
  const isRecord = typeof previous === "object" && previous !== null && isPlain(previous);
  const before = isRecord ? (previous as Record<string, unknown>) : {};
  const copy: [string, unknown][] = [];
  for (const [name, value] of entries) {
    const known = Object.hasOwn(before, name) ? before[name] : undefined;
    if (value !== undefined) copy.push([name, copyOf(value, known, visit, depth + 1)]);
  }
  const made = Object.fromEntries(copy); // which may have a key __proto__, and puts keys that are numbers first
  return isRecord && isSameRecord(made, before) ? previous : Object.freeze(made);
}

function isSameRecord(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return (
    names.length === others.length &&
    names.every((name, index) => name === others[index] && Object.is(one[name], other[name]))
  );
}

const isAt = (before: readonly unknown[]) => (value: unknown, index: number) =>
  Object.is(value, before[index]);
