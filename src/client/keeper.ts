// The one status machine of a session: connecting, connected, reconnecting, left, failed. Has the connection that is,
// or the pursuit of the next one; never both. Knows nothing of rosters, events and outboxes.
import type { HeartbeatAck } from "../protocol/messages.ts";
import { LinkAttempt } from "./attempt.ts";
import type { Environment, Timer } from "./environment.ts";
import { type Farewell, farewellByToken, farewellOver } from "./farewell.ts";
import type { Dial, Link, Target, Ticket } from "./link.ts";
import { Pulse } from "./pulse.ts";
import type { Policy } from "./policy.ts";
import { type Attempt, Pursuit } from "./pursuit.ts";
import { consented, type Ending, endingOf } from "./route.ts";
import type { ServerClock } from "./server-clock.ts";
import type { Outage, OutageReason, ReturnPath, SessionState } from "./types.ts";

export interface KeeperEvents {
  changed(state: SessionState): void;
  outage(outage: Outage): void;
  /** What to join with. May reject: nobody can say now. */
  joinTarget(): Promise<Target>;
  /** A connection: ask the room what was missed. It is `caughtUp` when that is told. */
  linked(link: Link): void;
  unlinked(): void;
  state(state: unknown): void;
  message(type: string, payload: unknown): void;
  returned(path: ReturnPath, outageMs: number): void;
  gracePeriodMs(): number;
}

/** A connection that lived shorter than this may have died of what the next would die of, too. */
const youngMs = 2000;
/** So many may die young, in a row, before the next ones wait longer. */
const toleratedFlaps = 2;
const restartCodes: ReadonlySet<number> = new Set([4001, 4010]);

export class Keeper {
  readonly #environment: Environment;
  readonly #dial: Dial;
  readonly #clock: ServerClock;
  readonly #policy: Policy;
  readonly #events: KeeperEvents;
  #state: SessionState = { status: "connecting" };
  #link: Link | undefined;
  #pulse: Pulse | undefined;
  #pursuit: Pursuit | undefined;
  #ticket: Ticket | undefined;
  #path: ReturnPath = "join";
  #hasBeenIn = false;
  /** The first state is there; what was missed is told. */
  #isArrived = false;
  #isCaughtUp = false;
  #linkedAt = 0;
  #flaps = 0;
  #suspendedAt: number | undefined;

