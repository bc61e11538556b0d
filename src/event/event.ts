// event/ owns what one event is while a process serves it: who has which seat, what of it is on its way into the store, and
// what is announced in which order. It never imports Colyseus, writes to no socket and makes no patch: the room around it,
// its author and the state are ports.
// This file: the event itself. Whatever happens to a seat comes to `decide`; what the roster makes of it is carried out
// here. Trusts no hook about which socket it means.
import type { ConnectedClient, Connection } from "../connections/connection.ts";
import { type ConnectionListener, Connections } from "../connections/connections.ts";
import type { SeatEvent } from "../seats/events.ts";
import { PresenceLog } from "../seats/presence-log.ts";
import { type Change, needsCommit, Roster, type RosterCounts } from "../seats/roster.ts";
import type { ConnectedSeat } from "../seats/seat.ts";
import type { StoredEvent } from "../store/seat-store.ts";
import { Announcer } from "./announcer.ts";
import { Arrivals } from "./arrivals.ts";
import { AuthorAnnouncements } from "./messages/author-announcements.ts";
import { Closing } from "./lifetime/closing.ts";
import { CommitBatch, type CommitListener, type Decided } from "./stored/commit-batch.ts";
import { type DescribedEvent, Details } from "./details/details.ts";
import { DetailsMessages } from "./details/details-messages.ts";
import { EventPolicy } from "./details/event-policy.ts";
import { EventRecord, type RestoredEvent } from "./stored/event-record.ts";
import { type Expiring, ExpiryTimer } from "./expiry-timer.ts";
import { HostActions } from "./host-actions.ts";
import { Leaving } from "./leaving.ts";
import { Mailboxes } from "./messages/mailboxes.ts";
import { Outboxes } from "./messages/outboxes.ts";
import { Participants } from "./participants.ts";
import { Parting } from "./lifetime/parting.ts";
import type { Decider, EventAuthor, RoomShell, Speakers } from "./ports.ts";
import { Replay } from "./messages/replay.ts";
import { type Remembered, Retention } from "./lifetime/retention.ts";
import { SeatRules } from "./seat-rules.ts";
import { EventTimers } from "./timers/event-timers.ts";
import type { EventServices, EventSurroundings, LocalEvent } from "./services.ts";

