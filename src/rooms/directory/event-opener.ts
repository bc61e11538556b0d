// Opens events: reads what is stored of one before it has a room, because that says which class its room has. Keeps what
// was read until that room takes it. An event of a type that this server does not define is left alone: see UnservedType.
import { beingClosed, otherType } from "../../admission/refusals.ts";
import { type OpenedEvent, openEvent, type OpeningServices } from "../../event/lifetime/open-event.ts";
import { UnservedType } from "../../protocol/unserved-type.ts";
import { roomIdOf } from "../../protocol/event-key.ts";
import type { EventChange } from "../../protocol/event-details.ts";
import type { Opening } from "../../protocol/incoming/opening.ts";
import type { EventType, EventTypes } from "./event-types.ts";

/** An event that is about to have its room. */
export interface OpeningEvent extends OpenedEvent {
  readonly type: EventType;
  /** The same as it is stored. */
  readonly storedType: string;
  /** What it was opened with, as JSON. */
  readonly options: string | undefined;
  /** What its host says of it, when it is new. */
  readonly details: EventChange | undefined;
}

/** The rooms of this process. Implemented by rooms/directory/room-directory. */
interface Rooms {
  get(roomId: string): { readonly isDisposing: boolean } | undefined;
}

/** The entry of an event that keeps what it was opened with. */
export const optionsEntry = "event/options";

export class EventOpener {
  readonly #types: EventTypes;
  readonly #services: OpeningServices;
  readonly #rooms: Rooms;
  /** Read, and not yet taken by their rooms; by event id. */
  readonly #read = new Map<string, OpeningEvent>();
  /** Being read, or read and not yet taken. */
  readonly #reading = new Set<string>();

  constructor(types: EventTypes, services: OpeningServices, rooms: Rooms) {
    this.#types = types;
    this.#services = services;
    this.#rooms = rooms;
  }

  /** How many events are about to have their rooms. */
  get reading(): number {
    return this.#reading.size;
  }

  /**
   * Reads an event, for its room to take. What is asked for counts only when there is no such event yet.
   * @throws Refusal 503 when it cannot have a room here or now; UnservedType
   */
  async begin(eventId: string, asked: Opening): Promise<EventType> {
    this.#reading.add(eventId);
    try {
      const opening = await this.#open(eventId, asked);
      this.#read.set(eventId, opening);
      return opening.type;
    } catch (error) {
      this.end(eventId);
      throw error;
    }
  }

  /** Its room has come to be, or has not. */
  end(eventId: string): void {
    this.#read.delete(eventId);
    this.#reading.delete(eventId);
  }

  /**
   * What was read of an event, for its room; read now for a room that the framework was asked for.
   * @param asked by its class, and what it was given
   * @throws Refusal as `begin`, and 409 for a class that is not its type's
   */
  async take(eventId: string, asked: Opening): Promise<OpeningEvent> {
    const opening = this.#read.get(eventId) ?? (await this.#open(eventId, asked));
    this.end(eventId);
    if (asked.type !== undefined && this.#types.ofStored(asked.type) !== opening.type)
      throw otherType(opening.type.name, asked.type);
    return opening;
  }

  async #open(eventId: string, asked: Opening): Promise<OpeningEvent> {
    // Two rooms of one id in one process: the old one's disposal would take the new one's listing with it.
    if (this.#rooms.get(roomIdOf(eventId))?.isDisposing) throw beingClosed();
    const opened = await openEvent(this.#services, eventId);
    const { stored } = opened;
    const storedType = stored?.facts.type ?? this.#types.storedAs(asked.type ?? this.#types.defaultName);
    const type = this.#types.ofStored(storedType);
    if (type === undefined) throw new UnservedType(storedType);
    const options = stored === undefined ? asked.options : stored.entries.get(optionsEntry);
    return { ...opened, type, storedType, options, details: asked.details };
  }
}