  constructor(
    environment: Environment,
    dial: Dial,
    clock: ServerClock,
    policy: Policy,
    events: KeeperEvents,
  ) {
    this.#environment = environment;
    this.#dial = dial;
    this.#clock = clock;
    this.#policy = policy;
    this.#events = events;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The connection, when there is one that can be used. */
  get link(): Link | undefined {
    return this.#state.status === "connected" ? this.#link : undefined;
  }

  get isOver(): boolean {
    return this.#state.status === "left" || this.#state.status === "failed";
  }

  /** Begins, or begins again after the end. */
  start(): void {
    this.#ticket = undefined;
    if (this.#hasBeenIn) this.#away("asked", this.#environment.now(), true);
    else {
      this.#set({ status: "connecting" });
      this.#pursue(true);
    }
  }

  set heartbeatIntervalMs(intervalMs: number) {
    if (this.#pulse !== undefined) this.#pulse.heartbeatIntervalMs = intervalMs;
  }

  acknowledged(ack: HeartbeatAck): void {
    this.#pulse?.acknowledged(ack);
  }

  /** What was missed is told. */
  caughtUp(): void {
    this.#isCaughtUp = true;
    this.#settle();
  }

  /** The connection is to be given up, and won again. */
  lose(reason: OutageReason, isAtOnce = false): void {
    if (this.#link === undefined) return;
    // What closed was there until now; what fell silent may have been gone since it was last heard.
    const isSilence = reason === "silence" || reason === "wake";
    const seatFrom = (isSilence ? this.#pulse?.heardAt : undefined) ?? this.#environment.now();
    const isYoung = this.#environment.now() - this.#linkedAt < youngMs;
    this.#flaps = isYoung ? this.#flaps + 1 : 0;
    this.#unlink();
    if (this.#state.status === "connected") this.#away(reason, seatFrom, isAtOnce);
    else this.#pursue(isAtOnce);
  }

  /** Try now, or see whether what is there still answers. */
  wake(): void {
    if (this.#suspendedAt !== undefined) this.#resume(this.#suspendedAt);
    else if (this.#pursuit !== undefined) this.#pursuit.hurry();
    else this.#pulse?.probe();
  }

  /** The page is left, and perhaps shown again: a page with an open socket would not be kept. */
  suspend(): void {
    if (this.isOver || this.#suspendedAt !== undefined) return;
    this.#suspendedAt = this.#environment.now();
    this.#stop();
  }

  /** Over. */
  end(ending: Ending): void {
    if (this.isOver) return;
    this.#stop();
    this.#suspendedAt = undefined;
    this.#set({ ...ending });
  }

  /** Gives the seat up; resolves when the server knows, or cannot be told. */
  async leave(): Promise<void> {
    if (this.isOver) return;
    const link = this.#link;
    const ticket = this.#ticket;
    this.#link = undefined; // its last word is ours
    this.end(consented);
    const isSilent = ticket === undefined || !this.#environment.isOnline();
    if (link !== undefined) await this.#inTime(farewellOver(link));
    else if (!isSilent) await this.#inTime(farewellByToken(this.#dial, ticket));
  }

  #settle(): void {
    const { outage, status } = this.#state;
    if (!this.#isArrived || status === "connected" || (this.#hasBeenIn && !this.#isCaughtUp)) return;
    this.#hasBeenIn = true;
    this.#set({ status: "connected" });
    if (outage !== undefined) this.#events.returned(this.#path, this.#serverNow() - outage.since);
  }

  #resume(suspendedAt: number): void {
    this.#suspendedAt = undefined;
    if (this.#state.status === "connected") this.#away("wake", suspendedAt, true, suspendedAt);
    else this.#pursue(true);
  }

  /** `seatFrom`: the grace cannot have begun before it. `noticedAt`: the outage did. In the environment's time. */
  #away(reason: OutageReason, seatFrom: number, isAtOnce: boolean, noticedAt?: number): void {
    const now = this.#environment.now();
    const serverNow = this.#serverNow();
    const seatUntil = Math.round(serverNow - (now - seatFrom) + this.#events.gracePeriodMs());
    const isOffline = !this.#environment.isOnline();
    const outage: Outage = {
      reason: isOffline ? "offline" : reason,
      since: Math.round(serverNow - (now - (noticedAt ?? now))),
      attempts: 0,
      seatUntil,
    };
    this.#set({ status: "reconnecting", outage });
    if (this.isOver) return; // a listener has left
    this.#events.outage(outage);
    if (!this.isOver && this.#link === undefined) this.#pursue(isAtOnce);
  }

  #pursue(isAtOnce: boolean): void {
    this.#pursuit?.stop();
    const pursuit = new Pursuit(this.#environment, this.#policy, {
      attempt: (path) => this.#attempt(path),
      hasTicket: () => this.#hasTicket(),
      forgetTicket: () => {
        this.#ticket = undefined;
      },
      ended: (ending) => this.end(ending),
    });
    this.#pursuit = pursuit;
    const path = this.#ticket === undefined ? "join" : "socket";
    pursuit.start(path, isAtOnce, Math.max(0, this.#flaps - toleratedFlaps));
  }

  /** After the grace the token opens nothing any more. */
  #hasTicket(): boolean {
    const { outage } = this.#state;
    if (outage !== undefined && this.#serverNow() > outage.seatUntil) this.#ticket = undefined;
    return this.#ticket !== undefined;
  }

  #attempt(path: ReturnPath): Attempt {
    this.#countAttempt();
    const attempt = new LinkAttempt({
      joined: (link, ticket) => this.#linked(link, ticket, path),
      heard: () => this.#pulse?.heard(),
      state: (state) => this.#events.state(state),
      message: (type, payload) => this.#events.message(type, payload),
      arrived: () => this.#arrived(),
      closed: (code) => this.#closed(code),
      failed: () => this.#unlink(),
    });
    const ticket = this.#ticket;
    const target =
      path === "join" || ticket === undefined
        ? this.#events.joinTarget()
        : Promise.resolve<Target>({ path, ticket });
    attempt.begin(this.#dial, target);
    return attempt;
  }

  #countAttempt(): void {
    const { outage } = this.#state;
    if (outage === undefined) return;
    this.#set({ ...this.#state, outage: { ...outage, attempts: outage.attempts + 1 } });
  }

  #linked(link: Link, ticket: Ticket, path: ReturnPath): void {
    this.#link = link;
    this.#ticket = ticket;
    this.#path = path;
    this.#linkedAt = this.#environment.now();
    this.#pulse = new Pulse(this.#environment, link, this.#clock, this.#policy.silenceTimeoutMs, (reason) =>
      this.lose(reason, true),
    );
    this.#events.linked(link);
  }

  /** The first state is there: the pursuit is over. */
  #arrived(): void {
    this.#pursuit = undefined;
    this.#isArrived = true;
    this.#settle();
  }

  #closed(code: number): void {
    const ending = endingOf(code);
    if (ending !== undefined) this.end(ending);
    else this.lose(restartCodes.has(code) ? "server_restart" : "connection_lost");
  }

  #unlink(): void {
    this.#pulse?.stop();
    this.#pulse = undefined;
    this.#isArrived = false;
    this.#isCaughtUp = false;
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    link.drop();
    this.#events.unlinked();
  }

  #stop(): void {
    this.#pursuit?.stop();
    this.#pursuit = undefined;
    this.#unlink();
  }

  /** As long as an attempt may take; then it is called off. */
  async #inTime({ said, callOff }: Farewell): Promise<void> {
    let timer: Timer | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = this.#environment.after(this.#policy.attemptTimeoutMs, resolve);
    });
    await Promise.race([said, limit]);
    timer?.cancel();
    callOff();
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#events.changed(state);
  }

  #serverNow(): number {
    return this.#clock.at(this.#environment.now());
  }
}
