// One event of the bare server: a roster of fixed-size entries in one buffer, and what is told at the next tick.
// Writes buffers; knows nothing of sockets beside that.
import { frameOf, headerOf } from "./bare-frames.ts";
import { type Kind, kinds } from "../running/crowd.ts";

export interface Guest {
  write(...parts: Buffer[]): void;
  readonly token: string;
  slot: number;
  /** Its socket is open. */
  isHere: boolean;
  /** It has its roster, and is told what comes after it. */
  isIn: boolean;
}

/** What Holdfast sends for the same, in bytes: an entry of the full state; a patch and a message for each change. */
const entryBytes = 73;
const toldBytes: Readonly<Record<number, number>> = {
  [kinds.joined]: 204,
  [kinds.away]: 236,
  [kinds.back]: 180,
  [kinds.left]: 136,
};
/**
 * Ticks are this far apart, and further when they are dear: a tick writes to everyone, so that with thousands a short
 * one would take all there is. At most a fifth of the time goes into ticks, until they are as far apart as may be.
 */
const [minTickMs, maxTickMs, tickShare] = [20, 200, 0.2];
const graceMs = 30_000;

export class BareEvent {
  readonly #isPerEvent: boolean;
  readonly #onEmpty: () => void;
  /** Everyone with a seat, at the place of its entry in the roster. */
  readonly #seats: Guest[] = [];
  readonly #byToken = new Map<string, Guest>();
  readonly #graces = new Map<Guest, NodeJS.Timeout>();
  #roster = Buffer.alloc(64 * entryBytes);
  #snapshot: Buffer | undefined;
  #told = new Map<Kind, number>();
  #entering: Guest[] = [];
  #isScheduled = false;
  #nextTickAt = 0;

  constructor(isPerEvent: boolean, onEmpty: () => void) {
    this.#isPerEvent = isPerEvent;
    this.#onEmpty = onEmpty;
  }

  join(guest: Guest): Guest {
    guest.slot = this.#seats.push(guest) - 1;
    this.#byToken.set(guest.token, guest);
    const end = (guest.slot + 1) * entryBytes;
    if (end > this.#roster.length) this.#roster = Buffer.concat([this.#roster, this.#roster]);
    this.#roster.fill(1, end - entryBytes, end);
    this.#enter(guest, kinds.joined);
    return guest;
  }

  comeBack(fresh: Guest, token: string): Guest | undefined {
    const held = this.#byToken.get(token);
    if (held === undefined || !this.#graces.has(held)) return undefined;
    clearTimeout(this.#graces.get(held));
    this.#graces.delete(held);
    const guest = Object.assign(held, { write: fresh.write, isHere: true });
    this.#enter(guest, kinds.back);
    return guest;
  }

  drop(guest: Guest): void {
    Object.assign(guest, { isHere: false, isIn: false });
    this.#graces.set(
      guest,
      setTimeout(() => this.leave(guest), graceMs),
    );
    this.#changed(kinds.away);
  }

  leave(guest: Guest): void {
    this.#graces.delete(guest);
    this.#byToken.delete(guest.token);
    guest.isHere = guest.isIn = false;
    this.#moveLastTo(guest);
    if (this.#byToken.size === 0) this.#onEmpty();
    else this.#changed(kinds.left);
  }

  tellAll(kind: Kind, text: Buffer): void {
    this.#writeAll(frameOf(kind, 1, text.length, text));
  }

  /** The roster stays dense: the last entry takes the place of the one that left. */
  #moveLastTo({ slot }: Guest): void {
    const last = this.#seats.pop() as Guest;
    if (last.slot === slot) return;
    this.#roster.copyWithin(slot * entryBytes, last.slot * entryBytes, (last.slot + 1) * entryBytes);
    this.#seats[slot] = last;
    last.slot = slot;
  }

  #enter(guest: Guest, kind: Kind): void {
    this.#entering.push(guest);
    this.#changed(kind);
  }

  #changed(kind: Kind): void {
    this.#snapshot = undefined;
    this.#told.set(kind, (this.#told.get(kind) ?? 0) + 1);
    if (this.#isPerEvent) return this.#tick();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const waitMs = this.#nextTickAt - performance.now();
    if (waitMs > 0) setTimeout(() => this.#tick(), waitMs);
    else setImmediate(() => this.#tick());
  }

  #tick(): void {
    this.#isScheduled = false;
    const startedAt = performance.now();
    const told = [...this.#told].map(([kind, count]) => frameOf(kind, count, toldBytes[kind] as number));
    this.#told = new Map();
    this.#writeAll(Buffer.concat(told));
    const length = this.#seats.length * entryBytes;
    for (const guest of this.#entering.splice(0)) {
      this.#snapshot ??= Buffer.from(this.#roster.subarray(0, length));
      if (!guest.isHere) continue;
      guest.isIn = true;
      guest.write(headerOf(guest.token, this.#snapshot.length), this.#snapshot);
    }
    const tookMs = performance.now() - startedAt;
    this.#nextTickAt = startedAt + Math.min(maxTickMs, Math.max(minTickMs, tookMs / tickShare));
  }

  #writeAll(frames: Buffer): void {
    for (const guest of this.#seats) if (guest.isIn) guest.write(frames);
  }
}
