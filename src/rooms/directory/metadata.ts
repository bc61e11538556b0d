// What a monitor may see of an event, kept in the room's listing and written at most once a second.
import type { Clock, Timer } from "../../clock.ts";
import type { EventDetails } from "../../protocol/event-details.ts";
import type { RosterCounts } from "../../seats/roster.ts";

/** A room's metadata; nothing of it is secret. */
export interface EventMetadata {
  readonly event_id: string;
  readonly connected: number;
  readonly held: number;
  readonly left: number;
  /** What its host has said of it; under a name of its own, because a `title` may be the author's. */
  readonly event_details: ListedDetails;
}

export interface ListedDetails {
  readonly title: string;
  readonly capacity: number;
  readonly is_locked: boolean;
  readonly created_at: number;
  readonly is_closed: boolean;
}

/** The event that is listed. */
interface Counted {
  readonly eventId: string;
  readonly census: RosterCounts;
  readonly isClosed: boolean;
  readonly details: { shown(): EventDetails };
}

/** How an event's own part of the listing is written: a name that no author can meet. */
export const listEvent = Symbol("listEvent");

/**
 * The room in whose row of the listing they are; one that has gone has none, and writes nothing. Implemented by
 * rooms/AuthorRoom.
 */
interface Listed {
  [listEvent](metadata: EventMetadata): Promise<unknown>;
}

const everyMs = 1000;

export class MetadataWriter {
  readonly #event: Counted;
  readonly #clock: Clock;
  readonly #listing: Listed;
  #last: EventMetadata | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(event: Counted, clock: Clock, listing: Listed) {
    this.#event = event;
    this.#clock = clock;
    this.#listing = listing;
    this.update();
  }

  /** What is listed may have changed: it is written now, or as soon as it may be. */
  update(): void {
    const row = this.#row();
    if (isSame(row, this.#last) || this.#timer !== undefined) return;
    const now = this.#clock.now();
    const waitMs = this.#writtenAt + everyMs - now;
    if (waitMs > 0) {
      this.#timer = this.#clock.after(waitMs, () => {
        this.#timer = undefined;
        this.update();
      });
      return;
    }
    this.#last = row;
    this.#writtenAt = now;
    void this.#listing[listEvent](row);
  }

  #row(): EventMetadata {
    const { census, isClosed, details } = this.#event;
    const { event_id, title, capacity, is_locked, created_at } = details.shown();
    const event_details = { title, capacity, is_locked, created_at, is_closed: isClosed };
    return { event_id, ...census, event_details };
  }
}

function isSame(row: EventMetadata, last: EventMetadata | undefined): boolean {
  if (last === undefined) return false;
  const { event_details: details, ...counts } = row;
  const { event_details: lastDetails, ...lastCounts } = last;
  return hasSame(counts, lastCounts) && hasSame(details, lastDetails);
}

function hasSame<T extends object>(one: T, other: T): boolean {
  return (Object.keys(one) as (keyof T)[]).every((field) => one[field] === other[field]);
}

/** What a room author writes into an event's metadata, beside ours. Everyone who may see the listing may see it. */
export type AuthorMetadata = Readonly<Record<string, unknown>>;

/** Where a room keeps its listing: a name that no author can meet. */
export const listing = Symbol("listing");

/** An event's metadata: the author's, and ours, which wins where both have a name. */
export class Listing {
  #authors: AuthorMetadata = {};
  #ours: EventMetadata | undefined;

  ofAuthor(metadata: AuthorMetadata): EventMetadata & AuthorMetadata {
    this.#authors = metadata;
    return this.#whole;
  }

  ofEvent(metadata: EventMetadata): EventMetadata & AuthorMetadata {
    this.#ours = metadata;
    return this.#whole;
  }

  get #whole() {
    return { ...this.#authors, ...this.#ours } as EventMetadata & AuthorMetadata;
  }
}
