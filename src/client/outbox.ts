// What has been published and is not acknowledged: numbered, bounded, in the storage. Decides what goes into the next
// frame, what an acknowledgement settles, and what becomes of it on another seat. No timer, no socket.
import {
  maxFrameBytes,
  type OutboxPosition,
  type OutboxPublish,
  outboxPublishType,
  outboxWindow,
} from "../protocol/session.ts";
import { frameBytes } from "./frame-size.ts";
import { isJson } from "./json.ts";
import type { OutboxHead, OutboxStore, StoredMessage } from "./outbox-store.ts";
import type { Json, PublishFailure } from "./types.ts";

export const maxWaiting = 1000;
export const maxWaitingBytes = 256 * 1024;
const maxTypeLength = 128;

export interface Failed {
  readonly reason: PublishFailure;
  readonly sentence: string;
}
/** Message `n` is done with: stored by the room, or failed. */
export interface Settlement {
  readonly n: number;
  readonly failed?: Failed;
}

interface Waiting extends StoredMessage {
  readonly bytes: number;
}

export class Outbox {
  readonly #store: OutboxStore;
  readonly #newId: () => string;
  #head: OutboxHead;
  #waiting: Waiting[];
  #bytes: number;
  /** The next to be sent over this connection. */
  #cursor: number;

  constructor(store: OutboxStore, newId: () => string) {
    this.#store = store;
    this.#newId = newId;
    const left = store.load();
    this.#head = left?.head ?? { stream: newId(), base: 0, first: 1, sent: 0, life: 0, prior: null };
    this.#waiting = (left?.messages ?? []).map((message) => ({ ...message, bytes: sizeOf(message) }));
    this.#bytes = this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#cursor = this.#head.first;
    if (left === undefined) store.putHead(this.#head);
  }

  get pending(): number {
    return this.#waiting.length;
  }

  get isUnderWay(): boolean {
    return this.#cursor > this.#head.first;
  }

  /** Takes one more; returns its number, or why not. */
  add(type: string, payload: Json | undefined): number | Failed {
    if (payload !== undefined && !isJson(payload))
      return { reason: "not_json", sentence: "The payload is not JSON." };
    if (type.length === 0 || type.length > maxTypeLength)
      return { reason: "too_large", sentence: `A type has 1 to ${maxTypeLength} characters.` };
    const text = JSON.stringify(payload === undefined ? { type } : { type, payload });
    const message = JSON.parse(text) as StoredMessage; // what the caller changes later is not published
    const bytes = sizeOf(message);
    if (this.#frameBytes([message]) > maxFrameBytes)
      return { reason: "too_large", sentence: `A message must fit into ${maxFrameBytes} bytes.` };
    if (this.#waiting.length >= maxWaiting || this.#bytes + bytes > maxWaitingBytes)
      return { reason: "outbox_full", sentence: "Too much is waiting to be sent." };
    const n = this.#head.first + this.#waiting.length;
    if (!this.#store.putMessage(n, message))
      return { reason: "outbox_full", sentence: "This device has no room to keep it." };
    this.#waiting.push({ ...message, bytes });
    this.#bytes += bytes;
    return n;
  }

  /**
   * A connection is there, and the room has said from when its seat is and how far that has come. What was sent from
   * another seat, or to one that has taken another outbox since, may or may not have taken effect: it fails.
   */
  connected(life: number, position: OutboxPosition | null): Settlement[] {
    const { stream, base, first, sent, prior } = this.#head;
    const isSameSeat = this.#head.life === life || sent < first;
    if (isSameSeat && position?.stream === stream) {
      this.#save({ ...this.#head, life });
      const settled = this.acknowledged(position);
      this.rewind();
      return settled;
    }
    const isUntouched = first === base + 1 && (position?.stream ?? null) === prior;
    const isSafe = isSameSeat && (isUntouched || sent < first);
    const settled = isSafe ? [] : this.#settle(sent, () => lost);
    const isNew = !isSafe || first > base + 1;
    this.#save({
      ...this.#head,
      ...(isNew ? { stream: this.#newId(), base: this.#head.first - 1 } : {}),
      life,
      prior: position?.stream ?? null,
    });
    this.rewind();
    return settled;
  }

  /** The next frame, and it counts as sent; undefined when nothing may be sent now. */
  frame(): OutboxPublish | undefined {
    const { stream, base, first, sent } = this.#head;
    const from = this.#cursor - first;
    const room = outboxWindow - from;
    if (room <= 0 || from >= this.#waiting.length) return undefined;
    const messages = this.#fitting(this.#waiting.slice(from, from + room));
    const frame = { stream, first: this.#cursor - base, messages };
    this.#cursor += messages.length;
    if (this.#cursor - 1 > sent) this.#save({ ...this.#head, sent: this.#cursor - 1 });
    return frame;
  }

  /** The room has stored everything up to `last`, the refused ones excepted. Old and foreign words settle nothing. */
  acknowledged({ stream, last, refused }: OutboxPosition): Settlement[] {
    if (stream !== this.#head.stream) return [];
    const { base, sent } = this.#head;
    const sentences = new Map(refused.map(({ n, error }) => [n + base, error]));
    const settled = this.#settle(Math.min(last + base, sent), (n) => {
      const sentence = sentences.get(n);
      return sentence === undefined ? undefined : { reason: "refused", sentence };
    });
    this.#cursor = Math.max(this.#cursor, this.#head.first);
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

  /** The seat was given up: nothing of it will be delivered. */
  clear(): void {
    const { first } = this.#head;
    this.#settle(first + this.#waiting.length - 1, () => undefined);
    this.#save({ ...this.#head, stream: this.#newId(), base: this.#head.first - 1, life: 0, prior: null });
    this.rewind();
  }

  #settle(upTo: number, failureOf: (n: number) => Failed | undefined): Settlement[] {
    const { first } = this.#head;
    const done = this.#waiting.splice(0, Math.max(0, upTo - first + 1));
    if (done.length === 0) return [];
    this.#save({ ...this.#head, first: first + done.length });
    return done.map(({ bytes }, index) => {
      const n = first + index;
      this.#bytes -= bytes;
      this.#store.removeMessage(n);
      const failed = failureOf(n);
      return failed === undefined ? { n } : { n, failed };
    });
  }

  #fitting(candidates: readonly Waiting[]): StoredMessage[] {
    const messages: StoredMessage[] = [];
    let bytes = this.#frameBytes([]);
    for (const { bytes: more, ...message } of candidates) {
      bytes += more;
      if (messages.length > 0 && bytes > maxFrameBytes) break;
      messages.push(message);
    }
    while (messages.length > 1 && this.#frameBytes(messages) > maxFrameBytes) messages.pop();
    return messages;
  }

  /** With the longest number there is, so that a message never becomes too large by waiting. */
  #frameBytes(messages: StoredMessage[]): number {
    const { stream } = this.#head;
    return frameBytes(outboxPublishType, { stream, first: Number.MAX_SAFE_INTEGER, messages });
  }

  #save(head: OutboxHead): void {
    this.#head = head;
    this.#store.putHead(head);
  }
}

const lost: Failed = {
  reason: "seat_lost",
  sentence: "The seat was lost before this was acknowledged: it may or may not have taken effect.",
};

const sizeOf = ({ type, payload }: StoredMessage): number => frameBytes(type, payload ?? null) + 16;
