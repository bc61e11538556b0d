// Returns by a reconnection token: over HTTP, the first half of the SDK's `client.reconnect`, and with the socket itself.
// The room judges the token; here its event is made sure of, and the socket waits for its turn.
import { seatKeyOf } from "../protocol/event-key.ts";
import { retryHintMs, retryLater } from "../protocol/refusal.ts";
import type { EventOwner } from "./event-owner.ts";
import type { Closable, JoinQueue } from "./join-queue.ts";
import { beingClosed, noSuchSeat, reconnectionRefused } from "./refusals.ts";
import type { Reservation, RoomDirectory } from "./room-directory.ts";

export class TokenReturns {
  readonly #rooms: RoomDirectory;
  readonly #owner: EventOwner;
  readonly #queue: JoinQueue;

  constructor(rooms: RoomDirectory, owner: EventOwner, queue: JoinQueue) {
    this.#rooms = rooms;
    this.#owner = owner;
    this.#queue = queue;
  }

  /** The answer to a request that asks for its session back; it is its socket that waits for a turn. @throws Refusal */
  async reservationFor(roomId: string, token: string): Promise<Reservation> {
    await this.#owner.restore(roomId);
    const room = this.#rooms.get(roomId);
    if (room === undefined) throw noSuchSeat();
    if (room.isDisposing) throw beingClosed(); // [K16] its event may go on in another
    const sessionId = room.checkReconnectionToken(token);
    if (sessionId === undefined) throw reconnectionRefused();
    return this.#rooms.reservationOf(roomId, sessionId);
  }

  /**
   * Resolves when a socket with a token may come in. One whose token is not good is let in to be refused there, and takes
   * nobody's turn. @throws Refusal
   */
  async waitForTurn(roomId: string, token: string, socket: Closable): Promise<void> {
    await this.#owner.restore(roomId);
    const room = this.#rooms.get(roomId);
    if (room?.isDisposing) throw beingClosed(); // a refusal after the handshake would be for good
    if (!this.#queue.isRated) return;
    const sessionId = room?.checkReconnectionToken(token); // [S9] its seat waits with it
    if (room === undefined || sessionId === undefined) return;
    const deviceId = room.deviceOfSession(sessionId);
    const seat = deviceId === undefined ? undefined : seatKeyOf(roomId, deviceId);
    const turn = this.#queue.pass("return", socket, seat);
    if (turn === undefined) return;
    await turn;
    if (this.#rooms.get(roomId) !== room) throw retryLater("The event has moved", retryHintMs, "moving");
  }
}
