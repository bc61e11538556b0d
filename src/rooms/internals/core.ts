// Parts of a Colyseus room that Colyseus does not document, as read in @colyseus/core 0.18.17: how clients are
// counted, which frame is read, what its interval does. test/rooms/framework/core.test.ts pins each of them.
import type { EventEmitter } from "node:events";
import { type Client, type IRoomCache, matchMaker, Room } from "@colyseus/core";

/** The room's row in the listing of the matchmaker. */
export const listingOf = (room: object) => Reflect.get(room, "_listing") as IRoomCache;

/**
 * A LobbyRoom (LobbyRoom.ts:106) lists every room that is not `unlisted`, whatever its name: an event is in no lobby unless its type
 * asks for that (`eventRoom(Quiz).enableRealtimeListing()`), or its author sets it.
 */
export function hideFromLobbies(room: Room): void {
  const isWanted = matchMaker.getHandler(room.roomName).realtimeListingEnabled;
  if (!isWanted) Reflect.set(listingOf(room), "unlisted", true);
}

const eventsOf = (room: object) => Reflect.get(room, "_events") as EventEmitter;

/**
 * The process's number of connected users (`stats.local.ccu`) is counted by a room's events `join` and `leave`
 * (MatchMaker.ts:1330-1344), and the framework emits no `leave` while the same session has a reservation
 * (Room.ts:2382): the socket that takes over by token has one. With this, there is exactly one for each `join`.
 */
export class ClientCount {
  readonly #joined = new WeakSet<object>();
  readonly #emit: EventEmitter["emit"];

  constructor(room: Room) {
    const events = eventsOf(room);
    this.#emit = events.emit.bind(events);
    events.emit = (name: string, ...details: unknown[]) => {
      if (name === "join") this.#joined.add(details[0] as object);
      return name === "leave" ? this.left(details[0] as Client) : this.#emit(name, ...details);
    };
  }

  /** A client is out of the room. Called again, it does nothing. */
  left(client: Client): boolean {
    return this.#joined.delete(client) && this.#emit("leave", client, false);
  }
}

/** Is called around each frame of a client. Implemented by rooms/author/author-guard. */
export interface FrameListener {
  frameBegins(client: Client): void;
  frameEnds(): void;
  frameFailed(client: Client, error: unknown): void;
}

type FrameReader = (client: Client, frame: Buffer) => void;
const readerOf = (room: object) => Reflect.get(room, "_onMessage") as FrameReader;
/** The reader of frames of all rooms before latency was simulated; undefined while it has not been. */
let undelayed: FrameReader | undefined;

/**
 * Server.ts:500-525: `simulateLatency` calls the transport, and then replaces the reader of all rooms by one that reads
 * later. Events' sockets are late by themselves: call this before, and their rooms read as they did.
 */
export function keepUndelayedReader(): void {
  undelayed ??= readerOf(Room.prototype);
}

/**
 * RoomMessages.ts:176-196: a message that cannot be decoded is printed as an error with its stack, by which nobody knows
 * whose it was. Calls `listener` before each frame of a client is read and after it: what the framework prints between
 * them is about this frame. What it throws goes there, too: in the socket's reader it would end the reading.
 */
export function aroundFrames(room: Room, listener: FrameListener): void {
  const read = undelayed ?? readerOf(room);
  Reflect.set(room, "_onMessage", function readFrame(client: Client, frame: Buffer) {
    listener.frameBegins(client);
    try {
      read.call(room, client, frame);
    } catch (error) {
      listener.frameFailed(client, error);
    } finally {
      listener.frameEnds();
    }
  });
}

export type SetRate = (rateMs: number | null) => void;

/**
 * The framework's own setter of a room's `patchRate`, an accessor of the instance's own that begins its interval
 * (Room.ts:506-524). It stays configurable, because the class field was there before it.
 */
export function ratesOf(room: object): SetRate {
  const { set } = Object.getOwnPropertyDescriptor(room, "patchRate") as { set: SetRate };
  return set;
}

/**
 * Stops a room's patch interval. A rate of null alone does not: for a room without a time step the setter begins an
 * interval of 16.6 ms instead, that ticks the clock (Room.ts:520-523).
 */
export function stopPatching(room: object, setRate: SetRate): void {
  const timestep: unknown = Reflect.get(room, "_simulationInterval");
  Reflect.set(room, "_simulationInterval", timestep ?? "none is wanted");
  setRate(null);
  Reflect.set(room, "_simulationInterval", timestep);
}

/**
 * `setTimestep()` without a step ends the one that there was, and the room goes on as if it had one (Room.ts:895-918,
 * 1338): its clock then stands still.
 */
export function forgetTimestep(room: object): void {
  Reflect.set(room, "_simulationInterval", undefined);
}

/** Room.ts:1337: a patch ticks the clock of a room that has no time step of its own. */
export function hasTimestep(room: object): boolean {
  return Reflect.get(room, "_simulationInterval") !== undefined;
}

/**
 * `room.clock` asks its protected `now` for the time, which is Date.now in Node (@colyseus/clock, Clock.now): a wall clock
 * that jumps moves every timer. From here on it asks `clock`, and counts from now.
 */
export function followClock(room: { readonly clock: Room["clock"] }, clock: { now(): number }): void {
  Reflect.set(room.clock, "now", () => clock.now());
  room.clock.start();
}

/**
 * Room.ts:500-512: `autoDispose` is a property of each room, defined after its construction. An event's room goes when its
 * roster says so: the framework would forget seats that are held.
 */
function refuseAutoDispose(room: object): void {
  const set = (isOn: boolean) => {
    if (isOn)
      throw new TypeError("autoDispose: an event ends when nobody has had a seat for EVENT_RETENTION_MS");
  };
  Object.defineProperty(room, "autoDispose", { get: () => false, set });
}

/** An event's room ends when its roster says so, and its clock goes by the server's. */
export function takeOver(room: { readonly clock: Room["clock"] }, clock: { now(): number }): void {
  refuseAutoDispose(room);
  followClock(room, clock);
}
