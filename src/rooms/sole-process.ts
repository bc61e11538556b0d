// A process without a cluster whose store another server has taken over, after this one had stood still: it parts with
// its events, and whoever is connected is asked to come back, to wherever the event is served now.
import type { Proof } from "../store/committer.ts";
import type { LocalEvent } from "../event/context.ts";

/** The rooms of this process. */
export interface LosableRooms {
  idOf(eventId: string): string;
  get(roomId: string): { lose(): void } | undefined;
}

export class SoleProcess implements Proof {
  readonly #events: ReadonlySet<LocalEvent>;
  readonly #rooms: LosableRooms;

  constructor(events: ReadonlySet<LocalEvent>, rooms: LosableRooms) {
    this.#events = events;
    this.#rooms = rooms;
  }

  /** Nobody but the store itself can say otherwise. */
  holds(): boolean {
    return true;
  }

  fenced(eventId: string): void {
    this.#rooms.get(this.#rooms.idOf(eventId))?.lose();
  }

  taken(): void {
    for (const { eventId } of this.#events) this.fenced(eventId);
  }
}
