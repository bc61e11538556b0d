// Around everything of a room author's that we call: what it throws, at once or later, is reported with the event that it
// happened in, and goes no further. (A throw from the patch interval, for one, would end the process.)
import type { Watch } from "../ops/watch.ts";

export class AuthorGuard {
  #watch: Watch | undefined;
  #eventId: string | undefined;

  /** Which event this is, and who hears of errors; before that, nothing of an author's is called. */
  begin(watch: Watch, eventId: string): void {
    this.#watch = watch;
    this.#eventId = eventId;
  }

  /** Runs what may throw, or return a promise that is rejected. */
  readonly run = (where: string, run: () => unknown): void => {
    try {
      const done = run();
      if (done instanceof Promise) done.catch((error) => this.caught(where, error));
    } catch (error) {
      this.caught(where, error);
    }
  };

  caught(where: string, error: unknown, fields: Record<string, unknown> = {}): void {
    this.#watch?.caught(where, error, { ...this.ids, ...fields });
  }

  get ids(): { event_id: string | undefined } {
    return { event_id: this.#eventId };
  }
}
