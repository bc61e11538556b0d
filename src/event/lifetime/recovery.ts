// Brings every stored event back after a start: most before the server listens, the rest right after, and whichever
// is asked for at once; and one whose author asked everyone back. Only enumerates: a room loads its own event when it is created.
import { type Clock, instantOf } from "../../clock.ts";
import { retryHintMs, retryLater } from "../../protocol/refusal.ts";
import type { SeatStore } from "../../store/seat-store.ts";
import { UnservedType } from "../../protocol/unserved-type.ts";
import { roomIdOf } from "../../protocol/event-key.ts";

/** The start waits this long for events to be restored; what is left comes back while the server already listens. */
const startBudgetMs = 1000;
/** A store that could not be read is asked again after this. */
const readAgainMs = 1000;

/** Gives events their rooms. rooms/directory/room-directory implements it. */
export interface EventRooms {
  /** Resolves when rooms can be created. */
  ready(): Promise<void>;
  create(eventId: string): Promise<void>;
}

/** Hears of events that could not be brought back. ops/telemetry implements it. */
export interface RecoveryReports {
  reportError(where: "restore", error: unknown): void;
  /** A stored event is of a type that this server does not define. */
  recordUnserved(eventId: string, type: string): void;
}

export class Recovery {
  readonly #store: Pick<SeatStore, "eventIds">;
  readonly #rooms: EventRooms;
  readonly #reports: RecoveryReports;
  readonly #clock: Clock;
  /** Stored events that have no room yet, by room id. */
  readonly #pending = new Map<string, string>();
  readonly #underWay = new Map<string, Promise<void>>();
  /** Stored events of types that this server does not define, by room id: kept, and not served. */
  readonly #unserved = new Map<string, UnservedType>();
  #isStopped = false;
  /** What is pending is being worked off. */
  #isGoingOn = false;

  constructor(store: Pick<SeatStore, "eventIds">, rooms: EventRooms, reports: RecoveryReports, clock: Clock) {
    this.#store = store;
    this.#rooms = rooms;
    this.#reports = reports;
    this.#clock = clock;
  }

  /** Called after the matchmaker is ready and before the server listens. */
  async begin(): Promise<void> {
    await this.#rooms.ready();
    for (const eventId of await this.#store.eventIds()) this.#pending.set(roomIdOf(eventId), eventId);
    const until = instantOf(this.#clock) + startBudgetMs;
    for (const roomId of this.#pending.keys()) {
      if (instantOf(this.#clock) > until) break;
      await this.#attempt(roomId);
    }
    setImmediate(() => void this.#theRest());
  }

  /**
   * Makes sure that a stored event has its room; does nothing for one that has, or that nobody knows.
   * @throws Refusal 503 when it could not be read: it will be tried again; UnservedType
   */
  async restore(roomId: string): Promise<void> {
    if (this.#pending.size + this.#unserved.size === 0) return;
    await this.#attempt(roomId);
    const unserved = this.#unserved.get(roomId);
    if (unserved !== undefined) throw unserved;
    if (this.#pending.has(roomId)) throw retryLater("The event cannot be read just now", retryHintMs);
  }

  /** [K16] The event has been stored and its room is going: opens another for it when that is `gone`. */
  again(eventId: string, gone: Promise<unknown>): void {
    const roomId = roomIdOf(eventId);
    this.#pending.set(roomId, eventId);
    this.#underWay.set(
      roomId,
      gone.then(() => this.#create(roomId, eventId)),
    );
    void this.#theRest();
  }

  /** The event has its room. */
  restored(roomId: string): void {
    this.#pending.delete(roomId);
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** One attempt at a time for each event; its room calls `restored`. */
  #attempt(roomId: string): Promise<void> {
    const eventId = this.#pending.get(roomId);
    if (eventId === undefined) return Promise.resolve();
    const attempt = this.#underWay.get(roomId) ?? this.#create(roomId, eventId);
    this.#underWay.set(roomId, attempt);
    return attempt;
  }

  async #create(roomId: string, eventId: string): Promise<void> {
    try {
      await this.#rooms.create(eventId);
    } catch (error) {
      if (error instanceof UnservedType) this.#setAside(roomId, eventId, error);
      else this.#reports.reportError("restore", error);
    } finally {
      this.#underWay.delete(roomId);
    }
  }

  /** Until this server's next start: its types do not change. */
  #setAside(roomId: string, eventId: string, unserved: UnservedType): void {
    this.#pending.delete(roomId);
    this.#unserved.set(roomId, unserved);
    this.#reports.recordUnserved(eventId, unserved.type);
  }

  async #theRest(): Promise<void> {
    if (this.#isGoingOn) return;
    this.#isGoingOn = true;
    while (this.#pending.size > 0) {
      for (const roomId of this.#pending.keys()) {
        if (this.#isStopped) return;
        await this.#attempt(roomId);
        await new Promise((resolve) => setImmediate(resolve)); // those who are here come first
      }
      if (this.#pending.size > 0)
        await new Promise<void>((resolve) => void this.#clock.after(readAgainMs, resolve));
    }
    this.#isGoingOn = false;
  }
}
