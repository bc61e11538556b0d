// The one status machine of a session: connecting, connected, reconnecting, left, failed. Has the connection that is,
// or the pursuit of the next one; never both. Knows nothing of rosters, events and outboxes.
import { closeCode } from "../../protocol/close-codes.ts";
import type { HeartbeatAck } from "../../protocol/messages.ts";
import { LinkAttempt } from "./attempt.ts";
import { hintedDelayMs } from "./backoff.ts";
import type { Environment } from "../platform/environment.ts";
import { farewell, saidInTime } from "./leave.ts";
import type { Dial, Link, Target, Ticket } from "./connection.ts";
import { Patience } from "./retry-budget.ts";
import { Pulse } from "./heartbeats.ts";
import type { Policy } from "../session/policy.ts";
import { type Attempt, Pursuit } from "./reconnect-loop.ts";
import { consented, type Ending, endingOf, replacedHere } from "./route.ts";
import type { ServerClock } from "./server-clock.ts";
import type { Outage, OutageReason, ReturnPath, SessionState } from "../session/types.ts";

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

/** How long the server may take to see that another tab has the seat. */
const handOverMs = 5000;

/** Who was closed for sending too much comes back later than who was cut: what it sends has to become less first. */
const floodPauseMs = 1000;

export class Keeper {
  readonly #environment: Environment;
  readonly #dial: Dial;
  readonly #clock: ServerClock;
  readonly #policy: Policy;
  readonly #patience: Patience;
  readonly #events: KeeperEvents;
  #state: SessionState = { status: "connecting" };
  #link: Link | undefined;
  /** Where it came from. */
  #linkAttempt: LinkAttempt | undefined;
  #pulse: Pulse | undefined;
  #pursuit: Pursuit | undefined;
  #ticket: Ticket | undefined;
  #path: ReturnPath = "join";
  #hasBeenIn = false;
  /** The first state is there; what was missed is told. */
  #isArrived = false;
  #isCaughtUp = false;
  #isSuspended = false;
  /** In our own time: the server's may be another clock's when we are back. */
  #awaySince = 0;
  #leaving: Promise<void> = Promise.resolve();

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
    this.#patience = new Patience(environment, policy.giveUpAfterMs);
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
    this.#patience.restore();
    if (this.#hasBeenIn) this.#away("asked", this.#environment.now(), 0);
    else {
      this.#set({ status: "connecting" });
      this.#pursue(0);
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

  /** The connection is to be given up, and won again: after `pauseMs` at the earliest; 0 is at once. */
  lose(reason: OutageReason, pauseMs?: number): void {
    if (this.#link === undefined) return;
    // What closed was there until now; what fell silent may have been gone since it was last heard.
    const isSilence = reason === "silence" || reason === "wake";
    const seatFrom = (isSilence ? this.#pulse?.heardAt : undefined) ?? this.#environment.now();
    const wasConnected = this.#state.status === "connected";
    this.#patience.lost(wasConnected);
    this.#unlink();
    if (wasConnected) this.#away(reason, seatFrom, pauseMs);
    else this.#pursue(pauseMs);
  }

  /** Try now, or see whether what is there still answers. */
  wake(): void {
    if (this.#isSuspended) {
      this.#isSuspended = false;
      this.#pursue(0);
    } else if (this.#pursuit !== undefined) this.#pursuit.hurry();
    else this.#pulse?.probe();
  }

  /** The page is left, and perhaps shown again: a page with an open socket would not be kept. */
  suspend(): void {
    if (this.isOver || this.#isSuspended) return;
    this.#isSuspended = true;
    this.#stop();
    if (this.#state.status === "connected") this.#away("wake", this.#environment.now(), 0);
  }

  /** Over. */
  end(ending: Ending): void {
    if (this.isOver) return;
    this.#stop();
    this.#isSuspended = false;
    this.#set({ ...ending });
  }

  /** Another tab has the seat: over, but its socket is left to the server to close, so that nobody sees a drop. */
  handOver(): void {
    this.#detach()?.linger(this.#environment, handOverMs);
    this.end(replacedHere);
  }

  /** Gives the seat up; resolves when the server knows, or cannot be told. */
  leave(): Promise<void> {
    if (this.isOver) return this.#leaving;
    const link = this.#link;
    const ticket = this.#environment.isOnline() ? this.#ticket : undefined;
    this.#detach()?.release(); // its last word is ours
    this.#stop();
    const word = farewell(this.#dial, link, ticket);
    if (word !== undefined)
      this.#leaving = saidInTime(word, this.#environment, this.#policy.attemptTimeoutMs);
    this.end(consented);
    return this.#leaving;
  }

  #settle(): void {
    const { outage, status } = this.#state;
    if (!this.#isArrived || status === "connected" || (this.#hasBeenIn && !this.#isCaughtUp)) return;
    this.#hasBeenIn = true;
    this.#patience.restore();
    this.#set({ status: "connected" });
    const isStillSo = this.#state.status === "connected"; // a listener may have left
    if (outage !== undefined && isStillSo)
      this.#events.returned(this.#path, this.#clock.elapsed(this.#environment.now()) - this.#awaySince);
  }

  /** `seatFrom`: the grace cannot have begun before it, in the environment's time. */
  #away(reason: OutageReason, seatFrom: number, pauseMs?: number): void {
    const now = this.#environment.now();
    this.#awaySince = this.#clock.elapsed(now);
    const since = this.#clock.at(now);
    const outage: Outage = {
      reason: this.#environment.isOnline() ? reason : "offline",
      since,
      attempts: 0,
      seatUntil: Math.round(since - now + seatFrom + this.#events.gracePeriodMs()),
    };
    this.#set({ status: "reconnecting", outage });
    if (this.isOver) return; // a listener has left
    this.#events.outage(outage);
    const isIdle = this.#link === undefined && !this.#isSuspended;
    if (!this.isOver && isIdle) this.#pursue(pauseMs);
  }

  #pursue(pauseMs?: number): void {
    this.#pursuit?.stop();
    const pursuit = new Pursuit(this.#environment, this.#policy, this.#patience, {
      attempt: (path) => this.#attempt(path),
      hasTicket: () => this.#ticket !== undefined,
      forgetTicket: () => {
        this.#ticket = undefined;
      },
      hasBeenIn: () => this.#hasBeenIn,
      ended: (ending) => this.end(ending),
    });
    this.#pursuit = pursuit;
    const path = this.#ticket === undefined ? "join" : "socket";
    pursuit.start(path, pauseMs);
  }

  #attempt(path: ReturnPath): Attempt {
    this.#countAttempt();
    const attempt: LinkAttempt = new LinkAttempt({
      joined: (link, ticket) => {
        this.#linkAttempt = attempt;
        this.#linked(link, ticket, path);
      },
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
    this.#patience.linked();
    this.#pulse = new Pulse(this.#environment, link, this.#clock, this.#policy.silenceTimeoutMs, (reason) =>
      this.lose(reason, 0),
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
    if (ending !== undefined) return this.end(ending);
    if (code === closeCode.protocolViolation)
      return this.lose("connection_lost", hintedDelayMs(floodPauseMs, this.#environment.random));
    return this.lose(code === closeCode.serverShutdown ? "server_restart" : "connection_lost");
  }

  /** Nothing more comes of the connection, and nothing is sent over it; it is not closed. */
  #detach(): LinkAttempt | undefined {
    this.#pulse?.stop();
    this.#pulse = undefined;
    this.#isArrived = false;
    this.#isCaughtUp = false;
    const attempt = this.#linkAttempt;
    this.#linkAttempt = undefined;
    this.#link = undefined;
    if (attempt !== undefined) this.#events.unlinked();
    return attempt;
  }

  #unlink(): void {
    this.#detach()?.drop();
  }

  #stop(): void {
    this.#pursuit?.stop();
    this.#pursuit = undefined;
    this.#unlink();
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#events.changed(state);
  }
}
