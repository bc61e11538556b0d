// The event rooms of this process: finds them by id, creates them once for all who come meanwhile, reserves seats in
// them, lists events. The one place that asks Colyseus's matchmaker for rooms. Decides about nobody, and stores nothing.
import { type IRoomCache, matchMaker, Room } from "@colyseus/core";
import type { CreatedRooms } from "../../admission/event-creation.ts";
import type { RoomDirectory as AdmittingRooms } from "../../admission/room-directory.ts";
import type { LocalRooms } from "../../cluster/local-rooms.ts";
import type { EventRooms } from "../../event/lifetime/recovery.ts";
import type { Claim } from "../../identity/identity.ts";
import { roomName } from "../../protocol/messages.ts";
import type { Opening } from "../../protocol/incoming/opening.ts";
import { servedEvent } from "../AuthorRoom.ts";
import type { EventOpener } from "./event-opener.ts";
import { EventRoom } from "../EventRoom.ts";
import type { EventTypes } from "./event-types.ts";
import type { EventMetadata, ListedDetails } from "./metadata.ts";
import type { HostedEvents } from "../../host-api/ports.ts";
import type { EventAnswer, ListedEvent } from "../../protocol/host-api.ts";
import { HostedEvent } from "./hosted-event.ts";
import { isEventRoomId } from "../../protocol/event-key.ts";
import { withoutServerError } from "../framework/server-errors.ts";

type SeatReservation = Awaited<ReturnType<typeof matchMaker.reserveSeatFor>>;

/** A store that takes longer has failed: as for a join. */
const keepLimitMs = 3000;
/** A list costs as much as there are events, and in a cluster an answer of Redis. */
const listAgainMs = 250;

/** Of an event that a process of an earlier version has listed. */
const noDetails: ListedDetails = {
  title: "",
  capacity: 0,
  is_locked: false,
  created_at: 0,
  is_closed: false,
};

export class RoomDirectory implements AdmittingRooms, CreatedRooms, LocalRooms, EventRooms, HostedEvents {
  readonly #events: { readonly size: number };
  readonly #types: EventTypes;
  #opener!: EventOpener;
  /** Rooms that come into being, by id. */
  readonly #creating = new Map<string, Promise<void>>();
  /** The last list, one for all who ask at once, and when it was asked for. */
  #listed: Promise<ListedEvent[]> | undefined;
  #listedAt = 0;

  /** @param events the events that have a room here */
  constructor(events: { readonly size: number }, types: EventTypes) {
    this.#events = events;
    this.#types = types;
  }

  /** Called once, before any room is created: what reads events needs the store, which needs the rooms. */
  openBy(opener: EventOpener): void {
    this.#opener = opener;
  }

  get size(): number {
    return this.#events.size + this.#opener.reading;
  }

  isOpening(eventId: string): boolean {
    return this.#creating.has(eventId);
  }

  /** Resolves when rooms can be created. */
  async ready(): Promise<void> {
    await matchMaker.onReady;
  }

  /** The room of an event; undefined for a room of another kind, too. */
  get(roomId: string): EventRoom | undefined {
    const room = this.find(roomId);
    return room instanceof EventRoom ? room : undefined;
  }

  /** Which event a room has, and the name of its type; undefined for one that is not there. */
  eventOf(roomId: string): { eventId: string; type: string; isClosed: boolean } | undefined {
    const event = this.get(roomId)?.[servedEvent];
    if (event === undefined) return undefined;
    const { eventId, type, isClosed } = event;
    return { eventId, type: this.#types.ofStored(type)?.name ?? type, isClosed };
  }

  /** What an event's hosts know of it; undefined for one that is not there. */
  describe(roomId: string): EventAnswer["event"] | undefined {
    return this.hosted(roomId)?.describe();
  }

  /** An event that lives here, as its hosts have it. */
  hosted(roomId: string): HostedEvent | undefined {
    const event = this.get(roomId)?.[servedEvent];
    return event === undefined ? undefined : new HostedEvent(event);
  }

  /** Remembers an event as if somebody had been in it, from now on. Resolves with whether that is stored in time. */
  async keep(roomId: string): Promise<boolean> {
    const event = this.get(roomId)?.[servedEvent];
    if (event === undefined) return false;
    event.retention.remember();
    event.batch.touchFacts();
    return event.batch.stored(keepLimitMs);
  }

  /** A room of any kind. */
  find(roomId: string): Room | undefined {
    const room: unknown = matchMaker.getLocalRoomById(roomId);
    return room instanceof Room ? room : undefined;
  }

  /** False for a name like `__proto__`: the framework keeps its rooms in a plain object. */
  mayBeRoom(roomId: string): boolean {
    const room: unknown = matchMaker.getLocalRoomById(roomId);
    return room === undefined || room instanceof Room;
  }

  /**
   * Gives an event its room, one for all who ask meanwhile. Not by the matchmaker's `joinOrCreate`: that builds further
   * rooms of an event whose first one is locked or private.
   * @param asked what it is opened as when there is no such event yet
   * @throws Refusal 503 when it cannot have one here or now; what the author's hooks throw
   */
  create(eventId: string, asked: Opening = {}): Promise<void> {
    const underWay = this.#creating.get(eventId);
    if (underWay !== undefined) return underWay;
    const created = this.#create(eventId, asked).finally(() => this.#creating.delete(eventId));
    this.#creating.set(eventId, created);
    return created;
  }

  async #create(eventId: string, asked: Opening): Promise<void> {
    const { name } = await this.#opener.begin(eventId, asked);
    try {
      await matchMaker.createRoom(name, { event_id: eventId });
    } catch (error) {
      throw withoutServerError(error);
    } finally {
      this.#opener.end(eventId);
    }
  }

  async reserve(roomId: string, claim: Claim): Promise<SeatReservation> {
    try {
      return await matchMaker.reserveSeatFor(this.#rowOf(roomId), {}, claim);
    } catch (error) {
      throw withoutServerError(error);
    }
  }

  reservationOf(roomId: string, sessionId: string): SeatReservation {
    return matchMaker.buildSeatReservation(this.#rowOf(roomId), sessionId);
  }

  /** Every event that is listed, of whatever type, with its counts as of a second ago at most. O(rooms). */
  listed(): Promise<ListedEvent[]> {
    const now = performance.now();
    if (this.#listed !== undefined && now - this.#listedAt < listAgainMs) return this.#listed;
    this.#listedAt = now;
    this.#listed = this.#list();
    this.#listed.catch(() => (this.#listed = undefined));
    return this.#listed;
  }

  async #list(): Promise<ListedEvent[]> {
    const rooms = await matchMaker.query({}); // another process of the cluster may have types that this one has not
    return rooms.flatMap(({ roomId, name: type, metadata }) => {
      if (!isEventRoomId(roomId) || metadata?.event_id === undefined) return [];
      const { event_id, connected, held, left, event_details } = metadata as Partial<EventMetadata>; // the author's is not asked for
      const counts = { connected: connected ?? 0, held: held ?? 0, left: left ?? 0 };
      return [{ event_id: event_id ?? "", type, ...counts, ...noDetails, ...event_details }];
    });
  }

  /** What the matchmaker reads of a room that lives in this process. */
  #rowOf(roomId: string): IRoomCache {
    const { processId, publicAddress } = matchMaker;
    const name = this.find(roomId)?.roomName ?? roomName;
    return { name, roomId, processId, ...(publicAddress ? { publicAddress } : {}) } as IRoomCache;
  }
}
