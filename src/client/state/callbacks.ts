// The handlers that an application registers for single changes of the state, over all connections. Within one they follow
// what the decoder says; a state of another encoder is compared with the one before. Costs nothing until something is registered.
import type { StateCallbacks } from "../types/index.ts";
import type { StateChange, StateChanges } from "./changes.ts";
import { Comparison } from "./comparison.ts";
import type { StateFollower } from "./followers.ts";
import { adds, deletes, isCollection, isInstance, itemsOf } from "./internals.ts";
import { Item, Items, type Topic } from "./items.ts";
import { type ErrorReporter, type Handler, Turn } from "./listeners.ts";

export class RoomCallbacks implements StateCallbacks, StateFollower {
  readonly #turn: Turn;
  readonly #items: Items;
  /** The state itself. */
  readonly #root: Item;
  #isUsed = false;

  constructor(errors: ErrorReporter) {
    this.#turn = new Turn(errors);
    this.#items = new Items(this.#turn);
    this.#root = new Item(this.#turn, undefined);
  }

  /** @param changes since the state before; undefined for a whole one */
  update(state: object, changes: StateChanges): void {
    const isKnown = this.#root.instance === state;
    if (!this.#isUsed || (isKnown && changes?.length === 0)) {
      if (!isKnown) this.#items.move(this.#root, state);
      return;
    }
    this.#turn.take(() => {
      if (isKnown && changes !== undefined) this.#follow(changes);
      else for (const tell of new Comparison(this.#items).states(this.#root, state)) tell();
    });
  }

  /** Nobody is told anything any more. */
  end(): void {
    this.#turn.end();
  }

  listen(...args: readonly unknown[]): () => void {
    const [item, name, handler, immediate] = this.#named("listen", args);
    const value: unknown = item.instance === undefined ? undefined : Reflect.get(item.instance, name);
    return this.#register(item, `field ${name}`, handler, () => {
      if (immediate !== false && value !== undefined && value !== null)
        this.#turn.call(handler, [this.#items.shown(value), undefined]);
    });
  }

  onAdd(...args: readonly unknown[]): () => void {
    const [item, name, handler, immediate] = this.#named("onAdd", args);
    const collection = this.#placed(item, name);
    return this.#register(item, `added ${name}`, handler, () => {
      if (immediate === false || collection === undefined) return;
      for (const [value, key] of itemsOf(collection))
        this.#turn.call(handler, [this.#items.shown(value), key]);
    });
  }

  onRemove(...args: readonly unknown[]): () => void {
    const [item, name, handler] = this.#named("onRemove", args);
    this.#placed(item, name);
    return this.#register(item, `removed ${name}`, handler);
  }

  onChange(...args: readonly unknown[]): () => void {
    if (args.length === 2 && typeof args[0] !== "string")
      return this.#register(this.#itemOf("onChange", args[0]), "instance", args[1] as Handler);
    const [item, name, handler] = this.#named("onChange", args);
    this.#placed(item, name);
    return this.#register(item, `changed ${name}`, handler);
  }

  // --- registering ---

  /** With an instance before the name, or of the state itself. */
  #named(method: string, args: readonly unknown[]): [Item, name: string, Handler, immediate: unknown] {
    const isOfState = typeof args[0] === "string";
    const [name, handler, immediate] = isOfState ? args : args.slice(1);
    const item = isOfState ? this.#root : this.#itemOf(method, args[0]);
    if (typeof name !== "string") throw new TypeError(`callbacks.${method} needs the name of a field.`);
    return [item, name, handler as Handler, immediate];
  }

  #itemOf(method: string, instance: unknown): Item {
    if (isInstance(instance)) return this.#items.of(instance);
    throw new TypeError(`callbacks.${method} needs the name of a field, or an instance of the state.`);
  }

  #placed(item: Item, name: string) {
    const collection = this.#items.collectionOf(item, name);
    this.#items.place(collection, item, name);
    return collection;
  }

  #register(item: Item, topic: Topic, handler: Handler, tellWhatIsThere?: () => void): () => void {
    if (typeof handler !== "function") throw new TypeError("A callback is a function.");
    this.#isUsed = true;
    const registration = item.add(topic, handler);
    tellWhatIsThere?.();
    return () => item.delete(topic, registration);
  }

  // --- what a patch has changed ---

  #follow(changes: readonly StateChange[]): void {
    const told = new Set<Item>();
    for (const change of changes) {
      const item = this.#items.find(change.ref);
      const place = item === undefined ? this.#items.placeOf(change.ref) : undefined;
      if (item !== undefined) this.#fieldChanged(item, change, told);
      else if (place !== undefined) this.#itemChanged(place.item, place.name, change);
    }
  }

  #fieldChanged(item: Item, { field = "", value, previousValue }: StateChange, told: Set<Item>): void {
    if (!told.has(item)) item.tell("instance");
    told.add(item);
    this.#items.place(value, item, field);
    if (item.isListenedTo(`field ${field}`))
      item.tell(`field ${field}`, this.#items.shown(value), this.#items.shown(previousValue));
    if (isCollection(previousValue) && !isCollection(value))
      for (const [one, key] of itemsOf(previousValue)) this.#removed(item, field, one, key);
  }

  #itemChanged(item: Item, name: string, change: StateChange): void {
    const { op, value, previousValue } = change;
    const key = change.dynamicIndex ?? change.field ?? "";
    if (deletes(op) && previousValue !== undefined) this.#tell(item, `removed ${name}`, previousValue, key);
    if (adds(op)) this.#tell(item, `added ${name}`, value, key);
    if (item.isListenedTo(`changed ${name}`)) item.tell(`changed ${name}`, key, this.#items.shown(value));
  }

  #removed(item: Item, name: string, value: unknown, key: string | number): void {
    this.#tell(item, `removed ${name}`, value, key);
    item.tell(`changed ${name}`, key, undefined);
  }

  #tell(item: Item, topic: Topic, value: unknown, key: string | number): void {
    if (item.isListenedTo(topic)) item.tell(topic, this.#items.shown(value), key);
  }
}
