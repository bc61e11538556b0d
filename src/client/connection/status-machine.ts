// The one status of a session: connecting, connected, reconnecting, left, failed; the outage that it is in, and how long
// the seat is kept meanwhile. Announces each change. Knows no connection, and never decides when one is tried.
import type { Environment } from "../platform/environment.ts";
import type { KeptSeat, Outage, OutageReason, ReturnPath, SessionState } from "../types/index.ts";
import type { Ending, Refused } from "./route.ts";
import type { ServerClock } from "./server-clock.ts";

/** The seat that the session is about. Implemented by client/session/own-seat. */
export interface SeatFacts {
  /** How long a seat is kept; what is assumed until the first state says it. */
  readonly gracePeriodMs: number;
  /** When it began; 0 without one. */
  readonly joinedAt: number;
  /** What was kept of it before the page was loaded. */
  readonly remembered: KeptSeat | undefined;
}

/** Implemented by client/session/session-controller. */
export interface StatusListener {
  statusChanged(state: SessionState): void;
  outageBegan(outage: Outage): void;
  /** Connected again after an outage. */
  returned(path: ReturnPath, outageMs: number): void;
}

export class StatusMachine {
  readonly #environment: Environment;
  readonly #clock: ServerClock;
  readonly #seat: SeatFacts;
  readonly #listener: StatusListener;
  #state: SessionState = { status: "connecting" };
  #hasBeenIn = false;
  /** In our own time: the server's may be another clock's when we are back. */
  #awaySince = 0;

  constructor(environment: Environment, clock: ServerClock, seat: SeatFacts, listener: StatusListener) {
    this.#environment = environment;
    this.#clock = clock;
    this.#seat = seat;
    this.#listener = listener;
  }

  get state(): SessionState {
    return this.#state;
  }

  get isConnected(): boolean {
    return this.#state.status === "connected";
  }

  get isOver(): boolean {
    return this.#state.status === "left" || this.#state.status === "failed";
  }

  /** The session was connected before. */
  get hasBeenIn(): boolean {
    return this.#hasBeenIn;
  }

  connecting(): void {
    const keptSeat = this.#seat.remembered;
    this.#set(keptSeat === undefined ? { status: "connecting" } : { status: "connecting", keptSeat });
  }

  connected(path: ReturnPath): void {
    const { outage } = this.#state;
    this.#hasBeenIn = true;
    this.#set({ status: "connected" });
    const isStillSo = this.isConnected; // a listener may have left
    if (outage !== undefined && isStillSo)
      this.#listener.returned(path, this.#clock.elapsed(this.#environment.now()) - this.#awaySince);
  }

  /** @param silentMs for how long nothing had come in: the outage, and the grace, may have begun as long ago */
  reconnecting(reason: OutageReason, silentMs: number): void {
    this.#awaySince = this.#clock.elapsed(this.#environment.now()) - silentMs;
    const keptSeat = this.keptSeat(silentMs);
    const outage: Outage = {
      reason: this.#environment.isOnline() ? reason : "offline",
      since: keptSeat.since,
      attempts: 0,
      seatUntil: keptSeat.atLeastUntil,
    };
    const state: SessionState = { status: "reconnecting", outage };
    const isPaused = reason === "server_restart";
    const kept = isPaused ? ({ ...keptSeat, deadline: "paused" } as const) : keptSeat;
    this.#set(keptSeat.joinedAt === 0 ? state : { ...state, keptSeat: kept });
    if (!this.isOver) this.#listener.outageBegan(outage); // a listener may have left
  }

  /**
   * How long our seat is surely kept, if nothing comes any more: what came last was sent a round trip ago at the most, and
   * the server cannot have missed us before it sent that.
   * @param silentMs for how long nothing has come in
   */
  keptSeat(silentMs: number): KeptSeat {
    const { gracePeriodMs, joinedAt } = this.#seat;
    const since = Math.round(this.#clock.at(this.#environment.now()) - silentMs);
    const atLeastUntil = Math.round(since + Math.max(0, gracePeriodMs - this.#clock.roundTripMs));
    return { since, atLeastUntil, joinedAt };
  }

  /** The server has said until when it keeps the seat (undefined: it has not), or that it charges no time. */
  deadlineReceived(deadline: number | "paused" | undefined): void {
    const { keptSeat, outage } = this.#state;
    if (deadline === undefined || keptSeat === undefined || keptSeat.deadline === deadline) return;
    const atLeastUntil = deadline === "paused" ? keptSeat.atLeastUntil : deadline;
    const changed = { ...this.#state, keptSeat: { ...keptSeat, deadline, atLeastUntil } };
    this.#set(
      outage === undefined ? changed : { ...changed, outage: { ...outage, seatUntil: atLeastUntil } },
    );
  }

  /** The event is full, and is asked again until there is a place. */
  waitingForPlace({ code, reason, sentence }: Refused): void {
    if (this.#state.reason !== reason)
      this.#set({ ...this.#state, code, sentence, ...(reason === undefined ? {} : { reason }) });
  }

  /** One more attempt begins. */
  attempted(): void {
    const { outage } = this.#state;
    if (outage === undefined) return;
    this.#set({ ...this.#state, outage: { ...outage, attempts: outage.attempts + 1 } });
  }

  ended(ending: Ending): void {
    this.#set({ ...ending });
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#listener.statusChanged(state);
  }
}
