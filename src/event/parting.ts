// How an event leaves its room: for good, to another process, or to another room of this one.
import type { RoomContext } from "./context.ts";
import type { Announcer } from "./announcer.ts";
import type { CommitBatch } from "./commit-batch.ts";
import type { SpeakingRight } from "./speaking-right.ts";

/** The event, as far as its parting needs it. */
export interface PartingEvent {
  readonly eventId: string;
  readonly batch: Pick<CommitBatch, "discard" | "stored" | "storeWhole">;
  readonly announcer: Pick<Announcer, "close">;
  /** Hands the store what it does not have yet. */
  flush(): void;
}

export class Parting {
  readonly #context: RoomContext;
  readonly #event: PartingEvent;
  readonly #right: SpeakingRight;
  #isForgotten = false;
  #isLost = false;

  constructor(context: RoomContext, event: PartingEvent, right: SpeakingRight) {
    this.#right = right;
    this.#context = context;
    this.#event = event;
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
  going(willReturn: boolean): void {
    this.#event.announcer.close();
    if (willReturn) return;
    this.#isForgotten = true;
    this.#event.batch.discard(); // a commit after this would leave a row behind
    this.#context.commits.forget(this.#event.eventId);
  }

  /** The event is another process's now: nothing more is stored or announced, and whoever waits is let go. */
  lose(): void {
    this.#isLost = true;
    this.#event.announcer.close();
    this.#event.batch.discard();
  }

  /**
   * The event is about to be another process's. Resolves with whether everything decided was stored within `limitMs`;
   * from then on nothing that happens here is part of the event.
   */
  async lastWord(limitMs: number): Promise<boolean> {
    this.#event.batch.storeWhole(); // Redis may have lost what it acknowledged, and nobody have noticed yet
    this.going(true);
    const isStored = await this.#event.batch.stored(limitMs);
    if (isStored) this.#right.giveUp();
    return isStored;
  }

  /** [K16] A room author asks everyone back: the event is stored, and opens again as another room, at a later epoch. */
  async beginAnew(disconnect: () => Promise<unknown>): Promise<void> {
    const { ownership, recovery } = this.#context;
    const { eventId, batch } = this.#event;
    batch.storeWhole(); // likewise
    this.#event.flush();
    this.going(true);
    await batch.stored();
    const gone = disconnect();
    (ownership ?? recovery).again(eventId, gone);
    await gone;
  }
}
