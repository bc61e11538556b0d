// What one address may have of this process: new seats, reservations that are not used, events that are opened.
// Never asked about a return: who has a seat comes back to it, whatever else comes from the same address.
import type { Clock } from "../../clock.ts";
import type { Caller, Claim } from "../identity.ts";
import { NewSeats } from "./new-seats.ts";
import { OpenedEvents } from "./opened-events.ts";
import { UnusedReservations } from "./unused-reservations.ts";

/** Settings of these names, in lower case; 0 is no limit. */
export interface AddressLimitSettings {
  readonly joinsPerMinutePerIp: number;
  readonly unusedJoinsPerMinutePerIp: number;
  readonly eventsPerMinutePerIp: number;
  readonly maxEvents: number;
}

export class AddressLimits {
  readonly #seats: NewSeats;
  readonly #reservations: UnusedReservations;
  readonly #events: OpenedEvents;

  constructor(settings: AddressLimitSettings, clock: Clock) {
    const { joinsPerMinutePerIp, unusedJoinsPerMinutePerIp, eventsPerMinutePerIp, maxEvents } = settings;
    this.#seats = new NewSeats(joinsPerMinutePerIp, clock);
    this.#reservations = new UnusedReservations(unusedJoinsPerMinutePerIp, clock);
    this.#events = new OpenedEvents({ perMinute: eventsPerMinutePerIp, maxEvents }, clock);
  }

  /** Counts a join that is no return, once for each claim. @throws Refusal 429 when it is one too many */
  join(claim: Claim, caller: Caller): void {
    this.#reservations.reserve(claim, caller);
    this.#seats.take(claim, caller);
  }

  /** Counts an event that is about to be opened for a join. @throws Refusal 429 when it is one too many */
  open(claim: Claim, caller: Caller): void {
    this.#events.open(claim.eventId, caller);
  }

  /** Counts an event that is about to be made by its host, wherever it will live. @throws Refusal 429 */
  creates(caller: Pick<Caller, "address" | "isShared">): void {
    this.#events.creates(caller);
  }

  /** The join has a reservation, for this session. */
  reserved(claim: Claim, sessionId: string): void {
    this.#reservations.reserved(claim, sessionId);
  }

  /** The socket of a session has come. */
  used(sessionId: string): void {
    this.#reservations.used(sessionId);
  }

  /** The join came to nothing: it has not used up what it was counted for. */
  giveBack(claim: Claim, caller: Caller): void {
    this.#reservations.settle(claim);
    this.#seats.giveBack(claim, caller);
  }

  /** An event has ended, or was not opened after all. */
  ended(eventId: string): void {
    this.#events.ended(eventId);
  }
}
