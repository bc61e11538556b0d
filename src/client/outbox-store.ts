// An outbox on the shelf: a head, and each message under a key of its own, so that one more costs one write.
// The head is written before what it makes useless is removed, so that a page that dies between loses nothing.
import type { Shelf } from "./shelf.ts";
import type { Json } from "./types.ts";

export interface OutboxHead {
  /** The room knows this outbox by it. */
  readonly stream: string;
  /** Message `n` here is message `n - base` of the stream. */
  readonly base: number;
  /** The oldest that is not acknowledged. */
  readonly first: number;
  /** The last that has ever been sent; below `first` when none is under way. */
  readonly sent: number;
  /** When the seat began that they were sent from; 0 before any was. */
  readonly life: number;
  /** The outbox that the seat knew before this one. */
  readonly prior: string | null;
}

export interface StoredMessage {
  readonly type: string;
  readonly payload?: Json;
}

export class OutboxStore {
  readonly #shelf: Shelf;
  readonly #key: string;
  readonly #owner: string;

  /** Takes the outbox over: `owner` is this page's own name. */
  constructor(shelf: Shelf, seatKey: string, owner: string) {
    this.#shelf = shelf;
    this.#key = `holdfast:outbox:${seatKey}`;
    this.#owner = owner;
    shelf.keep(`${this.#key}:owner`, owner);
  }

  /** False when another page has taken it over: not a word of ours may be written then. */
  get isMine(): boolean {
    return this.#shelf.get(`${this.#key}:owner`) === this.#owner;
  }

  /** What a page before this one has left; undefined when there is nothing, or nothing readable. */
  load(): { head: OutboxHead; messages: StoredMessage[] } | undefined {
    const head = parsed(this.#shelf.get(this.#key));
    if (!isHead(head)) return undefined;
    const messages: StoredMessage[] = [];
    for (let n = head.first; ; n++) {
      const message = parsed(this.#shelf.get(this.#keyOf(n)));
      if (!isMessage(message)) break;
      messages.push(message);
    }
    // a page that died while it tidied up has left some
    for (let n = head.first - 1; this.#shelf.get(this.#keyOf(n)) !== null; n--) this.removeMessage(n);
    return { head, messages };
  }

  /** True when it is written. */
  putHead(head: OutboxHead): boolean {
    return this.isMine && this.#shelf.put(this.#key, JSON.stringify(head));
  }

  putMessage(n: number, message: StoredMessage): boolean {
    return this.isMine && this.#shelf.put(this.#keyOf(n), JSON.stringify(message));
  }

  removeMessage(n: number): void {
    if (this.isMine) this.#shelf.remove(this.#keyOf(n));
  }

  #keyOf(n: number): string {
    return `${this.#key}:${n}`;
  }
}

function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHead(value: unknown): value is OutboxHead {
  const head = (value ?? {}) as Partial<Record<keyof OutboxHead, unknown>>;
  const numbers = [head.base, head.first, head.sent, head.life];
  return (
    typeof head.stream === "string" &&
    head.stream.length > 0 &&
    numbers.every((number) => Number.isSafeInteger(number)) &&
    (head.prior === null || typeof head.prior === "string")
  );
}

function isMessage(value: unknown): value is StoredMessage {
  return typeof (value as Partial<StoredMessage> | undefined)?.type === "string";
}
