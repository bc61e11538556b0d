// How @colyseus/schema describes a class's fields, which it does not document, as read in 5.0.34; and where the fields are
// kept that it does not synchronise. test/pure/framework/schema.test.ts and test/pure/sync/snapshot.test.ts pin it.

/** A field of a schema class, as the class's metadata has it. */
export interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly patchOnly?: boolean;
  readonly fullStateOnly?: boolean;
  /** Set for a field of a view (`.view()`). */
  readonly tag?: number;
}

/** metadata.ts: the fields of a schema class stand in its `Symbol.metadata`, by their index. */
export function fieldOf(type: object, name: string): Field | undefined {
  const metadata = Reflect.get(type, Symbol.metadata) as Record<string, Field>;
  return Object.values(metadata).find((field) => field.name === name);
}

/** types/builder.ts: a field's definition says in `_noSync` that it is not synchronised (`.noSync()`). */
export function isLocal(definition: object): boolean {
  return Reflect.get(definition, "_noSync") === true;
}

/** Fields that are not synchronised, of an instance that has some: replaced, never changed. */
export const localFields = Symbol("localFields");

interface WithLocals {
  [localFields]?: Readonly<Record<string, unknown>>;
}

/** Makes fields that are not synchronised, and of which the framework therefore records nothing, fields that are recorded. */
export function keepLocalFields(
  { prototype }: { readonly prototype: object },
  names: readonly string[],
): void {
  for (const name of names)
    Object.defineProperty(prototype, name, {
      enumerable: true,
      configurable: true,
      get(this: WithLocals) {
        return this[localFields]?.[name];
      },
      set(this: WithLocals, value: unknown) {
        this[localFields] = { ...this[localFields], [name]: value };
      },
    });
}
