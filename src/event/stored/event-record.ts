// An event as the store keeps it, from the roster and what the author keeps, and back. Owns which of a stored event's
// secrets are still good: a session is only worth something to an SDK that knows this very schema.
import type { Clock } from "../../clock.ts";
import type { Roster } from "../../seats/roster.ts";
import type { HeldSeat, SeatPolicy } from "../../seats/seat.ts";
import { recordOf, restoreSeat } from "../../seats/snapshot.ts";
import type {
  EntryChanges,
  EventBatch,
  EventFacts,
  StoredEvent,
  StoredSeat,
} from "../../store/seat-store.ts";

/** What the room's author adds to a stored event. Implemented by sync/room-state. */
export interface OwnParts {
  /** Fingerprint of the state's schema. */
  schema(): string;
  ofParticipant(seat: HeldSeat): string | null;
  ofEvent(): string | null;
}

/** The event itself. Implemented by event/event. */
export interface EventLife {
  readonly eventId: string;
  readonly type: string;
  readonly epoch: number;
  readonly isClosed: boolean;
}

/** What comes back of a stored event. */
export interface RestoredEvent {
  readonly seats: readonly HeldSeat[];
  /** For how long nobody had the event, in ms; 0 when that is not known. */
  readonly downMs: number;
}

export class EventRecord {
  readonly #roster: Roster;
  readonly #own: OwnParts;
  readonly #life: EventLife;

  constructor(roster: Roster, own: OwnParts, life: EventLife) {
    this.#roster = roster;
    this.#own = own;
    this.#life = life;
  }

  /** Everything of the event, as it is now; `entries` is all of them. */
  whole(entries: EntryChanges | undefined): EventBatch {
    const upserts = [...this.#roster.seats()].map((seat) => this.#stored(seat));
    const { eventId } = this.#life;
    return { eventId, upserts, removals: [], facts: this.facts(), entries, isWhole: true };
  }

  /** The seats of these devices, as they are now, these entries, and with `hasFacts` what the event is. */
  part(devices: Iterable<string>, entries: EntryChanges | undefined, hasFacts: boolean): EventBatch {
    const upserts: StoredSeat[] = [];
    const removals: string[] = [];
    for (const deviceId of devices) {
      const seat = this.#roster.get(deviceId);
      if (seat === undefined) removals.push(deviceId);
      else upserts.push(this.#stored(seat));
    }
    const facts = hasFacts ? this.facts() : undefined;
    return { eventId: this.#life.eventId, upserts, removals, facts, entries, isWhole: false };
  }

  facts(): EventFacts {
    return {
      type: this.#life.type,
      isClosed: this.#life.isClosed,
      epoch: this.#life.epoch,
      kicked: this.#roster.kicked(),
      schema: this.#own.schema(),
      own: this.#own.ofEvent(),
    };
  }

  /** Puts a stored event's seats, all of them away, into the roster; returns them. */
  restore(stored: StoredEvent, clock: Clock, policy: SeatPolicy): RestoredEvent {
    const isSameSchema = stored.facts.schema === this.#own.schema();
    const now = clock.now();
    const seats = stored.seats.map(({ record }) => {
      const seat = restoreSeat(record, stored.eventId, now, stored.lastAliveAt, policy);
      if (isSameSchema) return seat;
      // An SDK that reconnects keeps the schema it has: with another one it must join again, and learn it.
      const old = `old ${seat.deviceId}`;
      return { ...seat, session: { ...seat.session, id: old, tokenHash: old } };
    });
    this.#roster.restore(seats, stored.facts.kicked);
    return { seats, downMs: stored.lastAliveAt === 0 ? 0 : Math.max(0, now - stored.lastAliveAt) };
  }

  #stored(seat: HeldSeat): StoredSeat {
    return { record: recordOf(seat), own: this.#own.ofParticipant(seat) };
  }
}
