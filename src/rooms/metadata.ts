// What a monitor may see of an event, kept in the room's listing and written at most once a second.
import { matchMaker } from "@colyseus/core";
import { roomName } from "../protocol/messages.ts";
import type { RosterCounts } from "../seats/roster.ts";

/** A room's metadata; nothing of it is secret. */
export interface EventMetadata {
  readonly event_id: string;
  readonly connected: number;
  readonly held: number;
  readonly left: number;
}

/** Every event that is listed, with its counts as of a second ago at most. O(events). */
export async function listEvents(): Promise<EventMetadata[]> {
  const rooms = await matchMaker.query({ name: roomName });
  return rooms.flatMap(({ metadata }) => (metadata as EventMetadata | undefined) ?? []);
}

const everyMs = 1000;

export class MetadataWriter {
  readonly #eventId: string;
  readonly #write: (metadata: EventMetadata) => void;
  #last: RosterCounts | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(eventId: string, write: (metadata: EventMetadata) => void) {
    this.#eventId = eventId;
    this.#write = write;
  }

  update({ connected, held, left }: RosterCounts, now: number): void {
    const isSame =
      this.#last?.connected === connected && this.#last.held === held && this.#last.left === left;
    if (isSame || now - this.#writtenAt < everyMs) return;
    this.#last = { connected, held, left };
    this.#writtenAt = now;
    this.#write({ event_id: this.#eventId, connected, held, left });
  }
}
