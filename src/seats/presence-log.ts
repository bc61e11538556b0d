// What has been announced to everyone in an event, in order, so that one who missed some of it can be sent exactly that.
// Pure: bounded by count and by age; `now` is an argument. Holds no more than was announced to everyone.
import type { HistoryEntry } from "../protocol/messages.ts";
import { entryBytes } from "./entry-size.ts";

/** Where a log stands. An epoch is one room's life; within it `seq` rises by one with every announcement. */
export interface Position {
  readonly epoch: number;
  readonly seq: number;
}

export interface PresenceLogLimits {
  readonly replayEvents: number;
  readonly replayAgeMs: number;
}

interface Kept {
  readonly entry: HistoryEntry;
  readonly at: number;
  /** What all entries before this one take, in bytes. */
  readonly bytesBefore: number;
}

/**
 * One answer holds no more than this, in bytes, and no more is kept: 960 announcements with ids of 36 characters. Whoever
 * missed more is as well served by the state, and a question of 40 bytes is not answered with megabytes.
 */
export const replayBytes = 256 * 1024;
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
  /** The last entries; the oldest that still counts is at `#from`. */
  #entries: Kept[] = [];
  #from = 0;
  #seq = 0;
  #totalBytes = 0;

  constructor(epoch: number, limits: PresenceLogLimits) {
    this.epoch = epoch;
    this.#limits = limits;
  }

  get position(): Position {
    return { epoch: this.epoch, seq: this.#seq };
  }

  /** Takes what is about to be announced to everyone at `now`; returns it with its place in the history. */
  append(entry: HistoryEntry, now: number): HistoryEntry {
    this.#seq += 1;
    const at = Math.floor(now);
    const payload = { ...entry.payload, epoch: this.epoch, seq: this.#seq, at };
    const placed = { type: entry.type, payload } as HistoryEntry;
    this.#entries.push({ entry: placed, at, bytesBefore: this.#totalBytes });
    this.#totalBytes += entryBytes(entry);
    this.trim(now);
    return placed;
  }

  /**
   * Everything announced after `position`, or undefined when that is not known: another epoch, a position that was
   * never reached, more than the log still has, or than one answer may hold. Never a part.
   */
  since(position: Partial<Position>, now: number): readonly HistoryEntry[] | undefined {
    const { epoch, seq } = position;
    if (epoch !== this.epoch || seq === undefined || !Number.isSafeInteger(seq)) return undefined;
    this.trim(now);
    const missed = this.#seq - seq;
    if (missed < 0 || missed > this.#entries.length - this.#from) return undefined;
    return this.#entries.slice(this.#entries.length - missed).map(({ entry }) => entry);
  }

  /** Forgets what is too old or too much. O(1) over time. */
  trim(now: number): void {
    const entries = this.#entries;
    this.#from = Math.max(this.#from, entries.length - this.#limits.replayEvents);
    while (this.#isForgotten(entries[this.#from], now)) this.#from += 1;
    if (this.#from * 2 <= entries.length) return;
    this.#entries = entries.slice(this.#from);
    this.#from = 0;
  }

  #isForgotten(kept: Kept | undefined, now: number): boolean {
    if (kept === undefined) return false;
    return kept.at < now - this.#limits.replayAgeMs || this.#totalBytes - kept.bytesBefore > replayBytes;
  }
}
