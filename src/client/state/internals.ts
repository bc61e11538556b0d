// What we use of @colyseus/schema and it does not document, as read in 5.0.34: what a class's fields are called, and by
// what an array is known that the decoder shows now through its proxy and now without it.
// test/rooms/client/sdk-internals.test.ts pins it.
import {
  $changes,
  ArraySchema,
  CollectionSchema,
  MapSchema,
  OPERATION,
  SetSchema,
  StreamSchema,
} from "@colyseus/schema";

interface Field {
  readonly name: string;
  readonly deprecated?: boolean;
}

const known = new WeakMap<object, readonly string[]>();

/** The names of a schema instance's fields, in their order; undefined for what is no instance of a schema. */
export function fieldsOf(instance: object): readonly string[] | undefined {
  const type: unknown = (Object.getPrototypeOf(instance) as object | null)?.constructor;
  if (typeof type !== "function") return undefined;
  const names = known.get(type) ?? namesIn(type);
  if (names !== undefined) known.set(type, names);
  return names;
}

/** types/symbols.ts, Metadata.ts: a class's fields stand in its `Symbol.metadata`, by their index. */
function namesIn(type: object): readonly string[] | undefined {
  const metadata = Reflect.get(type, Symbol.metadata) as Record<number, Field> | null | undefined;
  if (metadata === null || metadata === undefined) return undefined;
  const names: string[] = [];
  for (let index = 0; metadata[index] !== undefined; index += 1)
    if (metadata[index]?.deprecated !== true) names.push(metadata[index]!.name);
  return names;
}

/** A collection of the state whose items have no names. */
type List = ArraySchema<unknown> | SetSchema<unknown> | CollectionSchema<unknown> | StreamSchema<never>;
export type Collection = MapSchema<unknown> | List;

export const isMap = (value: object): value is MapSchema<unknown> => value instanceof MapSchema;
export const isArray = (value: object): value is ArraySchema<unknown> => value instanceof ArraySchema;
export const isList = (value: object): value is List =>
  isArray(value) ||
  value instanceof SetSchema ||
  value instanceof CollectionSchema ||
  value instanceof StreamSchema;
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
export const isCollection = (value: unknown): value is Collection =>
  isObject(value) && (isMap(value) || isList(value));
export const isInstance = (value: unknown): value is object =>
  isObject(value) && fieldsOf(value) !== undefined && !isCollection(value);

/** A collection's items with their keys: a map's own, an array's places, anything else's numbers on the wire. */
export function itemsOf(collection: Collection): [value: unknown, key: string | number][] {
  const items: [unknown, string | number][] = [];
  (collection as MapSchema<unknown>).forEach((value, key) => items.push([value, key]));
  return items;
}

/** types/custom/ArraySchema.ts: an array and its proxy have the same `$changes`, and nothing else has them. */
export function identityOf(ref: object): object {
  const changes: unknown = Reflect.get(ref, $changes);
  return isObject(changes) ? changes : ref;
}

/** encoding/spec.ts: an operation is made of these bits. */
export const adds = (op: number): boolean => (op & OPERATION.ADD) === OPERATION.ADD;
export const deletes = (op: number): boolean => (op & OPERATION.DELETE) === OPERATION.DELETE;
