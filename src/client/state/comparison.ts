// What is different in a state of another encoder: everything in it is new, so that it can only be compared, by place and
// key. First all items are given their new copies; only then is anybody told, so that every handler sees the new state alone.
import type { Item, Items } from "./items.ts";
import { type Collection, fieldsOf, isArray, isCollection, isInstance, isMap, itemsOf } from "./internals.ts";
import { immutableCopy } from "./immutable-copy.ts";

type Key = string | number;
type Entry = readonly [value: unknown, key: Key];

export class Comparison {
  readonly #items: Items;
  /** Of the new state; one instance may stand in several places. */
  readonly #seen = new Set<object>();
  readonly #tells: (() => void)[] = [];

  constructor(items: Items) {
    this.#items = items;
  }

  /** @returns what tells everyone, in order */
  states(root: Item, state: object): readonly (() => void)[] {
    const before = root.instance;
    this.#items.move(root, state);
    this.#instances(root, before, state);
    return this.#tells;
  }

  /** Two copies of one instance; `was` is undefined for the first state. */
  #instances(item: Item | undefined, was: object | undefined, is: object): void {
    if (this.#seen.has(is)) return;
    this.#seen.add(is);
    const fields = (fieldsOf(is) ?? []).concat(was === undefined ? [] : (fieldsOf(was) ?? []));
    const pairs = [...new Set(fields)].map((name) => {
      const before: unknown = was === undefined ? undefined : Reflect.get(was, name);
      return [name, before, Reflect.get(is, name) as unknown] as const;
    });
    const others = pairs.filter(([, before, now]) => isOther(before, now));
    if (item !== undefined && others.length > 0) this.#tells.push(() => item.tell("instance"));
    for (const [name, before, now] of others)
      if (item?.isListenedTo(`field ${name}`))
        this.#tells.push(() => item.tell(`field ${name}`, this.#items.shown(now), this.#items.shown(before)));
    for (const [name, before, now] of pairs)
      if (isCollection(before) || isCollection(now)) this.#collections(item, name, before, now);
      else if (isInstance(before) && isInstance(now)) this.#copies(before, now);
  }

  #copies(before: object, now: object): void {
    const item = this.#items.find(before);
    if (item !== undefined) this.#items.move(item, now);
    this.#instances(item, before, now);
  }

  #collections(item: Item | undefined, name: string, before: unknown, now: unknown): void {
    if (item !== undefined) this.#items.place(now, item, name);
    const { gone, here } = paired(before, now);
    for (const [value, key] of gone) {
      this.#tell(item, `removed ${name}`, (shown) => [shown(value), key]);
      this.#tell(item, `changed ${name}`, () => [key, undefined]);
    }
    for (const [[value, key], was] of here) {
      if (was === undefined) this.#tell(item, `added ${name}`, (shown) => [shown(value), key]);
      if (was === undefined || isOther(was[0], value))
        this.#tell(item, `changed ${name}`, (shown) => [key, shown(value)]);
      else if (isInstance(value)) this.#copies(was[0] as object, value);
    }
  }

  #tell(
    item: Item | undefined,
    topic: Parameters<Item["tell"]>[0],
    args: (shown: (value: unknown) => unknown) => unknown[],
  ): void {
    if (!item?.isListenedTo(topic)) return;
    this.#tells.push(() => item.tell(topic, ...args((value) => this.#items.shown(value))));
  }
}

/** Neither the same value nor two copies of one instance or collection. */
function isOther(before: unknown, now: unknown): boolean {
  if (isInstance(before) && isInstance(now)) return false;
  if (isCollection(before) && isCollection(now)) return false;
  return !Object.is(before, now);
}

interface Paired {
  /** What has no counterpart any more. */
  readonly gone: readonly Entry[];
  /** What is there, in its order, each with its counterpart. */
  readonly here: readonly (readonly [entry: Entry, was: Entry | undefined])[];
}

function paired(before: unknown, now: unknown): Paired {
  const [was, is] = [before, now].map((value) => (isCollection(value) ? itemsOf(value) : []));
  if (kindOf(before) !== kindOf(now)) return matched(was!, is!, () => undefined);
  const kind = kindOf(now as Collection);
  if (kind === "map") return matched(was!, is!, ([, key]) => key);
  return kind === "array" ? aligned(was!, is!) : matched(was!, is!, ([value]) => contentOf(value));
}

function kindOf(value: unknown): "map" | "array" | "set" | undefined {
  if (!isCollection(value)) return undefined;
  if (isMap(value)) return "map";
  return isArray(value) ? "array" : "set";
}

/** Those of the same name are each other's; without a name nobody's. */
function matched(was: readonly Entry[], is: readonly Entry[], nameOf: (entry: Entry) => unknown): Paired {
  const waiting = new Map<unknown, Entry[]>();
  for (const entry of was) {
    const name = nameOf(entry);
    const others = waiting.get(name);
    if (others === undefined) waiting.set(name, [entry]);
    else others.push(entry);
  }
  const here = is.map((entry) => {
    const name = nameOf(entry);
    return [entry, name === undefined ? undefined : waiting.get(name)?.shift()] as const;
  });
  const found = new Set(here.map(([, counterpart]) => counterpart));
  return { gone: was.filter((entry) => !found.has(entry)), here };
}

/** An array has no keys: what is alike at its beginning and at its end is the same, and what is between goes by its place. */
function aligned(was: readonly Entry[], is: readonly Entry[]): Paired {
  const [before, now] = [was, is].map((entries) => entries.map(([value]) => contentOf(value)));
  const most = Math.min(was.length, is.length);
  let start = 0;
  while (start < most && before![start] === now![start]) start += 1;
  let end = 0;
  while (end < most - start && before!.at(-1 - end) === now!.at(-1 - end)) end += 1;
  const shift = was.length - is.length;
  const counterpart = (place: number): Entry | undefined => {
    if (place >= is.length - end) return was[place + shift];
    return place < was.length - end ? was[place] : undefined;
  };
  return {
    gone: was.slice(most - end, was.length - end),
    here: is.map((entry, place) => [entry, counterpart(place)] as const),
  };
}

/** By what two copies are alike. */
function contentOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return JSON.stringify(immutableCopy(value), (_, part: unknown) =>
    typeof part === "bigint" ? `${part}n` : part,
  );
}
