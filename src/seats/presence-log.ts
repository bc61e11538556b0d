// What has been announced to everyone in an event, in order, so that one who missed some of it can be sent exactly that.
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
  /** What all announcements up to this one take, in bytes. */
  readonly totalBytes: number;
}

/**
 * One answer holds no more than this, in bytes: 960 announcements with ids of 36 characters. Whoever missed more is as
 * well served by the state, and a question of 40 bytes is not answered with megabytes.
 */
export const replayBytes = 256 * 1024;
/** Names of fields, numbers, reason and type of one announcement, as MessagePack: 200 bytes at most. */
const fixedBytes = 200;

function bytesOf({ payload }: Announcement): number {
  return fixedBytes + utf8Length(payload.device_id) + utf8Length(payload.user_id);
}

/** How many bytes a text has in UTF-8. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
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
  #totalBytes = 0;
  #bytesBeforeFirst = 0;

  constructor(epoch: number, limits: PresenceLogLimits) {
    this.epoch = epoch;
    this.#limits = limits;
  }

  get position(): Position {
    return { epoch: this.epoch, seq: this.#seq };
  }

  /** Takes what is about to be announced to everyone at `now`; returns it with its place in the history. */
  append(announcement: Announcement, now: number): Announcement {
    this.#seq += 1;
    const at = Math.floor(now);
    const payload = { ...announcement.payload, epoch: this.epoch, seq: this.#seq, at };
    const placed = { type: announcement.type, payload } as Announcement;
    this.#totalBytes += bytesOf(announcement);
    this.#entries.push({ announcement: placed, at, totalBytes: this.#totalBytes });
    this.trim(now);
    return placed;
  }

  /**
   * Everything announced after `position`, or undefined when that is not known: another epoch, a position that was
   * never reached, more than the log still has, or than one answer may hold. Never a part.
   */
  since(position: Partial<Position>, now: number): readonly Announcement[] | undefined {
    const { epoch, seq } = position;
    if (epoch !== this.epoch || seq === undefined || !Number.isSafeInteger(seq)) return undefined;
    this.trim(now);
    const missed = this.#seq - seq;
    if (missed < 0 || missed > this.#entries.length - this.#from) return undefined;
    const from = this.#entries.length - missed;
    const before = this.#entries[from - 1]?.totalBytes ?? this.#bytesBeforeFirst;
    if (this.#totalBytes - before > replayBytes) return undefined;
    return this.#entries.slice(from).map(({ announcement }) => announcement);
  }

  /** Forgets what is too old or too much. O(1) over time. */
  trim(now: number): void {
    const { replayEvents, replayAgeMs } = this.#limits;
    const entries = this.#entries;
    this.#from = Math.max(this.#from, entries.length - replayEvents);
    while ((entries[this.#from]?.at ?? now) < now - replayAgeMs) this.#from += 1;
    if (this.#from * 2 <= entries.length) return;
    this.#bytesBeforeFirst = entries[this.#from - 1]?.totalBytes ?? this.#bytesBeforeFirst;
    this.#entries = entries.slice(this.#from);
    this.#from = 0;
  }
}
