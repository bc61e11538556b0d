// What one part's news means for the others: the connection's for presence and outbox, the page's and the other tabs' for
// the connection. Owns the parts that report to it, and the session's beginning and end. Never touches a socket, a timer
// or the storage itself.
import type { PresenceResumed } from "../../protocol/session.ts";
import type { Connection, Dialer, Target } from "../connection/connection.ts";
import { ConnectionManager, type ConnectionOwner } from "../connection/connection-manager.ts";
import { signsOf } from "../connection/heartbeats.ts";
import type { ServerClock } from "../connection/server-clock.ts";
import { SessionEndedError } from "../errors.ts";
import { Inbox } from "../inbox/inbox.ts";
import type { Failed } from "../outbox/messages.ts";
import { closedHere, handedOver, Publisher, rejected, replacedElsewhere } from "../outbox/publisher.ts";
import { type Deferred, deferred } from "../platform/deferred.ts";
import type { Environment } from "../platform/environment.ts";
import { SafeStorage } from "../platform/safe-storage.ts";
import { WakeUpSignals, type WakeUpListener } from "../platform/wake-up-signals.ts";
import { CatchUp, type CatchUpListener } from "../presence/catch-up.ts";
import { PresenceFeed } from "../presence/presence-feed.ts";
import type { EventView, Roster } from "../presence/roster.ts";
import type { StateChanges } from "../state/changes.ts";
import type { StateFollowers } from "../state/followers.ts";
import type {
  ConnectionQuality,
  JoinEventOptions,
  Json,
  Outage,
  ReturnPath,
  RosterEntry,
  SessionEvents,
  SessionState,
} from "../types/index.ts";
import type { DetailsFeed } from "./details-feed.ts";
import type { Emitter } from "./emitter.ts";
import { type Identity, joinTarget } from "./identity.ts";
import { MessageRouter } from "./message-router.ts";
import type { OwnSeat } from "./own-seat.ts";
import { Ownership, type OwnershipListener } from "./ownership.ts";
import { policyOf } from "./policy.ts";
import { QualityMonitor } from "./quality-monitor.ts";

/** What a session is put together from. */
export interface SessionParts {
  readonly options: JoinEventOptions;
  readonly environment: Environment;
  readonly dialer: Dialer;
  readonly storage: SafeStorage;
  readonly ownSeat: OwnSeat;
  readonly identity: Identity;
  readonly clock: ServerClock;
  readonly roster: Roster;
  readonly followers: StateFollowers;
  readonly events: Emitter<SessionEvents>;
  /** One participant's entry, by its device. */
  readonly entries: Emitter<Record<string, RosterEntry | undefined>>;
  readonly authorMessages: Emitter<Record<string, unknown>>;
  readonly details: DetailsFeed;
}

