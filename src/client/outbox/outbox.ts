// What has been published and is not acknowledged: numbered, bounded, in the storage. Decides what goes into the next
// frame, what an acknowledgement settles, and what becomes of it on another seat. Never sends, and never waits.
import { type OutboxPosition, type OutboxPublish, outboxWindow } from "../../protocol/session.ts";
import type { Json } from "../types/index.ts";
import { type Failed, fitting, measured, storedOf, type Waiting, waitingOf } from "./messages.ts";
import type { OutboxHead, OutboxStore } from "./outbox-store.ts";

export const maxWaiting = 1000;
export const maxWaitingBytes = 256 * 1024;

/** Message `n` is done with: stored by the room, or failed. */
export interface Settlement {
  readonly n: number;
  readonly failed?: Failed;
}

export class Outbox {
  readonly #store: OutboxStore;
  readonly #newId: () => string;
  #head: OutboxHead;
  #waiting: Waiting[];
  #bytes: number;
  /** The next to be sent over this connection. */
  #cursor: number;
  /** From here on this page has numbered them: what was taken under these numbers before it is something else. */
  readonly #ownFrom: number;
  /** What the storage has is what we have. */
  #isSaved = true;
  /** The room could not read a frame: one message at a time, to see which. */
  #isSearching = false;

  constructor(store: OutboxStore, newId: () => string) {
    this.#store = store;
    this.#newId = newId;
    const left = store.load();
    this.#head = left?.head ?? { stream: newId(), base: 0, first: 1, sent: 0, life: 0, prior: null };
    this.#waiting = (left?.messages ?? []).map(measured);
    this.#bytes = this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#cursor = this.#head.first;
    this.#ownFrom = this.#head.first + this.#waiting.length;
    if (left === undefined) this.#save(this.#head);
  }

  get pending(): number {
    return this.#waiting.length;
  }

  get isUnderWay(): boolean {
    return this.#cursor > this.#head.first;
  }

