// What we use of @colyseus/schema and it does not document, as read in 5.0.34: what a class's fields are called.
// test/rooms/client/sdk-internals.test.ts pins it.
import { ArraySchema, CollectionSchema, MapSchema, SetSchema, StreamSchema } from "@colyseus/schema";

interface Field {
  readonly name: string;
  readonly deprecated?: boolean;
}

const known = new WeakMap<object, readonly string[]>();

/** The names of a schema instance's fields, in their order; undefined for what is no instance of a schema. */
export function fieldsOf(instance: object): readonly string[] | undefined {
  const { constructor: type } = instance;
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
export type List =
  | ArraySchema<unknown>
  | SetSchema<unknown>
  | CollectionSchema<unknown>
  | StreamSchema<never>;

export const isMap = (value: object): value is MapSchema<unknown> => value instanceof MapSchema;
export const isList = (value: object): value is List =>
  value instanceof ArraySchema ||
  value instanceof SetSchema ||
  value instanceof CollectionSchema ||
  value instanceof StreamSchema;
