// The list as it stands: its order, when that may change, and who is chosen. Owns the timer after which it is sorted again.
// Knows nothing of how it is drawn.
import { isSameOrder, keptOrder, type SeatSorter, sortableAt, type Sorting } from "../../core/seats/order.ts";
import type { Rows, SeatRow } from "../../core/seats/rows.ts";
import { nobody, type Selection, without } from "../../core/seats/selection.ts";

export interface Wanted {
  readonly rows: Rows;
  readonly fits: (row: SeatRow) => boolean;
  readonly sorting: Sorting;
  /** Another one: another filter, search or sorting, and the list is sorted at once. */
  readonly question: string;
}

export interface Listed {
  /** The keys of those shown, in their order. */
  readonly order: readonly string[];
  /** Sorting would move somebody. */
  readonly isKept: boolean;
}

export class SeatList {
  selection: Selection = nobody;
  listed: Listed = { order: [], isKept: false };
  readonly #sorter: SeatSorter;
  readonly #changed: () => void;
  #wanted: Wanted | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #touchedAt = 0;
  #firstChangeAt = 0;
  #lastChangeAt = 0;
  #isHeld = false;

  /** @param changed called when the list has changed by itself: it was sorted again */
  constructor(sorter: SeatSorter, changed: () => void) {
    this.#sorter = sorter;
    this.#changed = changed;
  }

  /** The list for these rows. The same value when nothing of it has changed. */
  update(wanted: Wanted): Listed {
    const before = this.#wanted;
    const isAsked = before === undefined || before.question !== wanted.question;
    if (!isAsked && before.rows === wanted.rows) return this.listed;
    this.#wanted = wanted;
    this.selection = without(this.selection, (key) => wanted.rows.has(key));
    if (isAsked) this.#sort();
    else this.#keep();
    return this.listed;
  }

  /** Somebody uses the list: it stays as it is for a while. */
  touch(): void {
    this.#touchedAt = performance.now();
  }

  /** While this is true, the list stays as it is: something of it is open, or has the keyboard's focus. */
  hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    this.touch();
    this.#plan();
  }

  choose(selection: Selection): void {
    this.selection = selection;
    this.touch();
    this.#plan();
  }

  sortNow(): void {
    this.#sort();
    this.#changed();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #sorted(): string[] {
    if (this.#wanted === undefined) return [];
    const { rows, fits, sorting } = this.#wanted;
    return this.#sorter.sort([...rows.values()].filter(fits), sorting);
  }

  #sort(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firstChangeAt = 0;
    const order = this.#sorted();
    this.listed = isSameOrder(order, this.listed.order)
      ? { ...this.listed, isKept: false }
      : { order, isKept: false };
  }

  #keep(): void {
    const sorted = this.#sorted();
    const kept = keptOrder(this.listed.order, sorted, (key) => this.#wanted?.rows.has(key) === true);
    const order = isSameOrder(kept, this.listed.order) ? this.listed.order : kept;
    const isKept = !isSameOrder(order, sorted);
    if (isKept !== this.listed.isKept || order !== this.listed.order) this.listed = { order, isKept };
    if (!isKept) {
      this.#sort();
      return;
    }
    this.#lastChangeAt = performance.now();
    this.#firstChangeAt ||= this.#lastChangeAt;
    this.#plan();
  }

  /** Sorts it when it may be sorted, and else looks again then: it may have been touched meanwhile. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (!this.listed.isKept) return;
    const waitMs =
      sortableAt({
        isHeld: this.#isHeld || this.selection.keys.size > 0,
        touchedAt: this.#touchedAt,
        firstChangeAt: this.#firstChangeAt,
        lastChangeAt: this.#lastChangeAt,
      }) - performance.now();
    if (waitMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => (waitMs <= 0 ? this.sortNow() : this.#plan()), Math.max(0, waitMs));
  }
}
