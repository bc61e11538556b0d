// What one part's news means for the others: the connection's for presence and outbox, the page's and the other tabs' for
// the connection. Owns the parts that report to it, and the session's beginning and end. Never touches a socket, a timer
// or the storage itself.
import type { PresenceResumed } from "../../protocol/session.ts";
import type { Connection, Target } from "../connection/connection.ts";
import { ConnectionManager, type ConnectionOwner } from "../connection/connection-manager.ts";
import { signsOf } from "../connection/heartbeats.ts";
import { SessionEndedError } from "../errors.ts";
import { Inbox } from "../inbox/inbox.ts";
import { type Deferred, deferred } from "../platform/deferred.ts";
import { WakeUpSignals, type WakeUpListener } from "../platform/wake-up-signals.ts";
import { CatchUp, type CatchUpListener } from "../presence/catch-up.ts";
import { PresenceFeed } from "../presence/presence-feed.ts";
import type { EventView } from "../presence/roster.ts";
import type { StateChanges } from "../state/changes.ts";
import type { ConnectionQuality, Json, Outage, ReturnPath, SessionState } from "../types/index.ts";
import { joinTarget } from "./identity.ts";
import { MessageRouter } from "./message-router.ts";
import type { OwnershipListener } from "./ownership.ts";
import { policyOf } from "./policy.ts";
import { QualityMonitor } from "./quality-monitor.ts";
import { SeatHolding } from "./seat-holding.ts";
import type { SessionParts } from "./session-parts.ts";
import { ShownEvent } from "./shown-event.ts";

