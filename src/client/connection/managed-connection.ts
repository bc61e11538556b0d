// One connection from its dialling to its end. Until the first state is there it is an attempt, and every end of it is
// a failure of the attempt; from then on it is a connection that can be lost. Owns its heartbeats. Whoever has let go of
// it is not called with anything more of it; never decides what follows.
import type { HeartbeatAck } from "../../protocol/messages.ts";
import { serverStopsType } from "../../protocol/session.ts";
import { deferred } from "../platform/deferred.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import type { StateChanges } from "../state/changes.ts";
import type { OutageReason, ReturnPath } from "../types/index.ts";
import type {
  Connection,
  ConnectionListener,
  Dialed,
  Dialer,
  Dialing,
  Joined,
  Target,
} from "./connection.ts";
import { heartbeatAckType, Heartbeats, type HeartbeatsListener } from "./heartbeats.ts";
import type { Attempt } from "./reconnect-loop.ts";
import { failureOfClose, isSilentClose } from "./route.ts";
import type { ServerClock } from "./server-clock.ts";

/** What becomes of a connection. Implemented by client/connection/connection-manager. */
export interface ManagedConnectionListener {
  /** The room has let it in; its first state is yet to come. */
  joined(connection: ManagedConnection, joined: Joined): void;
  stateReceived(state: unknown, changes?: StateChanges): void;
  messageReceived(type: string, payload: unknown): void;
  /** The first state is there. */
  arrived(): void;
  /** It had arrived, and is closed now. */
  closed(code: number): void;
  /** It had been let in, and went no further. */
  failed(): void;
  /** The other side answers, or has not for a while. */
  answering(isAnswering: boolean): void;
  /** Nothing came in for too long. */
  silenceDetected(reason: OutageReason): void;
}

export class ManagedConnection implements Attempt, ConnectionListener, HeartbeatsListener {
  readonly path: ReturnPath;
  readonly #environment: Environment;
  readonly #clock: ServerClock;
  readonly #silenceTimeoutMs: number | undefined;
  readonly #listener: ManagedConnectionListener;
  readonly #result = deferred<Dialed>();
  #dialing: Dialing | undefined;
  #joined: Joined | undefined;
  #heartbeats: Heartbeats | undefined;
  #hasArrived = false;
  #isOver = false;
  #lingerTimer: Timer | undefined;
  /** What was missed before it has been announced. */
  isCaughtUp = false;
  /** The room has said that nobody will serve the event for a while. */
  isStopping = false;

  constructor(
    path: ReturnPath,
    environment: Environment,
    clock: ServerClock,
    silenceTimeoutMs: number | undefined,
    listener: ManagedConnectionListener,
  ) {
    this.path = path;
    this.#environment = environment;
    this.#clock = clock;
    this.#silenceTimeoutMs = silenceTimeoutMs;
    this.#listener = listener;
  }

  get hasArrived(): boolean {
    return this.#hasArrived;
  }

  /** The connection itself, once the room has let it in. */
  get connection(): Connection | undefined {
    return this.#joined?.connection;
  }

  /** Whether it lives; undefined before the room has let it in. */
  get heartbeats(): Heartbeats | undefined {
    return this.#heartbeats;
  }

  // --- an attempt, to the reconnect loop ---

  get result(): Promise<Dialed> {
    return this.#result.promise;
  }

  begin(dialer: Dialer, target: Promise<Target>): void {
    this.#reach(dialer, target).catch(() => this.#result.resolve({ type: "unreachable" }));
  }

  abort(): void {
    if (this.#hasArrived || this.#isOver) return;
    this.release();
    this.#dialing?.abort();
    if (this.#joined !== undefined) this.#listener.failed();
  }

  // --- letting go of it ---

  /** Lets go of it without closing it: whoever has the connection may still send over it. */
  release(): void {
    this.#isOver = true;
    this.#heartbeats?.stop();
  }

  drop(): void {
    this.release();
    this.#joined?.connection.drop();
  }

  /** Lets go of it, and leaves it to the other side to close, for `limitMs`. */
  linger(limitMs: number): void {
    this.release();
    this.#lingerTimer = this.#environment.after(limitMs, () => this.drop());
  }

  // --- what the connection and its heartbeats report ---

  bytesReceived(): void {
    if (!this.#isOver) this.#heartbeats?.bytesReceived();
  }

  stateReceived(state: unknown, changes?: StateChanges): void {
    if (this.#isOver) return;
    this.#listener.stateReceived(state, changes);
    if (this.#hasArrived || this.#isOver || this.#joined === undefined) return;
    this.#hasArrived = true;
    this.#result.resolve(this.#joined);
    this.#listener.arrived();
  }

  messageReceived(type: string, payload: unknown): void {
    if (this.#isOver) return;
    if (type === serverStopsType) this.isStopping = true;
    if (type !== heartbeatAckType) this.#listener.messageReceived(type, payload);
    else if (typeof payload === "object" && payload !== null)
      this.#heartbeats?.acknowledged(payload as HeartbeatAck);
  }

  closed(code: number): void {
    this.#lingerTimer?.cancel();
    if (this.#isOver) return;
    if (!isSilentClose(code)) this.#heartbeats?.bytesReceived();
    if (this.#hasArrived) return this.#listener.closed(code);
    this.release();
    this.#listener.failed();
    this.#result.resolve(failureOfClose(code));
  }

  answering(isAnswering: boolean): void {
    this.#listener.answering(isAnswering);
  }

  silenceDetected(reason: OutageReason): void {
    this.#listener.silenceDetected(reason);
  }

  async #reach(dialer: Dialer, target: Promise<Target>): Promise<void> {
    const to = await target;
    if (this.#isOver) return;
    this.#dialing = dialer.dial(to, this);
    const dialed = await this.#dialing.result;
    if (this.#isOver) {
      if (dialed.type === "joined") dialed.connection.drop();
      return;
    }
    if (dialed.type !== "joined") return this.#result.resolve(dialed);
    this.#joined = dialed;
    this.#heartbeats = new Heartbeats(
      this.#environment,
      dialed.connection,
      this.#clock,
      this.#silenceTimeoutMs,
      this,
    );
    this.#listener.joined(this, dialed);
  }
}
