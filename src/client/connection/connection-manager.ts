// Keeps a session connected: has the connection that is there, or the loop that wins the next one; never both. Owns the
// credentials to return with and when to give a connection up. Knows nothing of rosters, events and outboxes.
import type { Environment } from "../platform/environment.ts";
import type { StateChanges } from "../state/changes.ts";
import type { KeptSeat, OutageReason, ReturnPath } from "../types/index.ts";
import type { Connection, Dialer, Joined, ReconnectionCredentials, Target } from "./connection.ts";
import type { Heartbeats } from "./heartbeats.ts";
import { giveSeatUp } from "./leave.ts";
import { ManagedConnection, type ManagedConnectionListener } from "./managed-connection.ts";
import { type Attempt, ReconnectLoop, type ReconnectLoopOwner, type RetryPolicy } from "./reconnect-loop.ts";
import { RetryBudget } from "./retry-budget.ts";
import { type Ending, endingHere, endingOf, lossOf, pauseAfter, type Refused } from "./route.ts";
import type { ServerClock } from "./server-clock.ts";
import { type SeatFacts, type StatusListener, StatusMachine } from "./status-machine.ts";

/** Whose connections these are. Implemented by client/session/session-controller. */
export interface ConnectionOwner extends StatusListener {
  /** What to join with. May reject: nobody can say now. */
  joinTarget(): Promise<Target>;
  /** The room has let us in: ask it what was missed. The manager is `caughtUp` when that is announced. */
  connected(connection: Connection): void;
  disconnected(): void;
  /** The other side of a connection that can be used answers, or has not for a while. */
  answering(isAnswering: boolean): void;
  /** Whether what has replaced us may be what an older session of this page had under way: then it is taken back, once. */
  isOwnEcho(): boolean;
  stateReceived(state: unknown, changes?: StateChanges): void;
  messageReceived(type: string, payload: unknown): void;
}

export interface ConnectionPolicy extends RetryPolicy {
  /** Undefined: as the room says of itself. */
  readonly silenceTimeoutMs: number | undefined;
  readonly giveUpAfterMs: number;
}

/** How long the server may take to see that another tab has the seat. */
const handOverMs = 5000;

export class ConnectionManager implements ReconnectLoopOwner, ManagedConnectionListener {
  readonly #environment: Environment;
  readonly #dialer: Dialer;
  readonly #clock: ServerClock;
  readonly #policy: ConnectionPolicy;
  readonly #owner: ConnectionOwner;
  readonly status: StatusMachine;
  readonly #budget: RetryBudget;
  /** Let in; undefined while there is none. */
  #current: ManagedConnection | undefined;
  #loop: ReconnectLoop | undefined;
  #credentials: ReconnectionCredentials | undefined;
  /** When something last came in over a connection that is gone. */
  #receivedElapsed: number | undefined;
  #isSuspended = false;
  #leaving: Promise<void> = Promise.resolve();

  constructor(
    environment: Environment,
    dialer: Dialer,
    clock: ServerClock,
    seat: SeatFacts,
    policy: ConnectionPolicy,
    owner: ConnectionOwner,
  ) {
    this.#environment = environment;
    this.#dialer = dialer;
    this.#clock = clock;
    this.#policy = policy;
    this.#owner = owner;
    this.status = new StatusMachine(environment, clock, seat, owner);
    this.#budget = new RetryBudget(environment, policy.giveUpAfterMs, policy.attemptTimeoutMs);
  }

  /** The connection, when there is one that can be used. */
  get connection(): Connection | undefined {
    return this.status.isConnected ? this.#current?.connection : undefined;
  }

  /** Those of the connection that there is, whether it can be used already or not. */
  get heartbeats(): Heartbeats | undefined {
    return this.#current?.heartbeats;
  }

  /** For how long nothing has come in, over any connection, in ms, sleep included; undefined before anything did. */
  get silentMs(): number | undefined {
    const received = this.heartbeats?.receivedElapsed ?? this.#receivedElapsed;
    return received === undefined ? undefined : this.#clock.elapsed(this.#environment.now()) - received;
  }

  /** How long the seat is kept: while connected, if nothing came any more. Undefined when that is over, or not known. */
  get keptSeat(): KeptSeat | undefined {
    return this.status.isConnected ? this.status.keptSeat(this.silentMs ?? 0) : this.status.state.keptSeat;
  }

  /** Begins, or begins again after the end. */
  start(): void {
    this.#credentials = undefined;
    this.#budget.restore();
    // Whoever has replaced us has kept the seat until now, as far as we know.
    if (this.status.state.endReason === "replaced") this.#receivedElapsed = undefined;
    if (this.hasBeenIn) this.#goAway("asked", 0);
    else {
      this.status.connecting();
      this.#startLoop(0);
    }
  }

