// What a message's fields are, in a few words each: for the tables of docs/wire-protocol.md and for the record of the wire.
import { definitions } from "./json-schema.ts";

type Json = Record<string, unknown>;

/** What kind of value a schema is for, in a few words. */
export function kindOf(schema: Json): string {
  const { $ref, const: only, enum: list, type, items, anyOf } = schema;
  if (typeof $ref === "string") return $ref.replace("#/$defs/", "");
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(list)) return (list as unknown[]).map((each) => JSON.stringify(each)).join(" | ");
  if (Array.isArray(anyOf)) return [...new Set((anyOf as Json[]).map(kindOf))].join(" | ");
  if (type === "array") return `list of ${kindOf(items as Json)}`;
  return typeof type === "string" ? type : "anything";
}

interface WireField {
  readonly name: string;
  /** What it is, in a few words. */
  readonly kind: string;
  readonly isRequired: boolean;
  readonly text: string;
}

/** The fields of an object's schema, or of all its alternatives together. */
export function fieldsOf(schema: Json): WireField[] {
  const {
    oneOf,
    properties = {},
    required = [],
  } = schema as {
    oneOf?: Json[];
    properties?: Record<string, Json>;
    required?: string[];
  };
  if (oneOf !== undefined) return together(oneOf.map(fieldsOf));
  return Object.entries(properties).map(([field, of]) => ({
    name: field,
    kind: kindOf(of),
    isRequired: required.includes(field),
    text: String(of.description ?? ""),
  }));
}

function together(alternatives: readonly WireField[][]): WireField[] {
  const byName = Object.groupBy(alternatives.flat(), (field) => field.name);
  return Object.values(byName).map((same = []) => ({
    ...(same[0] as WireField),
    kind: [...new Set(same.map(({ kind }) => kind))].join(" | "),
    isRequired: same.length === alternatives.length && same.every(({ isRequired }) => isRequired),
  }));
}

/** For the record of the wire: the kind of each field, and whether it is always there. */
export function fieldsOfWire(): Record<string, string> {
  const all = Object.entries(definitions()).flatMap(([part, schema]) =>
    fieldsOf(schema).map(({ name: field, kind, isRequired }) => {
      // A list of reasons has lines of its own: one more changes nothing.
      const word = kind.includes(" | ") && kind.includes('"') ? "one of a list" : kind;
      return [`field: ${part}.${field}`, isRequired ? word : `${word}, if any`] as const;
    }),
  );
  return Object.fromEntries(all);
}
