// The ports of event/: what an event needs of the room around it, of its author, and of itself. Types only.
import type { ConnectedClient } from "../connections/connection.ts";
import type { OutboxMessage } from "../protocol/session.ts";
import type { SeatEvent } from "../seats/events.ts";
import type { ConnectedSeat, HeldSeat } from "../seats/seat.ts";
import type { ChangeListener } from "./announcer.ts";
import type { AuthorsChanges } from "./stored/commit-batch.ts";
import type { OwnParts } from "./stored/event-record.ts";
import type { BookedTimer } from "./timers/timer-book.ts";

/** The Colyseus room around an event. Implemented by rooms/event-room-shell. */
export interface RoomShell {
  /** How many frames a client may send in a second. */
  readonly framesPerSecond: number;
  /** How long a reserved seat waits for its socket. */
  readonly reservationMs: number;
  /** `lock()`: no new seats for now. */
  readonly locked: boolean;
  /** How many seats there may be, held ones included; Infinity is without a limit. */
  readonly maxClients: number;
  /** Nobody has a socket, and no reserved seat waits for one. */
  isVacant(): boolean;
  /** Makes the framework let go of a client at once; its hooks run before this returns. */
  detach(client: ConnectedClient, code: number, reason: string): void;
  /** The last patch of the state that a client has been sent; undefined where the state cannot be resumed. */
  lastPatchOf(client: ConnectedClient): number | undefined;
  /** The event is over and nobody is left: gives the room back. */
  giveBack(): void;
}

/**
 * How a connection came to its seat, a closed list:
 * - `join`: it took a new seat;
 * - `return`: a join to a seat that was away (a page that was loaded again, another device's page, after a restart);
 * - `takeover`: a join to a seat that another connection still had; that one is closed with 4501;
 * - `reconnect`: the session came back by its reconnection token (the SDK by itself, or `client.reconnect`).
 */
export type ConnectedBy = "join" | "return" | "takeover" | "reconnect";

/** What an author's handler asks for waits here until it has returned. Implemented by rooms/author/deferred-effects. */
export interface HeldEffects {
  /** True while a handler runs. */
  readonly isHolding: boolean;
  /** Runs `effect` now; while a handler runs, when that has returned. When it throws, `drop` runs instead. */
  run(effect: () => void, drop?: () => void): void;
}

/** The author's handlers of timers, by name. Implemented by rooms/author/timer-handlers. */
export interface TimerAuthor {
  /** Hears of handlers that are added from now on. */
  listener: HandlerListener | undefined;
  has(name: string): boolean;
  /** @throws TypeError when the name's handler could not take this payload; `what` names the caller in the sentence */
  check(what: string, name: string, payload: string | null): void;
  /** Runs the handler of a timer that has one. Never throws: the timer has fired, whatever the handler does. */
  fire(timer: BookedTimer): void;
  report(error: unknown): void;
}

/** Hears that a name has a handler now. Implemented by event/timers/event-timers. */
export interface HandlerListener {
  added(name: string): void;
}

/** The room's author: its hooks, its handlers of published messages, its own part of the state. Implemented by rooms/author/room-author. */
export interface EventAuthor extends ChangeListener, AuthorsChanges {
  readonly own: OwnParts;
  readonly effects: HeldEffects;
  readonly timers: TimerAuthor;
  /** Hands a published message to its handler; returns why it was refused, as a sentence. */
  take(deviceId: string, message: OutboxMessage, id: string): string | undefined;
  /** A new seat begins with these own fields (JSON), as soon as it is in the state. */
  seatBegins(seat: HeldSeat, own: string): void;
  /** A seat has a new connection, whose first state is still to be encoded. */
  connectionBegan(deviceId: string, client: ConnectedClient, how: ConnectedBy): void;
  /** A connection is over, and its seat is held for the next. */
  connectionEnded(deviceId: string, client: ConnectedClient): void;
  /** Nobody has the seat any more. */
  seatLeft(deviceId: string): void;
  /** The event is being closed: its author's time is over. */
  eventClosing(): void;
  /** Everyone has been sent that it is closed, and every socket is. */
  eventClosed(): void;
}

/** The one gate for every change of the roster. Implemented by event/event. */
export interface Decider {
  /**
   * Lets the roster decide an event of a seat, and carries out what follows. Returns whether anything has changed.
   * @param whenAnnounced runs once that is stored and announced; at once when there is nothing to announce
   */
  decide(deviceId: string, event: SeatEvent, whenAnnounced?: () => void): boolean;
}

/** Whom a client speaks for. Implemented by event/event. */
export interface Speakers {
  /** Undefined for an observer, and for a client whose socket is not the seat's any more. */
  seatOf(client: ConnectedClient): ConnectedSeat | undefined;
  /** The client that speaks for a device's seat; undefined while it is away. */
  clientOf(deviceId: string): ConnectedClient | undefined;
}
