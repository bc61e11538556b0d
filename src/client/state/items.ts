// The instances of a state that somebody knows, each with whoever listens to it. An item is at its place in the state, and
// outlives the connections: `instance` is its copy on the newest of them. Never compares, never decides who is told.
import { type Collection, identityOf, isCollection, isInstance } from "./internals.ts";
import { type Handler, Listeners, type Registration, type Turn } from "./listeners.ts";

/** What can be listened to: the instance, a field, what is added to a collection, removed from it, changed in it. */
export type Topic =
  | "instance"
  | `field ${string}`
  | `added ${string}`
  | `removed ${string}`
  | `changed ${string}`;

export class Item {
  readonly #turn: Turn;
  /** Undefined for the state itself, until there is one. */
  instance: object | undefined;
  #handle: object | undefined;
  #listeners: Map<Topic, Listeners> | undefined;

  constructor(turn: Turn, instance: object | undefined) {
    this.#turn = turn;
    this.instance = instance;
  }

  add(topic: Topic, handler: Handler): Registration {
    this.#listeners ??= new Map();
    const listeners = this.#listeners.get(topic) ?? new Listeners(this.#turn);
    this.#listeners.set(topic, listeners);
    return listeners.add(handler);
  }

  delete(topic: Topic, registration: Registration): void {
    const listeners = this.#listeners?.get(topic);
    listeners?.delete(registration);
    if (listeners?.isEmpty) this.#listeners?.delete(topic);
  }

  isListenedTo(topic: Topic): boolean {
    return this.#listeners?.has(topic) ?? false;
  }

  tell(topic: Topic, ...args: unknown[]): void {
    this.#listeners?.get(topic)?.call(...args);
  }

  /** What handlers are given. */
  handle(traps: ProxyHandler<Item>): object {
    return (this.#handle ??= new Proxy(this, traps));
  }
}

/** Shows an item's newest copy. */
class HandleTraps implements ProxyHandler<Item> {
  readonly #items: Items;

  constructor(items: Items) {
    this.#items = items;
  }

  get(item: Item, name: string | symbol): unknown {
    const instance = item.instance!;
    return this.#items.shown(Reflect.get(instance, name, instance));
  }

  set(item: Item, name: string | symbol, value: unknown): boolean {
    return Reflect.set(item.instance!, name, value);
  }

  has(item: Item, name: string | symbol): boolean {
    return Reflect.has(item.instance!, name);
  }

  ownKeys(item: Item): (string | symbol)[] {
    return Reflect.ownKeys(item.instance!);
  }

  getOwnPropertyDescriptor(item: Item, name: string | symbol): PropertyDescriptor | undefined {
    const descriptor = Reflect.getOwnPropertyDescriptor(item.instance!, name);
    return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
  }

  getPrototypeOf(item: Item): object | null {
    return Reflect.getPrototypeOf(item.instance!);
  }
}

/** A collection's place in the state. */
export interface Place {
  readonly item: Item;
  readonly name: string;
}

export class Items {
  readonly #turn: Turn;
  readonly #traps: ProxyHandler<Item> = new HandleTraps(this);
  readonly #items = new WeakMap<object, Item>();
  readonly #places = new WeakMap<object, Place>();

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  find(instance: object): Item | undefined {
    return this.#items.get(identityOf(instance));
  }

  /** Of an instance, or of what a handler was given for it. */
  of(instance: object): Item {
    const known = this.find(instance);
    if (known !== undefined) return known;
    const item = new Item(this.#turn, instance);
    this.#items.set(identityOf(instance), item);
    return item;
  }

  /** The item has another copy now. Who still has the old one means the item all the same. */
  move(item: Item, instance: object): void {
    item.instance = instance;
    this.#items.set(identityOf(instance), item);
  }

  placeOf(collection: object): Place | undefined {
    return this.#places.get(identityOf(collection));
  }

  place(collection: unknown, item: Item, name: string): void {
    if (isCollection(collection)) this.#places.set(identityOf(collection), { item, name });
  }

  /** A value as handlers are given it. */
  shown(value: unknown): unknown {
    return isInstance(value) ? this.of(value).handle(this.#traps) : value;
  }

  collectionOf(item: Item, name: string): Collection | undefined {
    const value = item.instance === undefined ? undefined : Reflect.get(item.instance, name);
    return isCollection(value) ? value : undefined;
  }
}
