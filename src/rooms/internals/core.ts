// Parts of a Colyseus room that Colyseus does not document, as read in @colyseus/core 0.18.17; how they are counted and
// reserved. test/rooms/framework/internals.test.ts pins each of them.
import type { EventEmitter } from "node:events";
import { type Client, type IRoomCache, matchMaker, type Room } from "@colyseus/core";

/** What a reservation holds: join options, what `onJoin` gets as its third argument, whether its socket has come. */
type Reservation = [options: object, auth: object, isConsumed: boolean, isHeld: boolean];

const reservationsOf = (room: object) => Reflect.get(room, "_reservedSeats") as Record<string, Reservation>;
const listingOf = (room: object) => Reflect.get(room, "_listing") as IRoomCache;
const eventsOf = (room: object) => Reflect.get(room, "_events") as EventEmitter;

/**
 * Reserves a seat for a session that has just proved itself by its reconnection token: its socket is then a join like
 * any other (Room.ts:1727-1860), counted like any other. Without the framework's own hold (`allowReconnection`), which
 * keeps the client that was with its socket, counts nothing at the return, and asks the global `WebSocket` whether the
 * new socket is open (Room.ts:1766), which need not exist. The socket must be handed to the framework in this same turn
 * of the event loop: nothing expires this reservation.
 * @param auth what `onJoin` gets as its third argument
 */
export function reserveReturn(room: Room, sessionId: string, auth: object): void {
  reservationsOf(room)[sessionId] = [{}, auth, false, false];
  void matchMaker.driver.update(listingOf(room), { $inc: { clients: 1 } });
}

/**
 * The process's number of connected users (`stats.local.ccu`) is counted by a room's events `join` and `leave`
 * (MatchMaker.ts:1330-1344), and the framework says no `leave` while the same session has a reservation
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

  /** A client is out of the room. Said again, it is no news. */
  left(client: Client): boolean {
    return this.#joined.delete(client) && this.#emit("leave", client, false);
  }
}

/**
 * RoomMessages.ts:176-196: a message that cannot be decoded is printed as an error with its stack, by which nobody knows
 * whose it was. Calls `begins` before each frame of a client is read and `ends` after it: what the framework prints
 * between them is about this frame. What it throws goes to `failed`: in the socket's reader it would end the reading.
 */
export function aroundFrames(
  room: Room,
  begins: (client: Client) => void,
  ends: () => void,
  failed: (client: Client, error: unknown) => void,
): void {
  const read = Reflect.get(room, "_onMessage") as (client: Client, frame: Buffer) => void;
  Reflect.set(room, "_onMessage", (client: Client, frame: Buffer) => {
    begins(client);
    try {
      read.call(room, client, frame);
    } catch (error) {
      failed(client, error);
    } finally {
      ends();
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
