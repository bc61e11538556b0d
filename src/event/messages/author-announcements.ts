// What a room author announces to all: takes it, at once or when the handler that asks for it has returned, as long as the
// event is there to say it, and bounds what waits. Its place, its order and its end are the commit batch's and the announcer's.
import { authorsAnnouncement, identified } from "../../seats/authors-announcement.ts";
import { entryBytes } from "../../seats/entry-size.ts";
import type { Announcer } from "../announcer.ts";
import type { CommitBatch } from "../stored/commit-batch.ts";
import type { HeldEffects } from "../ports.ts";

/** So much may wait until it is stored and may be said, in bytes: a store that is away for an hour must not fill the process. */
export const waitingBytes = 1024 * 1024;

/** The event itself. Implemented by event/event. */
interface Closable {
  readonly isClosed: boolean;
}

export class AuthorAnnouncements {
  readonly #event: Closable;
  readonly #announcer: Pick<Announcer, "isClosed">;
  readonly #batch: Pick<CommitBatch, "announce">;
  readonly #effects: HeldEffects;
  #waiting = 0;

  constructor(
    event: Closable,
    announcer: Pick<Announcer, "isClosed">,
    batch: Pick<CommitBatch, "announce">,
    effects: HeldEffects,
  ) {
    this.#event = event;
    this.#announcer = announcer;
    this.#batch = batch;
    this.#effects = effects;
  }

  /**
   * See `AuthorRoom.announce`.
   * @param id of what those who are away are told as well
   * @throws TypeError, RangeError as `authorsAnnouncement` does
   */
  announce(type: string, payload: unknown, id?: string): boolean {
    const plain = authorsAnnouncement(type, payload);
    const entry = id === undefined ? plain : identified(plain, id);
    const bytes = entryBytes(entry);
    if (this.#isOver || this.#waiting + bytes > waitingBytes) return false;
    this.#waiting += bytes;
    const over = () => void (this.#waiting -= bytes);
    this.#effects.run(() => (this.#isOver ? over() : this.#batch.announce(entry, over)), over);
    return true;
  }

  /** The event is closed, or this room's part in it is. */
  get #isOver(): boolean {
    return this.#event.isClosed || this.#announcer.isClosed;
  }
}
