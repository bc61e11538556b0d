// An outbox in the storage: a head, each message under a key of its own, so that one more costs one write, and the name
// of the page that has it. The head is written before what it makes useless is removed, so that a page that dies
// between loses nothing. Never writes into an outbox that another page has taken.
import type { SafeStorage } from "../platform/safe-storage.ts";
import type { Json } from "../types/index.ts";

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
  readonly #storage: SafeStorage;
  readonly #key: string;
  readonly #owner: string;

  /** Takes the outbox over: `owner` is this page's own name. */
  constructor(storage: SafeStorage, seatKey: string, owner: string) {
    this.#storage = storage;
    this.#key = `holdfast:outbox:${seatKey}`;
    this.#owner = owner;
    storage.keep(this.#ownerKey, owner);
  }

  /** `nobody`: the storage was emptied, by the application or a person; that is not another page. */
  get owner(): "mine" | "another" | "nobody" {
    const owner = this.#storage.get(this.#ownerKey);
    if (owner === null) return "nobody";
    return owner === this.#owner ? "mine" : "another";
  }

  /** What a page before this one has left; undefined when there is nothing, or nothing readable. */
  load(): { head: OutboxHead; messages: StoredMessage[] } | undefined {
    const head = parsed(this.#storage.get(this.#key));
    if (!isHead(head)) {
      for (let n = 1; this.#storage.get(this.#keyOf(n)) !== null; n++) this.removeMessage(n);
      return undefined;
    }
    const messages: StoredMessage[] = [];
    for (let n = head.first; ; n++) {
      const message = parsed(this.#storage.get(this.#keyOf(n)));
      if (!isMessage(message)) break;
      messages.push(message);
    }
    // a page that died while it tidied up has left some
    for (let n = head.first - 1; this.#storage.get(this.#keyOf(n)) !== null; n--) this.removeMessage(n);
    return { head, messages };
  }

  /** Writes everything again, into a storage that was emptied. */
  restore(head: OutboxHead, messages: readonly StoredMessage[]): void {
    this.#storage.keep(this.#ownerKey, this.#owner);
    this.putHead(head);
    for (const [index, message] of messages.entries()) this.putMessage(head.first + index, message);
  }

  /** True when it is written. Always of one length: once there is room for it, it can be kept up to date. */
  putHead(head: OutboxHead): boolean {
    return this.#isMine && this.#storage.put(this.#key, JSON.stringify(head).padEnd(headLength));
  }

  /** True when it is written. What lies under the next number is not this outbox's. */
  putMessage(n: number, message: StoredMessage): boolean {
    if (!this.#isMine || !this.#storage.put(this.#keyOf(n), JSON.stringify(message))) return false;
    if (this.#storage.get(this.#keyOf(n + 1)) !== null) this.removeMessage(n + 1);
    return true;
  }

  removeMessage(n: number): void {
    if (this.#isMine) this.#storage.remove(this.#keyOf(n));
  }

  /** Leaves nothing behind: the outbox is empty, and its session over for good. */
  forget(): void {
    if (!this.#isMine) return;
    this.#storage.remove(this.#key);
    this.#storage.remove(this.#ownerKey);
  }

  get #isMine(): boolean {
    return this.owner === "mine";
  }

  get #ownerKey(): string {
    return `${this.#key}:owner`;
  }

  #keyOf(n: number): string {
    return `${this.#key}:${n}`;
  }
}

const headLength = 256;

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