export class SessionController
  implements ConnectionOwner, CatchUpListener, OwnershipListener, WakeUpListener
{
  /** What the room tells this participant. */
  readonly inbox: Inbox;
  readonly #quality: QualityMonitor;
  readonly #parts: SessionParts;
  readonly #isObserver: boolean;
  readonly #ownership: Ownership;
  readonly #publisher: Publisher;
  readonly #catchUp: CatchUp;
  readonly #router: MessageRouter;
  readonly #manager: ConnectionManager;
  readonly #wakeUps: WakeUpSignals;
  #joined: Deferred = deferred();
  #connection: Connection | undefined;
  /** The event's state as it last was; undefined before the first. Written here alone. */
  view: EventView | undefined;
  #hasResumed = false;
  #isSuspended = false;
  #isClosed = false;

  /** @throws RangeError for a time that is none. */
  constructor(parts: SessionParts) {
    const { options, environment, dialer, storage, identity, clock, ownSeat, events } = parts;
    this.#parts = parts;
    this.#quality = new QualityMonitor(environment, events);
    this.#isObserver = options.role === "observer";
    // An observer has no outbox: it must not take the one of a participant of the same device.
    const outboxStorage = this.#isObserver ? new SafeStorage(undefined) : storage;
    const of = options.storage ?? environment.storage ?? identity.proof;
    this.#ownership = new Ownership(environment, outboxStorage, identity.seatKey, of, this);
    this.#publisher = new Publisher(environment, this.#ownership.openOutbox(), events);
    this.inbox = new Inbox(environment, outboxStorage, identity.seatKey, this.#ownership);
    const feed = new PresenceFeed(identity.deviceId);
    this.#catchUp = new CatchUp(environment, clock, feed, this.inbox, events, this);
    this.#router = new MessageRouter(this.#catchUp, this.#publisher, this.inbox, parts);
    const policy = policyOf(options, identity.canRenew);
    this.#manager = new ConnectionManager(environment, dialer, clock, ownSeat, policy, this);
    this.#wakeUps = new WakeUpSignals(environment, this);
  }

  get state(): SessionState {
    return this.#manager.status.state;
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
    return this.#publisher.pending;
  }

  get joined(): Promise<void> {
    return this.#joined.promise;
  }

  /** The first time, and again after an end that can be undone. */
  begin(): void {
    if (this.#manager.status.isOver) this.#joined = deferred();
    if (!this.#ownership.hasOutbox) this.#takeOutbox();
    this.#wakeUps.start();
    this.#claimSeat();
    this.#manager.start();
  }

  publish(type: string, payload: Json | undefined): Promise<void> {
    if (this.#isObserver)
      return rejected({ reason: "refused", sentence: "An observer has no seat to publish from." });
    if (this.#isClosed) return rejected(closedHere);
    if (!this.#ownership.hasOutbox) this.#manager.handOver();
    if (this.state.endReason === "replaced") return rejected(this.#replacedBy);
    if (this.#manager.status.isOver) return rejected({ reason: "ended", sentence: "The session is over." });
    return this.#publisher.publish(type, payload);
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
      if (!this.#ownership.hasOutbox) this.#takeOutbox();
      this.#claimSeat();
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
    this.#ownership.release(); // a page that holds a lock would not be kept
    this.#manager.suspend();
  }

  seatTaken(): void {
    this.#manager.handOver();
  }

  // --- what becomes of the connection ---

  isOwnEcho(): boolean {
    return this.#ownership.isOwnEcho();
  }

  answering(isAnswering: boolean): void {
    this.#quality.update(isAnswering);
  }

  async joinTarget(): Promise<Target> {
    await this.#ownership.granted(); // the other tab knows before the server does
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
    this.#publisher.disconnected();
    this.inbox.disconnected();
  }

  stateReceived(state: unknown, changes?: StateChanges): void {
    const { roster, followers, events, entries, ownSeat } = this.#parts;
    this.view = state as EventView;
    this.#manager.heartbeats?.beatEvery(this.view.heartbeat_interval_ms);
    const changed = roster.update(this.view, changes);
    this.#manager.status.deadlineReceived(ownSeat.deadline);
    followers.update(this.view, changes);
    for (const deviceId of changed ?? [])
      if (entries.hasListeners(deviceId) && !this.#manager.status.isOver)
        entries.emit(deviceId, roster.entries.get(deviceId));
    if (changed !== undefined && !this.#manager.status.isOver) events.emit("roster", roster.entries);
    if (changes?.length !== 0 && !this.#manager.status.isOver) events.emit("state", state);
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
    if (answer === undefined || connection === undefined || this.#isObserver) return;
    // The server has let us in, so the outbox is ours, whichever page has taken it meanwhile.
    if (!this.#ownership.hasOutbox) this.#takeOutbox();
    if (answer.joined_at > 0) this.#publisher.connected(connection, answer.joined_at, answer.outbox);
    else this.#catchUp.askAgain(); // the room does not know us as the seat's yet
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
    this.#ownership.release();
    if (endReason === "replaced") this.#publisher.handOver(this.#replacedBy);
    else if (endReason === "closed") this.#publisher.handOver(closedHere);
    else this.#publisher.end(status === "left");
    this.#parts.ownSeat.ended(endReason, code);
    this.#joined.reject(new SessionEndedError(endReason, sentence, code));
  }

  #keepSeat(): void {
    this.#parts.ownSeat.keep(this.#manager.keptSeat, this.#parts.clock);
  }

  /** An observer has no seat: any number of its tabs may watch. */
  #claimSeat(): void {
    if (!this.#isObserver) this.#ownership.claim();
  }

  #takeOutbox(): void {
    this.#publisher.handOver(handedOver);
    this.#publisher.takeOver(this.#ownership.openOutbox());
  }

  /** Another tab goes on with the outbox; another device, which has a storage of its own, does not. */
  get #replacedBy(): Failed {
    return this.#ownership.hasOutbox ? replacedElsewhere : handedOver;
  }
}
