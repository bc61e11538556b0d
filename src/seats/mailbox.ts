// What one participant was told and has not handled yet, numbered. Decides what is refused, what may be sent over which
// connection now, and what a receipt settles. Pure: it neither stores nor sends, and asks nobody what time it is.
import type { ConnectionId } from "./seat.ts";

/** A message to one participant. Its number rises with every message of its seat, and never comes again. */
export interface ToldMessage {
  readonly no: number;
  /** Type and payload, as JSON. */
  readonly text: string;
  /** How long the text is, in UTF-8. */
  readonly bytes: number;
}

/** What may wait for one participant: as much as our client's outbox may hold the other way. */
export const mailboxLimits = { messages: 1000, bytes: 256 * 1024 } as const;

/** What may be on its way to one client without a receipt: enough for a slow path, little enough for a slow reader. */
export const toldWindow = { messages: 64, bytes: 32 * 1024 } as const;

export class Mailbox {
  /** Those that are not handled; the oldest is at `#from`. */
  #messages: ToldMessage[];
  #from = 0;
  /** Which of them is sent next over the connection that is. */
  #cursor = 0;
  #connection: ConnectionId | undefined;
  #sentBytes = 0;
  #last: number;
  #released: number;
  #bytes: number;
  /** Of messages that are not there yet: a handler has asked for them, and has not returned. */
  #reserved = 0;

  /**
   * @param last no number up to this one is given again
   * @param messages what a store has kept, oldest first
   */
  constructor(last: number, messages: readonly ToldMessage[] = []) {
    this.#messages = [...messages];
    this.#released = messages.at(-1)?.no ?? 0;
    this.#last = Math.max(last, this.#released);
    this.#bytes = messages.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The last number that was given. */
  get last(): number {
    return this.#last;
  }

  /** What waits and what is reserved, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Those that are not handled, oldest first. */
  waiting(): readonly ToldMessage[] {
    return this.#messages.slice(this.#from);
  }

  /** Makes room for one more, until it is added or released. False when there is none. */
  reserve(bytes: number): boolean {
    const count = this.#messages.length - this.#from + this.#reserved;
    if (count >= mailboxLimits.messages || this.#bytes + bytes > mailboxLimits.bytes) return false;
    this.#reserved += 1;
    this.#bytes += bytes;
    return true;
  }

  /** What was reserved is not needed. */
  release(bytes: number): void {
    this.#reserved -= 1;
    this.#bytes -= bytes;
  }

  /** Takes a message for which room was reserved, and numbers it. */
  add(text: string, bytes: number): ToldMessage {
    this.#reserved -= 1;
    this.#last += 1;
    const message = { no: this.#last, text, bytes };
    this.#messages.push(message);
    return message;
  }

  /** Everything up to this number is stored, and the state shows what was stored with it: it may be sent. */
  released(no: number): void {
    this.#released = Math.max(this.#released, no);
  }

  /** What may be sent now, in order; it counts as sent over this connection. Over another one it begins with the oldest. */
  portionFor(connection: ConnectionId): readonly ToldMessage[] {
    if (this.#connection !== connection) {
      this.#connection = connection;
      this.#cursor = this.#from;
      this.#sentBytes = 0;
    }
    const begin = this.#cursor;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#cursor += 1;
      this.#sentBytes += next.bytes;
    }
    return this.#messages.slice(begin, this.#cursor);
  }

  #next(): ToldMessage | undefined {
    const next = this.#messages[this.#cursor];
    if (next === undefined || next.no > this.#released) return undefined;
    const underWay = this.#cursor - this.#from;
    const isFull = underWay >= toldWindow.messages || this.#sentBytes + next.bytes > toldWindow.bytes;
    return underWay > 0 && isFull ? undefined : next;
  }

  /**
   * Everything up to this number has been handled. Returns what is done with by that, oldest first. What may not be
   * sent yet cannot have been handled, whatever a client says.
   */
  handled(through: number): readonly ToldMessage[] {
    const begin = this.#from;
    const upTo = Math.min(through, this.#released);
    for (let first = this.#messages[this.#from]; first !== undefined && first.no <= upTo; ) {
      if (this.#from < this.#cursor) this.#sentBytes -= first.bytes;
      this.#bytes -= first.bytes;
      this.#from += 1;
      first = this.#messages[this.#from];
    }
    this.#cursor = Math.max(this.#cursor, this.#from);
    const done = this.#messages.slice(begin, this.#from);
    this.#forget();
    return done;
  }

  /** O(1) over time. */
  #forget(): void {
    if (this.#from * 2 <= this.#messages.length) return;
    this.#messages = this.#messages.slice(this.#from);
    this.#cursor -= this.#from;
    this.#from = 0;
  }
}
