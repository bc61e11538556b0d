// Everything that a phone was sent, once and in order over all of its connections, as our client takes it: what is announced
// again after a return is known by its number, and what a seat was told by that of the seat.
import type { HistoryEntry, HistoryPosition } from "../../protocol/messages.ts";
import type { PresenceResume, PresenceResumed, Told } from "../../protocol/session.ts";
import { inWords, type ReceivedMessage, type Seen } from "./seen.ts";

export class Inbox {
  readonly received: ReceivedMessage[] = [];
  #epoch: number | undefined;
  #seq: number | undefined;
  #seat = 0;
  #through = 0;
  /** Ids of what everyone was announced, this phone, too. */
  readonly #announced = new Set<string>();
  /** What is announced before the answer to what was missed: it comes behind it. Undefined when nothing is awaited. */
  #early: [type: string, payload: unknown][] | undefined;

  /** What it was sent since it joined, or since `forget`. */
  get seen(): Seen[] {
    return this.received.map(({ type, payload }) => inWords(type, payload));
  }

  /** Forgets what it saw. */
  forget(): void {
    this.received.length = 0;
  }

  /** What our client says after every JOIN_ROOM. */
  get position(): PresenceResume {
    const { epoch, seq } = { epoch: this.#epoch, seq: this.#seq };
    return {
      ...(epoch === undefined ? {} : { epoch }),
      ...(seq === undefined ? {} : { seq }),
      event_details: true,
      told: { joined_at: this.#seat, through: this.#through },
    };
  }

  /** It asks what it missed: what is announced meanwhile waits for the answer. */
  asks(): void {
    this.#early = [];
  }

  /** As a stock client's, which knows of no numbers. */
  keep(type: string, payload: unknown, at: number): void {
    this.received.push({ type, payload, at });
  }

  take(type: string, payload: unknown, at: number): void {
    const { epoch, seq, id } = (payload ?? {}) as HistoryPosition & { readonly id?: string };
    if (epoch !== undefined && seq !== undefined) {
      if (this.#early !== undefined) return void this.#early.push([type, payload]);
      if (!this.#isNext(epoch, seq)) return;
      if (type === "announcement" && id !== undefined) this.#announced.add(id);
    }
    this.keep(type, payload, at);
  }

  /** What was announced while it was away. */
  resumed({ events, epoch, seq }: PresenceResumed, at: number): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { type, payload } of events as readonly HistoryEntry[]) this.take(type, payload, at);
    this.#isNext(epoch, seq);
    for (const [type, payload] of early) this.take(type, payload, at);
  }

  /** What its seat was told. Returns the number to acknowledge; undefined for what it has handled already. */
  told(told: Told, at: number): number | undefined {
    if (told.joined_at !== this.#seat) this.#through = 0;
    this.#seat = told.joined_at;
    if (told.no <= this.#through) return undefined;
    this.#through = told.no;
    if (!this.#announced.has(told.announcement_id ?? "")) this.take("told", told, at);
    return told.no;
  }

  #isNext(epoch: number, seq: number): boolean {
    const isKnown = this.#epoch === epoch && this.#seq !== undefined && seq <= this.#seq;
    if (isKnown || (this.#epoch !== undefined && epoch < this.#epoch)) return false;
    this.#epoch = epoch;
    this.#seq = seq;
    return true;
  }
}
