// What a host has said of the event, as the room tells it after every connection and with each change. Owns the last of it.
import type { SessionDetails, SessionEvents } from "../types/index.ts";
import type { Emitter } from "./emitter.ts";

export class DetailsFeed {
  readonly #events: Emitter<SessionEvents>;
  #last: SessionDetails | undefined;

  constructor(events: Emitter<SessionEvents>) {
    this.#events = events;
  }

  /** Undefined before it has come. */
  get last(): SessionDetails | undefined {
    return this.#last;
  }

  /** After a return it comes again, mostly as it was. */
  received(details: SessionDetails): void {
    if (JSON.stringify(details) === JSON.stringify(this.#last)) return;
    this.#last = details;
    this.#events.emit("details", details);
  }
}
