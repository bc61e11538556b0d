// The event rooms of this process: finds them by id, creates them once for all who come meanwhile, reserves seats in
// them, lists events. The one place that asks Colyseus's matchmaker for rooms. Decides about nobody, and stores nothing.
import { type IRoomCache, matchMaker, Room } from "@colyseus/core";
import type { RoomDirectory as AdmittingRooms } from "../admission/room-directory.ts";
import type { LocalRooms } from "../cluster/local-rooms.ts";
import type { Claim } from "../identity/identity.ts";
import { roomName } from "../protocol/messages.ts";
import { EventRoom } from "./EventRoom.ts";
import type { EventMetadata } from "./metadata.ts";
import { withoutServerError } from "./framework/server-errors.ts";

type SeatReservation = Awaited<ReturnType<typeof matchMaker.reserveSeatFor>>;

export class RoomDirectory implements AdmittingRooms, LocalRooms {
  readonly #events: { readonly size: number };
  /** Rooms that come into being, by id. */
  readonly #creating = new Map<string, Promise<void>>();

  /** @param events the events that have a room here */
  constructor(events: { readonly size: number }) {
    this.#events = events;
  }

  get size(): number {
    return this.#events.size;
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
   * @throws Refusal 503 when it cannot have one here or now; what the author's hooks throw
   */
  create(eventId: string): Promise<void> {
    const underWay = this.#creating.get(eventId);
    if (underWay !== undefined) return underWay;
    const created = this.#create(eventId).finally(() => this.#creating.delete(eventId));
    this.#creating.set(eventId, created);
    return created;
  }

  async #create(eventId: string): Promise<void> {
    try {
      await matchMaker.createRoom(roomName, { event_id: eventId });
    } catch (error) {
      throw withoutServerError(error);
    }
  }

  async reserve(roomId: string, claim: Claim): Promise<SeatReservation> {
    try {
      return await matchMaker.reserveSeatFor(rowOf(roomId), {}, claim);
    } catch (error) {
      throw withoutServerError(error);
    }
  }

  reservationOf(roomId: string, sessionId: string): SeatReservation {
    return matchMaker.buildSeatReservation(rowOf(roomId), sessionId);
  }

  /** Every event that is listed, with its counts as of a second ago at most. O(events). */
  async list(): Promise<EventMetadata[]> {
    const rooms = await matchMaker.query({ name: roomName });
    return rooms.flatMap(({ metadata }) => {
      if (metadata?.event_id === undefined) return [];
      const { event_id, connected, held, left } = metadata as EventMetadata; // the author's is not asked for
      return [{ event_id, connected, held, left }];
    });
  }
}

/** What the matchmaker reads of a room that lives in this process. */
function rowOf(roomId: string): IRoomCache {
  const { processId, publicAddress } = matchMaker;
  return { name: roomName, roomId, processId, ...(publicAddress ? { publicAddress } : {}) } as IRoomCache;
}
