// How a room ends: its event is over, begins anew as another room, goes to another process, or was claimed by one. Owns whether the room
// is going; from then on, what the framework's hooks say of sockets is our own doing.
import { Room } from "@colyseus/core";
import type { Event } from "../event/event.ts";
import { closeCode } from "../protocol/close-code.ts";
import type { PatchScheduler } from "../sync/patch-scheduler.ts";
import type { WriteQueue } from "../sync/write-queue.ts";
import { forgetReservations } from "./internals/reservations.ts";

export class RoomEnding {
  readonly #room: Room;
  readonly #event: Event;
  readonly #queue: WriteQueue;
  readonly #scheduler: PatchScheduler;
  readonly #readiness: { readonly isDraining: boolean };
  #isGoing = false;
  /** The event goes on in another process or room: a leave that comes before it is stored still counts. */
  #decidesLeaves = false;

  /** @param readiness the process's: whether it is on its way out */
  constructor(
    room: Room,
    event: Event,
    queue: WriteQueue,
    scheduler: PatchScheduler,
    readiness: { readonly isDraining: boolean },
  ) {
    this.#room = room;
    this.#event = event;
    this.#queue = queue;
    this.#scheduler = scheduler;
    this.#readiness = readiness;
  }

  get isGoing(): boolean {
    return this.#isGoing;
  }

  /** Whether a client that leaves still gives up its seat. */
  get takesLeaves(): boolean {
    return !this.#isGoing || this.#decidesLeaves;
  }

  /** The framework disposes of the room. */
  disposed(): void {
    this.#isGoing = true;
  }

  /** The room is given back. Only a close that asks everyone to come back keeps the event. */
  disconnect(code?: number): Promise<unknown> {
    this.#queue.finishPatch();
    const willReturn = code === closeCode.comeBack || code === closeCode.serverShutdown;
    const { isDraining } = this.#readiness;
    if (!this.#begin(willReturn && isDraining)) return this.#closeAll(code);
    if (willReturn && !isDraining) return this.#beginAnew(code);
    this.#event.parting.giveBack(willReturn);
    return this.#closeAll(code);
  }

  /** [K16] The event is stored, and opens again as another room when this one has gone. */
  async #beginAnew(code?: number): Promise<void> {
    this.#event.flush();
    this.#decidesLeaves = true;
    await this.#event.parting.storeForReopening();
    const gone = this.#closeAll(code);
    this.#event.parting.reopen(gone);
    await gone;
  }

  /** The event has been claimed by another process: nothing more is stored or announced, and everyone is sent on. */
  lose(): void {
    if (this.#begin(true)) {
      this.#scheduler.stop();
      void this.sendOn(); // first: who is let go must find its socket gone
    }
    this.#event.parting.lose();
  }

  /** The event goes to another process: decides nothing more but leaves. Resolves with whether what is decided is stored. */
  handOver(limitMs: number): Promise<boolean> {
    this.#event.flush();
    this.#queue.finishPatch();
    this.#decidesLeaves = this.#begin(true);
    return this.#event.parting.handOver(limitMs);
  }

  /** Asks everyone to come back, to wherever the event is served by then. */
  async sendOn(): Promise<void> {
    await this.#closeAll(closeCode.comeBack);
  }

  /** False when the room is going already. `stops`: for now nobody serves the event. */
  #begin(stops: boolean): boolean {
    if (this.#isGoing) return false;
    this.#isGoing = true;
    if (stops) this.#event.leaving.sendStop();
    forgetReservations(this.#room);
    return true;
  }

  #closeAll(code?: number): Promise<unknown> {
    return Room.prototype.disconnect.call(this.#room, code);
  }
}
