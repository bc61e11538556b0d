// What an event keeps beside its seats and its facts: small texts by key, each of which is stored by itself, so that one
// costs the same however many there are. The mailboxes of seats and the event's timers are kept so; what a value says is
// their business. Owns what each key has now; when it is stored is event/stored/commit-batch's.
import type { EntryChanges } from "../../store/seat-store.ts";

/** What is on its way into the store. Implemented by event/stored/commit-batch. */
export interface EntryBatch {
  /** Has an entry stored as it is then, with all that a room author has changed; `whenStored` runs then. */
  touchEntry(key: string, whenStored?: () => void): void;
  /** Has an entry stored with whatever is stored next. */
  noteEntry(key: string): void;
}

/** More is no entry any more, but something that has to be kept elsewhere; it also keeps every store's limits away. */
const [longestKey, longestValue] = [1024, 1_048_576];

/**
 * An event's entries. A key begins with what it belongs to and a slash, so that owners never meet: `timer/<id>`.
 * @example
 * entries.put("timer/7", JSON.stringify(timer), () => log("it survives"));
 */
export class EventEntries {
  readonly #batch: EntryBatch;
  readonly #values = new Map<string, string>();

  constructor(batch: EntryBatch) {
    this.#batch = batch;
  }

  /** All of them, as they are now, whether they are stored yet or not. */
  all(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /**
   * Sets an entry, in the same commit as whatever else this turn of the event loop changes.
   * @param key at most 1,024 characters
   * @param value at most 1,048,576 characters
   * @param whenStored runs when it is stored, or dropped since and that is; not if the event goes first; must not throw
   * @throws RangeError when key or value is longer
   */
  put(key: string, value: string, whenStored?: () => void): void {
    if (key.length > longestKey)
      throw new RangeError(`An entry's key is longer than ${longestKey} characters`);
    if (value.length > longestValue)
      throw new RangeError(`The entry "${key}" is longer than ${longestValue} characters`);
    this.#values.set(key, value);
    this.#batch.touchEntry(key, whenStored);
  }

  /** Sets an entry that is stored with whatever is stored next of the event, and asks for no commit of its own. */
  note(key: string, value: string): void {
    this.#values.set(key, value);
    this.#batch.noteEntry(key);
  }

  /** Takes an entry away; `whenStored` as in `put`. Does nothing more for a key that is not there. */
  drop(key: string, whenStored?: () => void): void {
    this.#values.delete(key);
    this.#batch.touchEntry(key, whenStored);
  }

  /** Takes over what was stored; nothing of it has to be stored again. */
  restore(entries: ReadonlyMap<string, string>): void {
    for (const [key, value] of entries) this.#values.set(key, value);
  }

  /** All of them, for a commit of everything; undefined when there are none. */
  whole(): EntryChanges | undefined {
    return this.#values.size === 0 ? undefined : { put: [...this.#values], drop: [] };
  }

  /** What these keys have now; undefined for no keys. */
  changes(keys: ReadonlySet<string>): EntryChanges | undefined {
    if (keys.size === 0) return undefined;
    const [put, drop]: [[string, string][], string[]] = [[], []];
    for (const key of keys) {
      const value = this.#values.get(key);
      if (value === undefined) drop.push(key);
      else put.push([key, value]);
    }
    return { put, drop };
  }
}
