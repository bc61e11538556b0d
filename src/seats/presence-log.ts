// What everyone in an event has been told, in order, so that one who missed some of it can be told exactly that.
// Pure: bounded by count and by age; `now` is an argument. Holds no more than was announced to everyone.
import type { Announcement } from "../protocol/messages.ts";

/** Where a log stands. An epoch is one room's life; within it `seq` rises by one with every announcement. */
export interface Position {
  readonly epoch: number;
  readonly seq: number;
}

export interface PresenceLogLimits {
  readonly replayEvents: number;
  readonly replayAgeMs: number;
}

interface Entry {
  readonly announcement: Announcement;
  readonly at: number;
}

/**
 * The epoch of a room that takes an event over: higher than any before it, also when nothing is remembered of them,
 * because time has passed since. `stored` is the last one known, 0 for none; `now` is epoch ms.
 */
export function epochAfter(stored: number, now: number): number {
  return Math.max(stored + 1, Math.floor(now));
}

export class PresenceLog {
  readonly epoch: number;
  readonly #limits: PresenceLogLimits;
  /** The last announcements; the oldest that still counts is at `#from`. */
  #entries: Entry[] = [];
  #from = 0;
  #seq = 0;

  constructor(epoch: number, limits: PresenceLogLimits) {
    this.epoch = epoch;
    this.#limits = limits;
  }

  get position(): Position {
    return { epoch: this.epoch, seq: this.#seq };
  }

  /** Takes what is about to be told to everyone at `now`; returns it with its place in the history. */
  append(announcement: Announcement, now: number): Announcement {
    this.#seq += 1;
    const at = Math.floor(now);
    const payload = { ...announcement.payload, epoch: this.epoch, seq: this.#seq, at };
    const placed = { type: announcement.type, payload } as Announcement;
    this.#entries.push({ announcement: placed, at });
    this.trim(now);
    return placed;
  }

  /**
   * Everything told after `position`, or undefined when that cannot be said: another epoch, a position that was
   * never reached, or more than the log still has. Never a part.
   */
  since(position: Partial<Position>, now: number): readonly Announcement[] | undefined {
    const { epoch, seq } = position;
    if (epoch !== this.epoch || seq === undefined || !Number.isSafeInteger(seq)) return undefined;
    this.trim(now);
    const missed = this.#seq - seq;
    if (missed < 0 || missed > this.#entries.length - this.#from) return undefined;
    return this.#entries.slice(this.#entries.length - missed).map(({ announcement }) => announcement);
  }

  /** Forgets what is too old or too much. O(1) over time. */
  trim(now: number): void {
    const { replayEvents, replayAgeMs } = this.#limits;
    const entries = this.#entries;
    this.#from = Math.max(this.#from, entries.length - replayEvents);
    while ((entries[this.#from]?.at ?? now) < now - replayAgeMs) this.#from += 1;
    if (this.#from * 2 <= entries.length) return;
    this.#entries = entries.slice(this.#from);
    this.#from = 0;
  }
}
