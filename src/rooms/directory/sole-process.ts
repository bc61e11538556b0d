// A process without a cluster: every event is its own. When another server has taken its store over, after this one had
// stood still, it parts with its events, and whoever is connected is asked to come back, to wherever the event is served.
// Implements what admission asks an owner of events (EventOwner), and what the commit queue asks of its writer (Proof).
import type { EventOwner } from "../../admission/event-owner.ts";
import type { LocalEvent } from "../../event/services.ts";
import type { Recovery } from "../../event/lifetime/recovery.ts";
import type { Opening } from "../../protocol/incoming/opening.ts";
import { roomIdOf } from "../../protocol/event-key.ts";
import type { Proof } from "../../store/committer.ts";
import type { RoomDirectory } from "./room-directory.ts";

export class SoleProcess implements Proof, EventOwner {
  readonly #events: ReadonlySet<LocalEvent>;
  readonly #rooms: RoomDirectory;
  readonly #recovery: Recovery;

  constructor(events: ReadonlySet<LocalEvent>, rooms: RoomDirectory, recovery: Recovery) {
    this.#events = events;
    this.#rooms = rooms;
    this.#recovery = recovery;
  }

  /** Nobody but the store itself can say otherwise. */
  holds(): boolean {
    return true;
  }

  fenced(eventId: string): void {
    this.#rooms.get(roomIdOf(eventId))?.lose();
  }

  taken(): void {
    for (const { eventId } of this.#events) this.fenced(eventId);
  }

  restore(roomId: string): Promise<void> {
    return this.#recovery.restore(roomId);
  }

  /** Nobody comes from another process. */
  waitForReturners(): undefined {
    return undefined;
  }

  /** What is stored has been restored by then, or could not be: then who asks has been refused. */
  isNew(): boolean {
    return true;
  }

  openFor(eventId: string, asked: Opening): Promise<void> {
    return this.#rooms.create(eventId, asked);
  }
}
