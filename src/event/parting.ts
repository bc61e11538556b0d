// How an event leaves its room: for good, to another process, or to another room of this one.
import type { RoomContext } from "./context.ts";
import type { Publisher } from "./announcer.ts";

/** The event, as far as its parting needs it. */
export interface PartingEvent {
  readonly eventId: string;
  readonly publisher: Pick<Publisher, "close" | "end" | "stored" | "storeWhole">;
  /** Hands the store what it does not have yet. */
  flush(): void;
}

export class Parting {
  readonly #context: RoomContext;
  readonly #event: PartingEvent;
  #isForgotten = false;
  #isGivenUp = false;

  constructor(context: RoomContext, event: PartingEvent) {
    this.#context = context;
    this.#event = event;
  }

  /** The event is over: nothing of it may be stored any more. */
  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  /** The next owner has, or is about to have, what is stored: nothing that happens here is part of the event. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** The room is being given back. With `willReturn` the event stays in the store; otherwise it is over. */
  going(willReturn: boolean): void {
    if (willReturn) return this.#event.publisher.close();
    this.#isForgotten = true;
    this.#event.publisher.end(); // a commit after this would leave a row behind
    this.#context.commits.forget(this.#event.eventId);
  }

  /**
   * The event is about to be another process's. Resolves with whether everything decided was stored within `limitMs`;
   * from then on nothing that happens here is part of the event.
   */
  async lastWord(limitMs: number): Promise<boolean> {
    this.#event.publisher.storeWhole(); // Redis may have lost what it acknowledged, and nobody have noticed yet
    this.going(true);
    this.#isGivenUp = await this.#event.publisher.stored(limitMs);
    return this.#isGivenUp;
  }

  /** [K16] A room author asks everyone back: the event is stored, and opens again as another room, at a later epoch. */
  async beginAnew(disconnect: () => Promise<unknown>): Promise<void> {
    const { ownership, recovery } = this.#context;
    const { eventId, publisher } = this.#event;
    publisher.storeWhole(); // likewise
    this.#event.flush();
    this.going(true);
    await publisher.stored();
    const gone = disconnect();
    (ownership ?? recovery).again(eventId, gone);
    await gone;
  }
}
