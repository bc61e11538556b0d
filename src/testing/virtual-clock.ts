// The one clock of a test: instants that move when the test says so. Servers, rooms, timers and clients take their time from
// it; it never looks at the machine's. A server that is gone has its view of it stopped, and none of its timers fires. What is
// cancelled keeps nothing alive, although time may not pass for long: a test has hundreds of servers, one after the other.
import type { Clock, Timer } from "../clock.ts";

interface Pending {
  readonly at: number;
  /** Those of one instant fire in the order in which they were asked for. */
  readonly no: number;
  /** Whose it is. */
  readonly owner: Clock;
  /** Undefined once it is cancelled. */
  run: (() => void) | undefined;
}

/** So few that are cancelled are not worth looking for. */
const fewCancelled = 64;

/** 2027-01-15T08:00:00Z: where the time of every test begins. */
export const firstInstant = 1_800_000_000_000;

/** Time that moves when a test says so. */
export class VirtualClock implements Clock {
  #now = firstInstant;
  #no = 0;
  /** A heap, the earliest first. */
  #heap: Pending[] = [];
  /** So many of them, at most, are cancelled. */
  #cancelled = 0;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): Timer {
    return this.schedule(this, delayMs, run);
  }

  /** As `after`. @param owner whose timer it is: `forget` ends all of it */
  schedule(owner: Clock, delayMs: number, run: () => void): Timer {
    const at = this.#now + Math.max(0, delayMs);
    const pending: Pending = { at, no: this.#no++, owner, run };
    this.#push(pending);
    return { cancel: () => this.#cancel(pending) };
  }

  /** None of an owner's timers fires any more. */
  forget(owner: Clock): void {
    for (const pending of this.#heap) if (pending.owner === owner) pending.run = undefined;
    this.#sweep();
  }

  #cancel(pending: Pending): void {
    if (pending.run === undefined) return;
    pending.run = undefined;
    this.#cancelled += 1;
    if (this.#cancelled > Math.max(fewCancelled, this.#heap.length / 2)) this.#sweep();
  }

  /** Those that are cancelled go. */
  #sweep(): void {
    this.#heap = this.#heap
      .filter(({ run }) => run !== undefined)
      .toSorted((a, b) => a.at - b.at || a.no - b.no);
    this.#cancelled = 0;
  }

  /** When the next timer fires; undefined while there is none. */
  get nextAt(): number | undefined {
    return this.#first()?.at;
  }

  /** Moves to `at` and no further, without firing anything. */
  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  /** Fires the next timer that is due at `by` or before; the time is then its instant. False when there is none. */
  fireNext(by: number): boolean {
    const next = this.#first();
    if (next === undefined || next.at > by) return false;
    this.#pop();
    this.moveTo(next.at);
    const { run } = next;
    next.run = undefined; // it has fired: who cancels it now has nothing to cancel
    run?.();
    return true;
  }

  #first(): Pending | undefined {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || first.run !== undefined) return first;
      this.#pop();
      this.#cancelled -= 1;
    }
  }

  #push(pending: Pending): void {
    const heap = this.#heap;
    let at = heap.push(pending) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(pending, heap[above] as Pending)) break;
      heap[at] = heap[above] as Pending;
      at = above;
    }
    heap[at] = pending;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Pending;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      const [left, right] = [heap[below] as Pending, heap[below + 1]];
      if (right !== undefined && isBefore(right, left)) below += 1;
      if (!isBefore(heap[below] as Pending, last)) break;
      heap[at] = heap[below] as Pending;
      at = below;
    }
    heap[at] = last;
  }
}

const isBefore = (one: Pending, other: Pending): boolean =>
  one.at < other.at || (one.at === other.at && one.no < other.no);

/** The clock as one server, or one page, has it: once it is stopped, no timer that was asked for here fires. */
export class OwnedClock implements Clock {
  readonly #clock: VirtualClock;
  #isStopped = false;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#isStopped ? { cancel: () => {} } : this.#clock.schedule(this, delayMs, run);
  }

  /** The server, or the page, is gone. */
  stop(): void {
    this.#isStopped = true;
    this.#clock.forget(this);
  }
}
