// Brings every stored event back after a start: most before the server listens, the rest right after, and whichever
// is asked for at once. Only enumerates: a room loads its own event when it is created.
import { matchMaker } from "@colyseus/core";
import { roomName } from "../protocol/messages.ts";
import type { SeatStore } from "../store/seat-store.ts";
import { roomIdOf } from "./room-id.ts";

/** The start waits this long for events to be restored; what is left comes back while the server already listens. */
const startBudgetMs = 1000;

export class Recovery {
  readonly #store: SeatStore;
  readonly #onError: (error: unknown) => void;
  /** Stored events that have no room yet, by room id. */
  readonly #pending = new Map<string, string>();
  readonly #underWay = new Map<string, Promise<void>>();
  #isStopped = false;

  constructor(store: SeatStore, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** Called after the matchmaker is ready and before the server listens. */
  async begin(): Promise<void> {
    await matchMaker.onReady;
    for (const eventId of await this.#store.eventIds()) this.#pending.set(roomIdOf(eventId), eventId);
    const until = performance.now() + startBudgetMs;
    for (const roomId of this.#pending.keys()) {
      if (performance.now() > until) break;
      await this.restore(roomId);
    }
    if (this.#pending.size > 0) setImmediate(() => void this.#theRest());
  }

  /** Makes sure that a stored event has its room; does nothing for one that has, or that nobody knows. */
  async restore(roomId: string): Promise<void> {
    const eventId = this.#pending.get(roomId);
    if (eventId === undefined) return;
    const underWay = this.#underWay.get(roomId) ?? this.#create(roomId, eventId);
    this.#underWay.set(roomId, underWay);
    await underWay;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #create(roomId: string, eventId: string): Promise<void> {
    try {
      if (matchMaker.getLocalRoomById(roomId) === undefined)
        await matchMaker.createRoom(roomName, { event_id: eventId });
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#pending.delete(roomId);
      this.#underWay.delete(roomId);
    }
  }

  async #theRest(): Promise<void> {
    for (const roomId of this.#pending.keys()) {
      if (this.#isStopped) return;
      await this.restore(roomId);
      await new Promise((resolve) => setImmediate(resolve)); // those who are here come first
    }
  }
}
