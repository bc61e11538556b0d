// Whether this process may speak for an event: it may announce nothing while what it announces could not be stored, and say
// nothing at all while another process may have the event, or after it has been given up.
import type { CommitQueue } from "../store/commit-queue.ts";
import type { SpeakingPermission } from "../sync/write-queue.ts";
import type { Ownership } from "./context.ts";

export class SpeakingRight implements SpeakingPermission {
  readonly #commits: Pick<CommitQueue, "state">;
  readonly #ownership: Pick<Ownership, "maySpeak"> | undefined;
  #isGivenUp = false;

  constructor(commits: Pick<CommitQueue, "state">, ownership: Pick<Ownership, "maySpeak"> | undefined) {
    this.#commits = commits;
    this.#ownership = ownership;
  }

  get mayAnnounce(): boolean {
    return this.#commits.state !== "suspended";
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