  /** Takes one more; returns its number, or why not. */
  add(type: string, payload: Json | undefined): number | Failed {
    const message = waitingOf(type, payload, this.#head.stream);
    if ("reason" in message) return message;
    const bytes = this.#bytes + message.bytes;
    if (this.#waiting.length >= maxWaiting || bytes > maxWaitingBytes)
      return { reason: "outbox_full", sentence: "Too much is waiting to be sent." };
    const n = this.#head.first + this.#waiting.length;
    const isKept = this.#isHeld() && (this.#isSaved || this.#save(this.#head));
    if (!isKept || !this.#store.putMessage(n, storedOf(message)))
      return { reason: "outbox_full", sentence: "This device has no room to keep it." };
    this.#waiting.push(message);
    this.#bytes = bytes;
    return n;
  }

  /**
   * A connection is there, and the room has sent from when its seat is and how far that has come. What was sent from
   * another seat, or to one that has taken another outbox since, may or may not have taken effect: it fails. A room
   * that has forgotten what it had acknowledged (its store went back) has taken none of what waits.
   */
  connected(life: number, position: OutboxPosition | null): Settlement[] {
    const { stream, base, first, sent, prior } = this.#head;
    this.#isSearching = false;
    const isSameSeat = this.#head.life === life || sent < first;
    if (isSameSeat && position?.stream === stream && position.last + base >= first - 1) {
      this.#save({ ...this.#head, life });
      const settled = this.acknowledged(position);
      this.rewind();
      return settled;
    }
    const isUntaken = position === null || position.stream === prior || position.stream === stream;
    const isSafe = isSameSeat && (isUntaken || sent < first);
    const settled = isSafe ? [] : this.#settle(sent, () => lost);
    const isNew = !isSafe || first > base + 1;
    this.#save({ ...this.#head, life, prior: position?.stream ?? null });
    if (isNew) this.#beginStream(position?.stream ?? null);
    this.rewind();
    return settled;
  }

  /** The next frame, and it counts as sent; undefined when nothing may be sent now. */
  frame(): OutboxPublish | undefined {
    const { stream, base, first, sent } = this.#head;
    const from = this.#cursor - first;
    const room = outboxWindow - from;
    if (room <= 0 || from >= this.#waiting.length || !this.#isHeld()) return undefined;
    if (this.#isSearching && this.isUnderWay) return undefined;
    const messages = fitting(this.#waiting.slice(from, from + (this.#isSearching ? 1 : room)), stream);
    const upTo = this.#cursor + messages.length - 1;
    const head = { ...this.#head, sent: Math.max(sent, upTo) };
    // What nobody knows to have been sent would be sent again from the next seat: what cannot be noted is not sent now.
    if ((upTo > sent || !this.#isSaved) && !this.#store.putHead(head)) return undefined;
    this.#head = head;
    this.#isSaved = true;
    const frame = { stream, first: this.#cursor - base, messages };
    this.#cursor = upTo + 1;
    return frame;
  }

  /** The room has stored everything up to `last`, the refused ones excepted. An old one, and one of another outbox, settles nothing. */
  acknowledged({ stream, last, refused }: OutboxPosition): Settlement[] {
    if (stream !== this.#head.stream) return [];
    const { base, sent } = this.#head;
    if (last + base > sent) return this.#outrun(last + base);
    const sentences = new Map(refused.map(({ n, error }) => [n + base, error]));
    const settled = this.#settle(last + base, (n) => {
      const sentence = sentences.get(n);
      return sentence === undefined ? undefined : { reason: "refused", sentence };
    });
    this.#cursor = Math.max(this.#cursor, this.#head.first);
    return settled;
  }

  /** The room could not read a frame, and took nothing of it. Once a frame holds one message only, that is the one. */
  unread(sentence: string): Settlement[] {
    if (!this.#isSearching || !this.isUnderWay) {
      this.#isSearching = true;
      this.rewind();
      return [];
    }
    this.#isSearching = false;
    const { stream, base, first, prior } = this.#head;
    const settled = this.#settle(first, () => ({ reason: "refused", sentence }));
    this.#beginStream(first === base + 1 ? prior : stream);
    return settled;
  }

  /** What is under way is sent again, from the oldest. */
  rewind(): void {
    this.#cursor = this.#head.first;
  }

  /** Takes back the newest that were never sent, down to `n`: they take no effect any more. */
  takeBack(n: number): void {
    const { first, sent } = this.#head;
    while (this.#waiting.length > 0) {
      const last = first + this.#waiting.length - 1;
      if (last < n || last <= sent) return;
      this.#store.removeMessage(last);
      this.#bytes -= this.#waiting.pop()?.bytes ?? 0;
    }
  }

  /** The seat is gone for good: nothing of it will be delivered, and nothing of it is left in the storage. */
  clear(): void {
    this.#settle(this.#head.first + this.#waiting.length - 1, () => undefined);
    this.#store.forget();
    this.rewind();
  }

  /**
   * The room has taken more than we know to have sent: our storage went back (a killed browser loses its last writes).
   * What a page before this one had numbered is done; what this one has is not what was taken, and is numbered anew.
   */
  #outrun(upTo: number): Settlement[] {
    const settled = this.#settle(Math.min(upTo, this.#ownFrom - 1), () => undefined);
    this.#beginStream(this.#head.stream);
    return settled;
  }

  /** Everything that waits is sent under new numbers; the seat knows the outbox `prior`. */
  #beginStream(prior: string | null): void {
    const before = this.#head.first - 1;
    this.#save({ ...this.#head, stream: this.#newId(), base: before, sent: before, prior });
    this.rewind();
  }

  #settle(upTo: number, failureOf: (n: number) => Failed | undefined): Settlement[] {
    const { first } = this.#head;
    const done = this.#waiting.splice(0, Math.max(0, upTo - first + 1));
    if (done.length === 0) return [];
    const isSaved = this.#save({ ...this.#head, first: first + done.length });
    return done.map(({ bytes }, index) => {
      const n = first + index;
      this.#bytes -= bytes;
      if (isSaved) this.#store.removeMessage(n);
      const failed = failureOf(n);
      return failed === undefined ? { n } : { n, failed };
    });
  }

  /** False when it could not be written; it counts for this page all the same. */
  #save(head: OutboxHead): boolean {
    this.#head = head;
    this.#isSaved = this.#isHeld() && this.#store.putHead(head);
    return this.#isSaved;
  }

  /** False when another page has taken it over. */
  #isHeld(): boolean {
    if (this.#store.owner === "nobody") this.#store.restore(this.#head, this.#waiting.map(storedOf));
    return this.#store.owner === "mine";
  }
}

const lost: Failed = {
  reason: "seat_lost",
  sentence: "The seat was lost before this was acknowledged: it may or may not have taken effect.",
};
