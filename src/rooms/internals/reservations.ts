// Who has a seat reserved in a Colyseus room, which Colyseus does not document, as read in @colyseus/core 0.18.17.
// test/rooms/framework/core.test.ts pins it.
import { matchMaker, type Room } from "@colyseus/core";
import { listingOf } from "./core.ts";

/** What a reservation holds: join options, what `onJoin` gets as its third argument, whether its socket has come. */
type Reservation = [options: object, auth: object, isConsumed: boolean, isHeld: boolean];

const reservationsOf = (room: object) => Reflect.get(room, "_reservedSeats") as Record<string, Reservation>;

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

/** The sessions that are reserved in a room and whose sockets have not come; one that is held for a return is none. */
function waitingSessions(room: object): string[] {
  const seats = reservationsOf(room);
  return Object.keys(seats).filter((sessionId) => {
    const [, , isConsumed, isHeld] = seats[sessionId] as Reservation;
    return !isConsumed && !isHeld;
  });
}

/** Room.ts:2115-2130: how many seats are reserved whose sockets have not come. O(reservations). */
export function reservationCount(room: object): number {
  return waitingSessions(room).length;
}

/**
 * Room.ts:2115-2130, 2171: a seat that is reserved and whose socket has not come keeps a room
 * that is being disposed of for seatReservationTimeout (15 s), and with it the end of the process. Call it before
 * `disconnect()`; whoever comes with such a reservation is answered that it has expired, and joins again.
 */
export function forgetReservations(room: object): void {
  const seats = reservationsOf(room);
  const timeouts = Reflect.get(room, "_reservedSeatTimeouts") as Record<string, NodeJS.Timeout>;
  for (const sessionId of waitingSessions(room)) {
    clearTimeout(timeouts[sessionId]);
    Reflect.deleteProperty(timeouts, sessionId);
    Reflect.deleteProperty(seats, sessionId);
  }
}
