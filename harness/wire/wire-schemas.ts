// The published JSON Schemas of the wire (docs/wire.schema.json) and an ordinary validator: what a reader in another language
// has, and nothing of src.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

type Json = Record<string, unknown>;

const file = resolve(import.meta.dirname, "../../docs/wire.schema.json");

/** The document as it stands in the file. */
export const wireDocument = () =>
  JSON.parse(readFileSync(file, "utf8")) as Json & { $id: string; $defs: Json };

/** Whether values are what the schemas say, and why not. */
export class WireSchemas {
  readonly #document: ReturnType<typeof wireDocument>;
  readonly #ajv = new Ajv2020({ allErrors: true, strictRequired: false, strictTypes: false });

  /** @param isExact also refuses fields that the schemas do not name: ours, that somebody forgot to write down */
  constructor({ isExact = false } = {}) {
    const document = wireDocument();
    this.#document = isExact ? withoutFurtherFields(document) : document;
    this.#ajv.addSchema(this.#document);
  }

  /** The names of messages and bodies. */
  get names(): string[] {
    return Object.keys(this.#document.$defs);
  }

  /** Why a value is not what the schema of that name says; undefined when it is. Without a name: a line of traffic. */
  fault(value: unknown, name?: string): string | undefined {
    const validate = this.#validatorOf(name);
    return validate(value) ? undefined : this.#ajv.errorsText(validate.errors);
  }

  #validatorOf(name: string | undefined): ValidateFunction {
    const key = name === undefined ? this.#document.$id : `${this.#document.$id}#/$defs/${name}`;
    const found = this.#ajv.getSchema(key);
    if (found === undefined) throw new Error(`there is no schema of the name ${name}`);
    return found;
  }
}

/** A message's or body's schema has a title; what is around them (frames, exchanges) has none. */
function withoutFurtherFields(document: ReturnType<typeof wireDocument>): ReturnType<typeof wireDocument> {
  const closed = Object.entries(document.$defs).map(([name, schema]) => {
    const isOurs = typeof (schema as Json).title === "string" && !name.endsWith("_options");
    return [name, isOurs ? closedIn(schema) : schema];
  });
  return { ...document, $defs: Object.fromEntries(closed) as Json };
}

function closedIn(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closedIn);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === "examples" ? value : closedIn(value)]),
  );
  return (schema as Json).type === "object" && "properties" in schema
    ? { ...inner, additionalProperties: false }
    : inner;
}
