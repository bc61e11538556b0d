// Whether this process may speak for an event: it may announce nothing while what it announces could not be stored, and send
// nothing at all while another process may have the event, or after it has been given up.
import type { SpeakingPermission } from "../sync/write-queue.ts";
import type { StoreCondition } from "./announcer.ts";
import type { Ownership } from "./lifetime/open-event.ts";

export class SpeakingRight implements SpeakingPermission {
  readonly #store: StoreCondition;
  readonly #ownership: Pick<Ownership, "maySpeak"> | undefined;
  #isGivenUp = false;

  constructor(store: StoreCondition, ownership: Pick<Ownership, "maySpeak"> | undefined) {
    this.#store = store;
    this.#ownership = ownership;
  }

  get mayAnnounce(): boolean {
    return this.#store.state !== "suspended";
  }

  get maySpeak(): boolean {
    return !this.#isGivenUp && this.#ownership?.maySpeak() !== false;
  }

  /** The next owner has, or is about to have, what is stored: nothing that happens here is part of the event. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  giveUp(): void {
    this.#isGivenUp = true;
  }
}
