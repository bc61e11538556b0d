// The timers of one event that have been asked for and have not fired: which is due next, what a stored one becomes in
// another process, and what an outage of the store moves. Pure: no clock, no real timer, no store; `now` is an argument.
// add, remove, setAside, due and nextAt cost O(log n).
import { Deadlines } from "../../seats/deadlines.ts";

/** How far ahead a timer may be: a leap year, in ms. */
export const longestDelayMs = 366 * 24 * 60 * 60 * 1000;

/** Raise it with a change of what is stored that an older version would misread: it leaves what is newer alone. */
export const timerVersion = 1;

/** A timer that has not fired. */
export interface BookedTimer {
  /** The epoch that it was asked for in, and its number there: no other timer of the event has it, before or later. */
  readonly id: string;
  readonly name: string;
  /** As JSON; null for none. */
  readonly payload: string | null;
  /** On the clock of the process that has the event. */
  readonly firesAt: number;
  /** For how much of the event's running time it waits as a whole, in ms; null: for an instant of the wall clock. */
  readonly delayMs: number | null;
}

/** What a room author names a timer by. */
type Asked = Pick<BookedTimer, "id" | "name" | "payload">;

/** A timer that waits for so much of the event's running time. Never due at the instant in which it is asked for. */
export function timerAfter(asked: Asked, delayMs: number, now: number): BookedTimer {
  const wholeMs = Math.max(1, Math.ceil(delayMs));
  return { ...asked, firesAt: now + wholeMs, delayMs: wholeMs };
}

/** A timer that waits for an instant of the wall clock. Never due at the instant in which it is asked for. */
export function timerAt(asked: Asked, instant: number, now: number): BookedTimer {
  return { ...asked, firesAt: Math.max(now + 1, Math.ceil(instant)), delayMs: null };
}

function restored(timer: BookedTimer, now: number, lastAliveAt: number): BookedTimer {
  const { delayMs, firesAt } = timer;
  if (delayMs === null) return timer;
  const leftMs = Math.min(delayMs, Math.max(0, firesAt - lastAliveAt));
  return { ...timer, firesAt: now + leftMs };
}

/** As it is stored. */
export function recordOfTimer({ name, payload, firesAt, delayMs }: BookedTimer): string {
  return JSON.stringify({ version: timerVersion, name, payload, firesAt, delayMs });
}

/** @throws Error with one sentence for what this version cannot read */
export function timerOfRecord(id: string, record: string): BookedTimer {
  const { version, name, payload, firesAt, delayMs } = JSON.parse(record) as Record<string, unknown>;
  if (typeof version !== "number" || version > timerVersion)
    throw new Error(`the timer ${id} was stored by a newer version (${String(version)})`);
  const isReadable =
    /^\d+-\d+$/.test(id) &&
    typeof name === "string" &&
    (payload === null || typeof payload === "string") &&
    Number.isFinite(firesAt) &&
    (delayMs === null || Number.isFinite(delayMs));
  if (!isReadable) throw new Error(`what is stored as the timer ${id} is not one`);
  return { id, name, payload, firesAt: firesAt as number, delayMs: delayMs as number | null };
}

export class TimerBook {
  readonly #timers = new Map<string, BookedTimer>();
  /** Of those that wait for their time; one that is set aside has none. */
  readonly #deadlines = new Deadlines();

  get size(): number {
    return this.#timers.size;
  }

  get(id: string): BookedTimer | undefined {
    return this.#timers.get(id);
  }

  /** In the order in which they fire; those of one instant as they were asked for. O(n log n). */
  all(): BookedTimer[] {
    return [...this.#timers.values()].toSorted((a, b) => a.firesAt - b.firesAt);
  }

  add(timer: BookedTimer): void {
    this.#timers.set(timer.id, timer);
    this.#deadlines.set(timer.id, timer.firesAt);
  }

  /**
   * Adds those of an earlier process, in one that starts `now`; the event's last owner was alive at `lastAliveAt`. One that
   * waits for running time keeps what was left of it then, at most all of it: the time without an owner does not count.
   * One that waits for an instant of the wall clock keeps that. Those that are due by now fire in the order they had.
   */
  restore(timers: readonly BookedTimer[], now: number, lastAliveAt: number): void {
    const inOrder = timers.toSorted((a, b) => a.firesAt - b.firesAt || byAge(a, b));
    for (const timer of inOrder) this.add(restored(timer, now, lastAliveAt));
  }

  /** Returns what it was; undefined when there was none. */
  remove(id: string): BookedTimer | undefined {
    const timer = this.#timers.get(id);
    this.#timers.delete(id);
    this.#deadlines.set(id, null);
    return timer;
  }

  /** When the next one is due; null for never. */
  nextAt(): number | null {
    return this.#deadlines.next()?.at ?? null;
  }

  /** The one that is due first by `now`: remove it, or set it aside, and ask again. */
  due(now: number): BookedTimer | undefined {
    const next = this.#deadlines.next();
    return next !== undefined && next.at <= now ? this.#timers.get(next.key) : undefined;
  }

  /** Its time has come and nobody can take it: it is kept, and not due until its name is resumed. */
  setAside(id: string): void {
    this.#deadlines.set(id, null);
  }

  /** Those of this name that were set aside are due again. O(n). */
  resume(name: string): void {
    for (const timer of this.#timers.values())
      if (timer.name === name) this.#deadlines.set(timer.id, timer.firesAt);
  }

  /**
   * For this long, until `now`, nothing could fire: it does not count for what waits for running time, and one that was
   * asked for meanwhile waits as a whole. Returns those that have moved. O(n log n).
   */
  postpone(byMs: number, now: number): BookedTimer[] {
    const moved: BookedTimer[] = [];
    for (const timer of this.#timers.values()) {
      const { delayMs, firesAt } = timer;
      if (delayMs === null) continue;
      const laterAt = Math.min(firesAt + byMs, now + delayMs);
      if (laterAt > firesAt) moved.push({ ...timer, firesAt: laterAt });
    }
    for (const timer of moved) this.add(timer);
    return moved;
  }

  clear(): void {
    for (const id of this.#timers.keys()) this.#deadlines.set(id, null);
    this.#timers.clear();
  }
}

function byAge(a: BookedTimer, b: BookedTimer): number {
  const [[epochA = 0, numberA = 0], [epochB = 0, numberB = 0]] = [placeOf(a.id), placeOf(b.id)];
  return epochA - epochB || numberA - numberB;
}

const placeOf = (id: string): number[] => id.split("-").map(Number);