export class Event
  implements
    LocalEvent,
    Decider,
    Speakers,
    CommitListener,
    ConnectionListener,
    Expiring,
    Remembered,
    DescribedEvent
{
  readonly eventId: string;
  readonly type: string;
  readonly typeName: string;
  readonly batch: CommitBatch;
  readonly announcer: Announcer;
  readonly parting: Parting;
  readonly participants: Participants;
  readonly timers: EventTimers;
  readonly announcements: AuthorAnnouncements;
  /** What its hosts do. */
  readonly actions: HostActions;
  /** Who wants to come in, or back. */
  readonly arrivals: Arrivals;
  readonly outboxes: Outboxes;
  readonly mailboxes: Mailboxes;
  readonly replay: Replay;
  readonly retention: Retention;
  /** What its host has said of it. */
  readonly details: Details;
  readonly leaving: Leaving;
  /** What everyone has been sent. */
  readonly #presenceLog: PresenceLog;
  readonly #services: EventServices;
  readonly #room: RoomShell;
  readonly #author: EventAuthor;
  readonly #policy: EventPolicy;
  readonly #roster: Roster;
  readonly #record: EventRecord;
  readonly #connections: Connections;
  readonly #timer: ExpiryTimer;
  readonly #closing: Closing;

  /** @param epoch of this life of the event; higher than any before it */
  constructor(eventId: string, epoch: number, services: EventServices, surroundings: EventSurroundings) {
    const { config, clock, commits, proofs, limits, pings, backlog, telemetry, reopening } = services;
    const { room, author, patches, state, frameOf, right } = surroundings;
    this.eventId = eventId;
    this.type = surroundings.type;
    this.typeName = surroundings.typeName;
    this.#services = services;
    this.#room = room;
    this.#author = author;
    this.#policy = new EventPolicy(config);
    this.#roster = new Roster(this.#policy);
    this.#presenceLog = new PresenceLog(epoch, config);
    const [roster, presenceLog] = [this.#roster, this.#presenceLog];
    this.#record = new EventRecord(roster, author.own, this);
    this.batch = new CommitBatch(this, this.#record, author, commits, clock);
    const { entries } = this.batch;
    this.details = new Details(this, { settings: config, policy: this.#policy, room, roster, entries });
    const mailboxes = new Mailboxes(this, roster, entries, commits, author.effects);
    this.mailboxes = mailboxes;
    const sockets = { clock, pings, backlog, drops: telemetry.metrics };
    this.#connections = new Connections(this, mailboxes, sockets, room.framesPerSecond, epoch);
    const connections = this.#connections;
    const stored = { batch: this.batch, store: commits, patches, state, listener: author, telemetry };
    const told = { recipient: connections, mail: mailboxes, details: this.details, frameOf, presenceLog };
    this.announcer = new Announcer({ ...stored, ...told, clock });
    this.parting = new Parting(eventId, this.batch, this.announcer, commits, reopening, right);
    this.timers = new EventTimers(epoch, entries, this.announcer, commits, author, clock);
    this.participants = new Participants(roster, clock, this, mailboxes, author.effects);
    this.announcements = new AuthorAnnouncements(this, this.announcer, this.batch, author.effects);
    this.actions = new HostActions(this, roster, commits);
    this.outboxes = new Outboxes(this, roster, author, this.batch, clock);
    const details = new DetailsMessages(this.details, surroundings.sharedMessage);
    const missing = { details, connections, backlog, outboxes: this.outboxes, mailboxes, room, pings, clock };
    this.replay = new Replay(this, presenceLog, missing);
    this.#timer = new ExpiryTimer(clock, this);
    const { eventRetentionMs: retentionMs } = config;
    const retention = new Retention(clock, { retentionMs, reservationMs: room.reservationMs }, this);
    this.retention = retention;
    const rules = new SeatRules(roster, proofs, room, this.details);
    const coming = { rules, roster, connections, retention, author, limits, proofs, clock };
    this.arrivals = new Arrivals(this, coming);
    this.#closing = new Closing(this, author, connections, roster);
    this.leaving = new Leaving(this, connections, this.parting);
    services.events.add(this);
    retention.reconsider();
  }

  /** Takes over what an earlier process left; everyone is away. */
  restore(stored: StoredEvent): RestoredEvent {
    this.#closing.restore(stored.facts.isClosed);
    this.batch.entries.restore(stored.entries);
    this.details.restore(stored, this.#services.clock.now());
    const restored = this.#record.restore(stored, this.#services.clock, this.#policy);
    this.details.removed.restore();
    this.mailboxes.restore(this.epoch);
    this.timers.restore(stored);
    this.batch.storeWhole(); // [D3] the deadlines are of this process's time from now on
    this.#timer.set(this.#roster.nextDeadline());
    this.retention.remember();
    return restored;
  }

  get epoch(): number {
    return this.#presenceLog.epoch;
  }

  get isClosed(): boolean {
    return this.#closing.isClosed;
  }

  get census(): RosterCounts {
    return this.#roster.counts;
  }

  /** The server is going: what has not been handed to the store yet is handed to it now. */
  flush(): void {
    if (!this.retention.isUsed) return; // there is nothing to come back to
    this.batch.touchAuthorsChanges();
    this.batch.touchFacts();
  }

  // --- deciding: the one gate ---

  decide(deviceId: string, event: SeatEvent, whenAnnounced?: () => void): boolean {
    const hasChanged = this.#apply(deviceId, event, whenAnnounced);
    this.#timer.set(this.#roster.nextDeadline());
    return hasChanged;
  }

  expire(now: number): void {
    if (this.#services.commits.state === "suspended") return; // set again by postpone
    for (let due = this.#roster.due(now); due !== undefined; due = this.#roster.due(now))
      this.#apply(due, { type: "tick" });
    this.#timer.set(this.#roster.nextDeadline());
  }

  #apply(deviceId: string, event: SeatEvent, whenAnnounced?: () => void): boolean {
    const change = this.#roster.apply(deviceId, event, this.#services.clock.now());
    if (change !== undefined) this.#carryOut(change, whenAnnounced);
    else whenAnnounced?.();
    return change !== undefined;
  }

  #carryOut(change: Change, whenAnnounced?: () => void): void {
    for (const effect of change.effects) {
      if (effect.type !== "close" || effect.close === "eventClosed") continue; // [E8] those are sent it first
      const connection = this.#connections.get(effect.connection);
      if (connection !== undefined) this.#connections.cut(connection, effect.close);
    }
    if (change.after?.status === "permanently_left") {
      this.#author.seatLeft(change.deviceId);
      this.mailboxes.seatLeft(change.deviceId);
    }
    if (change.event === "kick" || change.event === "unkick") {
      this.batch.touchFacts();
      this.details.removed.decided(change);
    }
    if (needsCommit(change)) this.batch.decide(change, whenAnnounced);
    else whenAnnounced?.();
    this.retention.reconsider();
  }

  // --- what becomes of what is decided ---

  committed(decided: readonly Decided[]): void {
    this.announcer.announce(decided);
  }

  /** The store was out of reach: for as long, nobody could return, and no deadline was decided. */
  postpone(byMs: number): void {
    this.timers.postpone(byMs);
    for (const { deviceId } of this.#roster.seats()) this.#apply(deviceId, { type: "postpone", byMs });
    this.#timer.set(this.#roster.nextDeadline());
    this.announcer.requestPatch(); // for what was stored just before
  }

  // --- connections ---

  opened(): void {
    this.retention.reconsider();
  }

  ended(connection: Connection): void {
    const { deviceId, client } = connection;
    this.replay.ended(connection);
    if (deviceId !== null && this.#roster.get(deviceId) !== undefined)
      this.#author.connectionEnded(deviceId, client);
    this.retention.reconsider();
  }

  caughtUp(connection: Connection): void {
    this.replay.caughtUp(connection);
  }

  detach(client: ConnectedClient, code: number, reason: string): void {
    this.#room.detach(client, code, reason);
  }

  /** A socket is gone and its client has not left, or we have detached it. */
  dropped({ connection }: ConnectedClient): void {
    if (connection !== undefined && !connection.isGone) this.#connections.drop(connection);
  }

  /** A client is alive. Returns the server's time, for the acknowledgement. */
  beat({ connection }: ConnectedClient): number {
    if (connection !== undefined) this.#connections.beat(connection);
    return this.#services.clock.now();
  }

  seatOf({ connection }: ConnectedClient): ConnectedSeat | undefined {
    if (connection === undefined || connection.isGone || connection.deviceId === null) return undefined;
    const seat = this.#roster.get(connection.deviceId);
    return seat?.status === "connected" && seat.connection === connection.id ? seat : undefined;
  }

  clientOf(deviceId: string): ConnectedClient | undefined {
    const seat = this.#roster.get(deviceId);
    return seat?.status === "connected" ? this.#connections.get(seat.connection)?.client : undefined;
  }

  /** True for an observer whose token makes it a host. */
  isHost({ connection }: ConnectedClient): boolean {
    return connection?.isHost === true && !connection.isGone;
  }

  // --- the event's end ---

  isEmpty(): boolean {
    return this.#roster.size === 0 && this.#connections.size === 0;
  }

  isQuiet(): boolean {
    return this.#room.isVacant() && this.announcer.isIdle;
  }

  end(): void {
    this.#room.giveBack();
  }

  /** Ends the event: everyone is sent that, then every socket is closed. Resolves when that is done, however often it is asked. */
  close(): Promise<void> {
    return this.#closing.close();
  }

  /** The room has gone: no timer of ours may outlive it. */
  dispose(): void {
    this.#timer.set(null);
    this.timers.stop();
    this.#connections.dispose();
    this.retention.stop();
    this.announcer.close();
    this.batch.leave(this.parting.isForgotten);
    this.#services.events.delete(this);
    this.#services.limits.ended(this.eventId);
  }
}