export class SessionController
  implements ConnectionOwner, CatchUpListener, OwnershipListener, WakeUpListener
{
  /** What the room tells this participant. */
  readonly inbox: Inbox;
  readonly #parts: SessionParts;
  readonly #quality: QualityMonitor;
  readonly #holding: SeatHolding;
  readonly #shown: ShownEvent;
  readonly #catchUp: CatchUp;
  readonly #router: MessageRouter;
  readonly #manager: ConnectionManager;
  readonly #wakeUps: WakeUpSignals;
  #joined: Deferred = deferred();
  #connection: Connection | undefined;
  #hasResumed = false;
  #isSuspended = false;
  #isClosed = false;

  /** @throws RangeError for a time that is none. */
  constructor(parts: SessionParts) {
    const { options, environment, dialer, identity, clock, ownSeat, events } = parts;
    this.#parts = parts;
    this.#quality = new QualityMonitor(environment, events);
    this.#holding = new SeatHolding(parts, this);
    const { publisher, ownership, storage } = this.#holding;
    this.#shown = new ShownEvent(parts);
    this.inbox = new Inbox(environment, storage, identity.seatKey, ownership);
    const feed = new PresenceFeed(identity.deviceId);
    this.#catchUp = new CatchUp(environment, clock, feed, this.inbox, events, this);
    this.#router = new MessageRouter(this.#catchUp, publisher, this.inbox, parts);
    const policy = policyOf(options, identity.canRenew);
    this.#manager = new ConnectionManager(environment, dialer, clock, ownSeat, policy, this);
    this.#wakeUps = new WakeUpSignals(environment, this);
  }

  get state(): SessionState {
    return this.#manager.status.state;
  }

  /** The event's state as it last was; undefined before the first. */
  get view(): EventView | undefined {
    return this.#shown.view;
  }

  get connection(): Connection | undefined {
    return this.#manager.connection;
  }

  /** For how long nothing has come in, in ms, sleep included; undefined before anything did. */
  get silentMs(): number | undefined {
    return this.#manager.silentMs;
  }

  get quality(): ConnectionQuality {
    return this.#quality.quality;
  }

  get pending(): number {
    return this.#holding.publisher.pending;
  }

  get joined(): Promise<void> {
    return this.#joined.promise;
  }

  /** The first time, and again after an end that can be undone. */
  begin(): void {
    if (this.#manager.status.isOver) this.#joined = deferred();
    this.#wakeUps.start();
    this.#holding.take();
    this.#manager.start();
  }

  publish(type: string, payload: Json | undefined): Promise<void> {
    if (!this.#isClosed && this.#holding.isElsewhere) this.#manager.handOver();
    const { endReason = "unreachable" } = this.state;
    const ended = this.#manager.status.isOver ? endReason : undefined;
    return this.#holding.publish(type, payload, this.#isClosed ? "closed" : ended);
  }

  leave(): Promise<void> {
    return this.#manager.leave();
  }

  /** For good, also when it is over already and could begin again. */
  close(): void {
    this.#isClosed = true;
    this.#keepSeat();
    this.#manager.close();
  }

  reconnectNow(): void {
    if (this.#isClosed) return;
    const { status, endReason } = this.state;
    if (status === "connected") this.#manager.lose("asked", 0);
    else if (!this.#manager.status.isOver) this.woke(0);
    else if (status === "failed" || endReason === "replaced" || endReason === "kicked") this.begin();
  }

  // --- what the page and its other tabs do ---

  woke(sleptMs: number): void {
    if (sleptMs !== 0) this.#parts.clock.slept(sleptMs);
    if (this.#isSuspended) {
      this.#isSuspended = false;
      this.#holding.take();
    }
    this.#manager.wake();
  }

  ticked(): void {
    this.#keepSeat();
  }

  wentOffline(): void {
    this.#manager.lose("offline");
  }

  pageSuspended(): void {
    this.#isSuspended = true;
    this.#keepSeat();
    this.#holding.ownership.release(); // a page that holds a lock would not be kept
    this.#manager.suspend();
  }

  seatTaken(): void {
    this.#manager.handOver();
  }

  // --- what becomes of the connection ---

  isOwnEcho(): boolean {
    return this.#holding.ownership.isOwnEcho();
  }

  answering(isAnswering: boolean): void {
    this.#quality.update(isAnswering);
  }

  async joinTarget(): Promise<Target> {
    await this.#holding.ownership.granted(); // the other tab knows before the server does
    return joinTarget(this.#parts.options, this.#parts.identity);
  }

  connected(connection: Connection): void {
    this.#connection = connection;
    this.inbox.connected(connection);
    this.#catchUp.connected(connection);
  }

  disconnected(): void {
    this.#connection = undefined;
    this.#catchUp.disconnected();
    this.#holding.publisher.disconnected();
    this.inbox.disconnected();
  }

  stateReceived(state: unknown, changes?: StateChanges): void {
    const view = state as EventView;
    const { status, heartbeats } = this.#manager;
    heartbeats?.beatEvery(view.heartbeat_interval_ms);
    const changed = this.#shown.take(view, changes);
    status.deadlineReceived(this.#parts.ownSeat.deadline);
    this.#shown.announce(view, changes, changed, status);
  }

  messageReceived(type: string, payload: unknown): void {
    this.#router.route(type, payload);
  }

  caughtUp(resumed: boolean, answer: PresenceResumed | undefined): void {
    this.#hasResumed = resumed;
    this.#manager.heartbeats?.judgeBySigns(signsOf(answer));
    this.#manager.caughtUp();
    this.#keepSeat();
    const connection = this.#connection;
    if (answer === undefined || connection === undefined) return;
    if (!this.#holding.connected(connection, answer)) this.#catchUp.askAgain();
  }

  statusChanged(state: SessionState): void {
    const isConnected = state.status === "connected";
    this.#quality.update(isConnected || undefined);
    if (isConnected) {
      this.#parts.ownSeat.arrived();
      this.#joined.resolve();
    }
    if (this.#manager.status.isOver) this.#ended(state);
    this.#parts.events.emit("status", state);
  }

  outageBegan(outage: Outage): void {
    this.#keepSeat();
    this.#parts.events.emit("outage", outage);
  }

  returned(path: ReturnPath, outageMs: number): void {
    const { events, ownSeat } = this.#parts;
    events.emit("returned", { path, outageMs, resumed: this.#hasResumed, isNewSeat: ownSeat.isNew });
  }

  #ended({ status, endReason = "unreachable", sentence = "", code }: SessionState): void {
    this.#wakeUps.stop();
    this.#holding.ended(endReason, status === "left");
    this.#parts.ownSeat.ended(endReason, code);
    this.#joined.reject(new SessionEndedError(endReason, sentence, code));
  }

  #keepSeat(): void {
    this.#parts.ownSeat.keep(this.#manager.keptSeat, this.#parts.clock);
  }
}
