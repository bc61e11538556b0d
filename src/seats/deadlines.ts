// An indexed binary heap: each key has at most one deadline, and the earliest is known without a search; of two at one
// instant that whose key has had one for longer.
// set and delete cost O(log n), next O(1); nothing is left behind when a key goes (no lazy entries to sweep).

interface Entry {
  readonly key: string;
  /** Which key it was that got a deadline, in the order in which they did. */
  readonly order: number;
  at: number;
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export class Deadlines {
  readonly #heap: Entry[] = [];
  readonly #places = new Map<string, number>();
  #order = 0;

  /** The earliest deadline, or undefined. */
  next(): { readonly key: string; readonly at: number } | undefined {
    return this.#heap[0];
  }

  /** Gives `key` the deadline `at`, or none. */
  set(key: string, at: number | null): void {
    const place = this.#places.get(key);
    if (at === null) {
      if (place !== undefined) this.#remove(place);
      return;
    }
    if (place === undefined) {
      this.#heap.push({ key, order: this.#order++, at });
      this.#places.set(key, this.#heap.length - 1);
      this.#rise(this.#heap.length - 1);
      return;
    }
    const entry = this.#at(place);
    if (entry.at === at) return;
    entry.at = at;
    this.#sink(this.#rise(place));
  }

  get size(): number {
    return this.#heap.length;
  }

  #at(place: number): Entry {
    return this.#heap[place] as Entry;
  }

  #put(place: number, entry: Entry): void {
    this.#heap[place] = entry;
    this.#places.set(entry.key, place);
  }

  #remove(place: number): void {
    this.#places.delete(this.#at(place).key);
    const last = this.#heap.pop() as Entry;
    if (place === this.#heap.length) return;
    this.#put(place, last);
    this.#sink(this.#rise(place));
  }

  #rise(start: number): number {
    let place = start;
    const entry = this.#at(place);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (isBefore(this.#at(parent), entry)) break;
      this.#put(place, this.#at(parent));
      place = parent;
    }
    this.#put(place, entry);
    return place;
  }

  #sink(start: number): void {
    let place = start;
    const entry = this.#at(place);
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && isBefore(this.#at(child + 1), this.#at(child))) child += 1;
      if (isBefore(entry, this.#at(child))) break;
      this.#put(place, this.#at(child));
      place = child;
    }
    this.#put(place, entry);
  }
}
