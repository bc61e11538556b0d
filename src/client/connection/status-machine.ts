// The one status of a session: connecting, connected, reconnecting, left, failed; and the outage that it is in. Announces
// each change. Knows no connection, and never decides when one is tried.
import type { Environment } from "../platform/environment.ts";
import type { Outage, OutageReason, ReturnPath, SessionState } from "../types/index.ts";
import type { Ending } from "./route.ts";
import type { ServerClock } from "./server-clock.ts";

/** Implemented by client/session/session-controller. */
export interface StatusListener {
  /** How long a seat is kept; what is assumed until the first state says it. */
  readonly gracePeriodMs: number;
  statusChanged(state: SessionState): void;
  outageBegan(outage: Outage): void;
  /** Connected again after an outage. */
  returned(path: ReturnPath, outageMs: number): void;
}

export class StatusMachine {
  readonly #environment: Environment;
  readonly #clock: ServerClock;
  readonly #listener: StatusListener;
  #state: SessionState = { status: "connecting" };
  #hasBeenIn = false;
  /** In our own time: the server's may be another clock's when we are back. */
  #awaySince = 0;

  constructor(environment: Environment, clock: ServerClock, listener: StatusListener) {
    this.#environment = environment;
    this.#clock = clock;
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
    this.#set({ status: "connecting" });
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
    const now = this.#environment.now();
    this.#awaySince = this.#clock.elapsed(now) - silentMs;
    const since = Math.round(this.#clock.at(now) - silentMs);
    const outage: Outage = {
      reason: this.#environment.isOnline() ? reason : "offline",
      since,
      attempts: 0,
      seatUntil: since + this.#listener.gracePeriodMs,
    };
    this.#set({ status: "reconnecting", outage });
    if (!this.isOver) this.#listener.outageBegan(outage); // a listener may have left
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