  /** What was missed is announced. */
  caughtUp(): void {
    if (this.#current === undefined) return;
    this.#current.isCaughtUp = true;
    this.#connectedIfReady();
  }

  /** The connection is to be given up, and won again: after `pauseMs` at the earliest; 0 is at once. */
  lose(reason: OutageReason, pauseMs?: number): void {
    if (this.#current === undefined) return;
    const wasConnected = this.status.isConnected;
    this.#budget.lost(wasConnected);
    this.#dropCurrent();
    if (wasConnected) this.#goAway(reason, pauseMs);
    else this.#startLoop(pauseMs);
  }

  /** Try now, or see whether what is there still answers. */
  wake(): void {
    if (this.#isSuspended) {
      this.#isSuspended = false;
      this.#startLoop(0);
    } else if (this.#loop !== undefined) this.#loop.hurry();
    else this.heartbeats?.probe();
  }

  /** The page is left, and perhaps shown again: a page with an open socket would not be kept. */
  suspend(): void {
    if (this.status.isOver || this.#isSuspended) return;
    this.#isSuspended = true;
    this.#stop();
    if (this.status.isConnected) this.#goAway("wake", 0);
  }

  end(ending: Ending): void {
    if (ending.endReason !== "replaced" || !this.#owner.isOwnEcho()) return this.#end(ending);
    this.#dropCurrent();
    if (this.status.isConnected) this.#goAway("connection_lost", 0);
    else this.#startLoop(0);
  }

  /** Lets go of everything at once, without a goodbye: the seat is kept for its grace. */
  close(): void {
    this.#end(endingHere.closed);
  }

  /** Another tab has the seat: over, but its socket is left to the server to close, so that nobody sees a drop. */
  handOver(): void {
    this.#detachCurrent()?.linger(handOverMs);
    this.#end(endingHere.replaced);
  }

  /** Gives the seat up; resolves when the server knows, or cannot be told. */
  leave(): Promise<void> {
    if (this.status.isOver) return this.#leaving;
    const credentials = this.#environment.isOnline() ? this.#credentials : undefined;
    const current = this.#detachCurrent();
    current?.release(); // `leave` is the last that is sent over it
    this.#stop();
    const { attemptTimeoutMs: limitMs } = this.#policy;
    this.#leaving = giveSeatUp(current?.connection, credentials, this.#dialer, this.#environment, limitMs);
    this.#end(endingHere.consented);
    return this.#leaving;
  }

  // --- ReconnectLoopOwner ---

  get hasCredentials(): boolean {
    return this.#credentials !== undefined;
  }

  get hasBeenIn(): boolean {
    return this.status.hasBeenIn;
  }

  forgetCredentials(): void {
    this.#credentials = undefined;
  }

  refused(refused: Refused, isWaiting: boolean): void {
    const { reason } = refused;
    if (reason === "draining" || reason === "suspended") this.status.deadlineReceived("paused");
    if (isWaiting) this.status.waitingForPlace(refused);
  }

  attempt(path: ReturnPath): Attempt {
    this.status.attempted();
    const { silenceTimeoutMs } = this.#policy;
    const attempt = new ManagedConnection(path, this.#environment, this.#clock, silenceTimeoutMs, this);
    attempt.begin(this.#dialer, this.#targetOf(path));
    return attempt;
  }

  // --- ManagedConnectionListener ---

  joined(current: ManagedConnection, { connection, credentials }: Joined): void {
    this.#current = current;
    this.#credentials = credentials;
    this.#budget.connected();
    this.#owner.connected(connection);
  }

  stateReceived(state: unknown, changes?: StateChanges): void {
    this.#owner.stateReceived(state, changes);
  }

  messageReceived(type: string, payload: unknown): void {
    this.#owner.messageReceived(type, payload);
  }

  /** The loop is over. */
  arrived(): void {
    this.#loop = undefined;
    this.#connectedIfReady();
  }

  closed(code: number): void {
    const ending = endingOf(code);
    if (ending !== undefined) return this.end(ending);
    const reason = this.#current?.isStopping ? "server_restart" : lossOf(code);
    return this.lose(reason, pauseAfter(code, this.#environment.random));
  }

  failed(): void {
    this.#dropCurrent();
  }

  answering(isAnswering: boolean): void {
    if (this.status.isConnected) this.#owner.answering(isAnswering);
  }

  silenceDetected(reason: OutageReason): void {
    this.lose(reason, 0);
  }

  /** The first time the state is enough; after that, what was missed comes before. */
  #connectedIfReady(): void {
    const current = this.#current;
    if (current === undefined || !current.hasArrived || this.status.isConnected) return;
    if (this.hasBeenIn && !current.isCaughtUp) return;
    this.#budget.restore();
    this.status.connected(current.path);
  }

  #end(ending: Ending): void {
    if (this.status.isOver) return;
    this.#stop();
    this.#isSuspended = false;
    this.status.ended(ending);
  }

  #goAway(reason: OutageReason, pauseMs?: number): void {
    this.status.reconnecting(reason, this.silentMs ?? 0);
    const isIdle = this.#current === undefined && !this.#isSuspended;
    if (!this.status.isOver && isIdle) this.#startLoop(pauseMs); // a listener may have left, or asked for more
  }

  #startLoop(pauseMs?: number): void {
    this.#loop?.stop();
    this.#loop = new ReconnectLoop(this.#environment, this.#policy, this.#budget, this);
    this.#loop.start(this.hasCredentials ? "socket" : "join", pauseMs);
  }

  async #targetOf(path: ReturnPath): Promise<Target> {
    const credentials = this.#credentials;
    if (path === "join" || credentials === undefined) return this.#owner.joinTarget();
    return { path, credentials };
  }

  /** Nothing more comes of the connection, and nothing is sent over it; it is not closed. */
  #detachCurrent(): ManagedConnection | undefined {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return undefined;
    this.#receivedElapsed = current.heartbeats?.receivedElapsed ?? this.#receivedElapsed;
    current.release();
    this.#owner.disconnected();
    return current;
  }

  #dropCurrent(): void {
    this.#detachCurrent()?.drop();
  }

  #stop(): void {
    this.#loop?.stop();
    this.#loop = undefined;
    this.#dropCurrent();
  }
}
