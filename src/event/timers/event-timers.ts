// The timers of one event, from being asked for to firing: kept among the event's entries, so that what fires and what its
// handler changes are one commit. Fires nothing while that could not be stored, nor once the event is closed or another
// process's. Which one is due is the book's to know; what a handler does is the author's.
import { type Clock, instantOf } from "../../clock.ts";
import type { StoredEvent } from "../../store/seat-store.ts";
import { type Progress, type SlicedWork, Slices } from "../../sync/slices.ts";
import type { Announcer, StoreCondition } from "../announcer.ts";
import type { EventEntries } from "../stored/entries.ts";
import { type Expiring, ExpiryTimer } from "../expiry-timer.ts";
import type { EventAuthor, HandlerListener, HeldEffects, TimerAuthor } from "../ports.ts";
import { Timers } from "./timers.ts";
import { type BookedTimer, recordOfTimer, TimerBook, timerOfRecord } from "./timer-book.ts";

/** Where a timer is among the event's entries: this and its id. */
const prefix = "timer/";

/** It is done at once, also while a handler runs: what that has asked for it finds in its list. */
const done = (): void => {};

export class EventTimers implements Expiring, SlicedWork, HandlerListener {
  /** What its author calls. */
  readonly forAuthor: Timers;
  readonly #epoch: number;
  readonly #entries: EventEntries;
  readonly #announcer: Pick<Announcer, "isClosed">;
  readonly #store: StoreCondition;
  readonly #author: TimerAuthor;
  readonly #effects: HeldEffects;
  readonly #clock: Clock;
  readonly #book = new TimerBook();
  readonly #timer: ExpiryTimer;
  /** Thousands may be due at once. */
  readonly #slices: Slices;
  #numbers = 0;
  /** Names that have been missed already. */
  readonly #missed = new Set<string>();
  #isOver = false;

  /** @param epoch of this life of the event: no id of an earlier one is given again */
  constructor(
    epoch: number,
    entries: EventEntries,
    announcer: Pick<Announcer, "isClosed">,
    store: StoreCondition,
    { timers: author, effects }: Pick<EventAuthor, "timers" | "effects">,
    clock: Clock,
  ) {
    this.#epoch = epoch;
    this.#entries = entries;
    this.#announcer = announcer;
    this.#store = store;
    this.#author = author;
    this.#effects = effects;
    this.#clock = clock;
    this.#slices = new Slices(this, clock);
    this.#timer = new ExpiryTimer(clock, this);
    this.forAuthor = new Timers(this, author, clock);
    author.listener = this;
  }

  get size(): number {
    return this.#book.size;
  }

  /** In the order in which they fire. */
  all(): BookedTimer[] {
    return this.#book.all();
  }

  /** An id that no timer of this event has had, or will have. */
  nextId(): string {
    this.#numbers += 1;
    return `${this.#epoch}-${this.#numbers}`;
  }

  /** Keeps a timer until it fires; not for an event that is closed. In a handler that throws it was never asked for. */
  add(timer: BookedTimer): void {
    if (this.#isOver) return;
    this.#put(timer);
    this.#effects.run(done, () => this.#take(timer.id));
  }

  /** False when there is none of this id any more. In a handler that throws it was never cancelled. */
  cancel(id: string): boolean {
    const timer = this.#take(id);
    if (timer === undefined) return false;
    this.#effects.run(done, () => this.#put(timer));
    return true;
  }

  #put(timer: BookedTimer): void {
    this.#book.add(timer);
    this.#keep(timer);
    this.#arm();
  }

  #take(id: string): BookedTimer | undefined {
    const timer = this.#book.remove(id);
    if (timer === undefined) return undefined;
    this.#entries.drop(prefix + id);
    this.#arm();
    return timer;
  }

  #keep(timer: BookedTimer): void {
    this.#entries.put(prefix + timer.id, recordOfTimer(timer));
  }

  #arm(): void {
    this.#timer.set(this.#isOver ? null : this.#book.nextAt());
  }

  // --- firing ---

  expire(): void {
    this.#slices.begin();
  }

  /** False while nothing may fire; what is due then is asked for again by `postpone`, or is another process's. */
  get #mayFire(): boolean {
    return !this.#isOver && !this.#announcer.isClosed && this.#store.state !== "suspended";
  }

  advance(until: number): Progress {
    const now = this.#clock.now(); // what a handler asks for is due later than this
    for (let due = this.#book.due(now); due !== undefined; due = this.#book.due(now)) {
      if (!this.#mayFire) return "done";
      this.#fire(due);
      if (instantOf(this.#clock) > until) return "more";
    }
    this.#arm();
    return "done";
  }

  #fire(timer: BookedTimer): void {
    if (!this.#author.has(timer.name)) return this.#wait(timer);
    this.#book.remove(timer.id);
    this.#entries.drop(prefix + timer.id); // in one commit with what the author changes from here on
    this.#author.fire(timer);
  }

  /** It is kept until its name has a handler, in this process or in a later one. */
  #wait({ id, name }: BookedTimer): void {
    this.#book.setAside(id);
    if (this.#missed.has(name)) return;
    this.#missed.add(name);
    this.#author.report(new Error(`onTimer: a timer "${name}" is due and waits: it has no handler`));
  }

  added(name: string): void {
    this.#book.resume(name);
    this.#arm();
  }

  // --- the event's life ---

  /** Takes over what an earlier process left. What cannot be read stays where it is. */
  restore({ entries, lastAliveAt, facts }: StoredEvent): void {
    const timers: BookedTimer[] = [];
    for (const [key, record] of entries) {
      if (!key.startsWith(prefix)) continue;
      try {
        timers.push(timerOfRecord(key.slice(prefix.length), record));
      } catch (error) {
        this.#author.report(error);
      }
    }
    this.#book.restore(timers, this.#clock.now(), lastAliveAt);
    for (const timer of this.#book.all()) this.#keep(timer); // in this process's time from now on
    if (facts.isClosed) this.end();
    this.#arm();
  }

  /** For this long nothing could fire. */
  postpone(byMs: number): void {
    for (const timer of this.#book.postpone(byMs, this.#clock.now())) this.#keep(timer);
    this.#arm();
  }

  /** The event is closed: none fires any more, nor is one kept. */
  end(): void {
    this.stop();
    for (const { id } of this.#book.all()) this.#take(id);
  }

  /** The room has gone: no timer of ours may outlive it. */
  stop(): void {
    this.#isOver = true;
    this.#arm();
    this.#slices.stop();
  }
}
