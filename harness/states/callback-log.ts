// Handlers for everything in a state, and what they are told: registered with the SDK's callbacks or with ours, so that the
// two can be held against each other.
import { ArraySchema, CollectionSchema, MapSchema, SetSchema } from "@colyseus/schema";
import { fieldsOf } from "../../src/client/state/internals.ts";

/** What the SDK's `Callbacks` and ours have in common. */
export interface AnyCallbacks {
  listen(...args: unknown[]): () => void;
  onAdd(...args: unknown[]): () => void;
  onRemove(...args: unknown[]): () => void;
  onChange(...args: unknown[]): () => void;
}

const isCollection = (value: unknown): value is object =>
  [ArraySchema, CollectionSchema, MapSchema, SetSchema].some((type) => value instanceof type);
const isInstance = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !isCollection(value) && fieldsOf(value) !== undefined;
const textOf = (value: unknown): string =>
  isCollection(value) ? "collection" : (JSON.stringify(value) ?? "undefined");

/** Registers for everything, also in what is added later, and writes down what it is told. */
export class CallbackLog {
  readonly lines: string[] = [];
  readonly #callbacks: AnyCallbacks;
  /** Registers at once while a patch is told, as ours does; the SDK tells what is there by the patch itself. */
  readonly #isNested: boolean;

  constructor(callbacks: AnyCallbacks, isNested: boolean) {
    this.#callbacks = callbacks;
    this.#isNested = isNested;
  }

  /** For the state itself. */
  state(fields: Readonly<Record<string, "value" | "collection">>): void {
    for (const [name, kind] of Object.entries(fields))
      if (kind === "value") this.#value([], "", name);
      else this.#collection([], "", name);
  }

  #value(of: unknown[], path: string, name: string): void {
    this.#callbacks.listen(...of, name, (value: unknown, before: unknown) => {
      this.lines.push(`${path}${name} is ${textOf(value)}, was ${textOf(before)}`);
      if (isInstance(value)) this.#instance(value, `${path}${name}.`);
    });
  }

  #collection(of: unknown[], path: string, name: string): void {
    this.#callbacks.onAdd(...of, name, (value: unknown, key: unknown) => {
      this.lines.push(`${path}${name} + ${key} ${textOf(value)}`);
      if (isInstance(value)) this.#instance(value, `${path}${name}.${key}.`);
    });
    this.#callbacks.onRemove(...of, name, (value: unknown, key: unknown) =>
      this.lines.push(`${path}${name} - ${key} ${textOf(value)}`),
    );
    this.#callbacks.onChange(...of, name, (key: unknown, value: unknown) =>
      this.lines.push(`${path}${name} ~ ${key} ${textOf(value)}`),
    );
  }

  #instance(instance: object, path: string): void {
    if (!this.#isNested) return;
    this.#callbacks.onChange(instance, () => this.lines.push(`${path} changed`));
    for (const name of fieldsOf(instance) ?? [])
      if (isCollection(Reflect.get(instance, name))) this.#collection([instance], path, name);
      else this.#value([instance], path, name);
  }

  /** What it was told since the last time; the order between handlers is nobody's promise. */
  take(): string[] {
    return this.lines.splice(0).toSorted();
  }
}
