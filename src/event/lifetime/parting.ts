// How an event leaves its room: for good, to another process, or to another room of this one.
import type { Announcer } from "../announcer.ts";
import type { CommitBatch } from "../stored/commit-batch.ts";
import type { SpeakingRight } from "../speaking-right.ts";

/** Forgets events that are over. Implemented by store/commit-queue. */
export interface Forgetter {
  /** Has everything of the event forgotten, before anything that is stored of it later. */
  forget(eventId: string): void;
}

/** Opens events again. Implemented by cluster/member, and by event/lifetime/recovery for a process that is alone. */
export interface Reopening {
  /** The event has been stored and its room is going: opens another for it when that is `gone`. */
  again(eventId: string, gone: Promise<unknown>): void;
}

export class Parting {
  readonly #eventId: string;
  readonly #batch: Pick<CommitBatch, "discard" | "stored" | "storeWhole">;
  readonly #announcer: Pick<Announcer, "close">;
  readonly #store: Forgetter;
  readonly #reopening: Reopening;
  readonly #right: SpeakingRight;
  #isForgotten = false;
  #isLost = false;

  constructor(
    eventId: string,
    batch: Pick<CommitBatch, "discard" | "stored" | "storeWhole">,
    announcer: Pick<Announcer, "close">,
    store: Forgetter,
    reopening: Reopening,
    right: SpeakingRight,
  ) {
    this.#eventId = eventId;
    this.#batch = batch;
    this.#announcer = announcer;
    this.#store = store;
    this.#reopening = reopening;
    this.#right = right;
  }

  /** The event is over: nothing of it may be stored any more. */
  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  /** The next owner has, or is about to have, what is stored: nothing that happens here is part of the event. */
  get isGivenUp(): boolean {
    return this.#right.isGivenUp;
  }

  /** Another process has claimed the event. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** The room is being given back. With `willReturn` the event stays in the store; otherwise it is over. */
  giveBack(willReturn: boolean): void {
    this.#announcer.close();
    if (willReturn) return;
    this.#isForgotten = true;
    this.#batch.discard(); // a commit after this would leave a row behind
    this.#store.forget(this.#eventId);
  }

  /** The event is another process's now: nothing more is stored or announced, and whoever waits is let go. */
  lose(): void {
    this.#isLost = true;
    this.#announcer.close();
    this.#batch.discard();
  }

  /**
   * The event is about to be another process's. Resolves with whether everything decided was stored within `limitMs`;
   * from then on nothing that happens here is part of the event.
   */
  async handOver(limitMs: number): Promise<boolean> {
    this.#batch.storeWhole(); // Redis may have lost what it acknowledged, and nobody have noticed yet
    this.giveBack(true);
    const isStored = await this.#batch.stored(limitMs);
    if (isStored) this.#right.giveUp();
    return isStored;
  }

  /** [K16] A room author asks everyone back. Resolves when the event is stored: its room may go. */
  async storeForReopening(): Promise<void> {
    this.#batch.storeWhole(); // likewise
    this.giveBack(true);
    await this.#batch.stored();
  }

  /** [K16] The event opens again as another room, at a later epoch, when this one is `gone`. */
  reopen(gone: Promise<unknown>): void {
    this.#reopening.again(this.#eventId, gone);
  }
}
