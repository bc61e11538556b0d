// Events that are to be there before anybody joins: what a server's own code asks for (`app.createEvent`). Counts no
// address, and lets nobody in. In a cluster it is asked by whoever has the event (cluster/carrying/routed-creation).
import { roomIdOf } from "../protocol/event-key.ts";
import type { Creation, DescribedCreation } from "../protocol/incoming/opening.ts";
import { Refusal } from "../protocol/refusal.ts";
import { UnservedType } from "../protocol/unserved-type.ts";
import type { EventOwner } from "./event-owner.ts";
import type { TypeNames } from "./matchmaking.ts";
import type { Readiness } from "./readiness.ts";
import { beingClosed, notStorable, otherType, tooManyEvents } from "./refusals.ts";

/** What the event's hosts know of it. */
type Described = DescribedCreation["event"];

/** The event rooms of this process, as far as events are created. Implemented by rooms/directory/room-directory. */
export interface CreatedRooms {
  /** How many events have a room in this process, or are about to have one. */
  readonly size: number;
  /** True for an event that is about to have one, and is counted. */
  isOpening(eventId: string): boolean;
  /** Which event a room has, the name of its type, and whether it is closed. */
  eventOf(roomId: string): { readonly type: string; readonly isClosed: boolean } | undefined;
  /** What its hosts know of it; undefined for one that is not there. */
  describe(roomId: string): Described | undefined;
  /** Remembers an event as if somebody had been in it, from now on. Resolves with whether that is stored in time. */
  keep(roomId: string): Promise<boolean>;
}

/** What events are created by. */
export interface CreationParts {
  readonly rooms: CreatedRooms;
  readonly owner: EventOwner;
  readonly types: TypeNames;
  readonly readiness: Readiness;
}

export class EventCreation {
  readonly #rooms: CreatedRooms;
  readonly #owner: EventOwner;
  readonly #types: TypeNames;
  readonly #readiness: Readiness;
  readonly #maxEvents: number;
  /** One at a time for each event: only the first of them makes it new. */
  readonly #underWay = new Map<string, Promise<DescribedCreation>>();

  /** @param maxEvents how many events may be open here at once */
  constructor({ rooms, owner, types, readiness }: CreationParts, maxEvents: number) {
    this.#rooms = rooms;
    this.#owner = owner;
    this.#types = types;
    this.#readiness = readiness;
    this.#maxEvents = maxEvents;
  }

  /**
   * Makes sure that an event is there, in this process, and stored. One that is there stays as it is.
   * @throws Refusal 409 for one of another type, and for one that must be new and is not, 410 for a closed one, 503 when it cannot be now
   */
  async create(creation: Creation): Promise<DescribedCreation> {
    const { eventId } = creation;
    for (let before = this.#underWay.get(eventId); before !== undefined; before = this.#underWay.get(eventId))
      await before.catch(() => {}); // whoever asked is answered
    const creating = this.#create(creation).finally(() => this.#underWay.delete(eventId));
    this.#underWay.set(eventId, creating);
    return creating;
  }

  async #create({ eventId, type, options, details, mustBeNew }: Creation): Promise<DescribedCreation> {
    const refusal = this.#readiness.refusal();
    if (refusal !== undefined) throw refusal;
    const roomId = roomIdOf(eventId);
    await this.#owner.restore(roomId);
    const isOpen = this.#rooms.eventOf(roomId) !== undefined;
    const isNew = !isOpen && this.#owner.isNew(roomId);
    if (!isNew && mustBeNew === true) throw alreadyThere();
    if (!isOpen) {
      if (type !== undefined && this.#types.get(type) === undefined) throw new UnservedType(type);
      if (this.#rooms.size >= this.#maxEvents && !this.#rooms.isOpening(eventId))
        throw tooManyEvents(this.#maxEvents);
      await this.#owner.openFor(eventId, { type, options, details });
    }
    const event = this.#rooms.eventOf(roomId);
    if (event === undefined) throw beingClosed();
    if (type !== undefined && event.type !== type) throw otherType(event.type, type);
    if (event.isClosed) throw new Refusal(410, "The event is closed", { reason: "closed" });
    if (!(await this.#rooms.keep(roomId))) throw notStorable();
    return { eventId, type: event.type, isNew, event: this.#rooms.describe(roomId) as Described };
  }
}

const alreadyThere = () =>
  new Refusal(409, "There is an event of this name already", { reason: "already_there" });
