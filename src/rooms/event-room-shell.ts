// The Colyseus room around an event, as far as the event needs it. Implements event's port RoomShell.
import type { Room } from "@colyseus/core";
import type { RoomShell } from "../event/ports.ts";
import type { RoomState } from "../sync/room-state.ts";
import type { WriteQueue } from "../sync/write-queue.ts";
import { reservationCount } from "./internals/reservations.ts";
import type { SeatClient } from "./sockets/seat-client.ts";

/** The room itself. Implemented by rooms/EventRoom. */
interface ShelledRoom extends Room {
  framesPerSecond: number;
}

export class EventRoomShell implements RoomShell {
  readonly #room: ShelledRoom;
  readonly #queue: WriteQueue;
  readonly #state: Pick<RoomState<never>, "patchNumber">;

  constructor(room: ShelledRoom, queue: WriteQueue, state: Pick<RoomState<never>, "patchNumber">) {
    this.#room = room;
    this.#queue = queue;
    this.#state = state;
  }

  get framesPerSecond(): number {
    return this.#room.framesPerSecond;
  }

  get reservationMs(): number {
    return this.#room.seatReservationTimeout * 1000;
  }

  get locked(): boolean {
    return this.#room.locked;
  }

  get maxClients(): number {
    return this.#room.maxClients;
  }

  isVacant(): boolean {
    return this.#room.clients.length + reservationCount(this.#room) === 0;
  }

  detach(client: SeatClient, code: number, reason: string): void {
    const { sessionId } = client;
    if (this.#room.clients.get(sessionId) === client) this.#room.kickClient(sessionId, code, reason);
  }

  lastPatchOf(client: SeatClient): number | undefined {
    const lacksLast = this.#queue.lacksPatch(client);
    const { patchNumber } = this.#state;
    return patchNumber !== undefined && lacksLast ? patchNumber - 1 : patchNumber;
  }

  giveBack(): void {
    void this.#room.disconnect();
  }
}
