// Everything a room does for its event that is not a Colyseus hook: owns the roster, the connections and the
// deadline timer, and carries out what the roster decides. Trusts no hook about which socket it means.
import type { Client } from "@colyseus/core";
import type { Announcement } from "../protocol/messages.ts";
import { announcementFrame } from "../rooms/internals/message-frames.ts";
import { PresenceLog } from "../seats/presence-log.ts";
import { type Change, isPublic, Roster } from "../seats/roster.ts";
import type { ConnectionId, HeldSeat } from "../seats/seat.ts";
import type { SeatEvent } from "../seats/events.ts";
import type { StoredEvent } from "../store/seat-store.ts";
import { Arrivals } from "./arrivals.ts";
import { Sockets } from "../connections/connections.ts";
import type { LocalEvent, RoomContext } from "./context.ts";
import { DeadlineTimer } from "./expiry-timer.ts";
import { Dialogue } from "./dialogue.ts";
import type { HostedRoom } from "./hosted-room.ts";
import { Participants } from "./participants.ts";
import { Parting } from "./parting.ts";
import { EventRecord } from "./event-record.ts";
import { Announcer, type OneRecipient } from "./announcer.ts";
import { CommitBatch, type CommitListener, type DecidedChange } from "./commit-batch.ts";
import { Retention } from "./retention.ts";
import { SeatRules } from "./seat-rules.ts";
import { Reconnections } from "../connections/reconnections.ts";

export class EventHost implements LocalEvent, CommitListener, OneRecipient {
  readonly eventId: string;
  readonly participants: Participants;
  readonly batch: CommitBatch;
  readonly announcer: Announcer;
  readonly parting: Parting;
  /** What everyone has been told. */
  readonly history: PresenceLog;
  readonly dialogue: Dialogue;
  /** Who wants to come in, or back. */
  readonly arrivals: Arrivals;
  readonly #context: RoomContext;
  readonly #roster: Roster;
  readonly #timer: DeadlineTimer;
  readonly #sockets: Sockets;
  readonly #retention: Retention;
  readonly #record: EventRecord;
  readonly #room: Pick<HostedRoom, "connections" | "closing" | "closed">;
  #isClosed = false;
  #closed = Promise.resolve();

  constructor(context: RoomContext, room: HostedRoom, eventId: string, epoch: number) {
    const { config, clock } = context;
    this.#context = context;
    this.#room = room;
    this.eventId = eventId;
    this.#roster = new Roster(config);
    this.#timer = new DeadlineTimer(clock, (now) => this.#expire(now));
    this.history = new PresenceLog(epoch, config);
    this.#record = new EventRecord(this.#roster, room.own, this);
    this.batch = new CommitBatch(this, this.#record, room, context.commits, clock);
    this.announcer = new Announcer({
      batch: this.batch,
      commits: context.commits,
      patches: room.patches,
      state: room,
      listener: room,
      recipient: this,
      frameOf: announcementFrame,
      history: this.history,
      clock,
    });
    this.parting = new Parting(context, this, room.speakingRight);
    const decide = (deviceId: string, event: SeatEvent, whenTold?: () => void) =>
      this.#decide(deviceId, event, whenTold);
    this.participants = new Participants(this.#roster, clock, decide, room.effects);
    this.#sockets = new Sockets(context, {
      framesPerSecond: room.framesPerSecond,
      epoch,
      detach: (client, code, reason) => room.detach(client, code, reason),
      decide,
      hear: (deviceId, event) => this.#roster.apply(deviceId, event, this.#now()),
      parted: ({ deviceId, client }) => {
        if (deviceId !== null && this.#roster.get(deviceId) !== undefined)
          this.#room.connections.ended(deviceId, client);
      },
      changed: () => this.#retention.reconsider(),
      caughtUp: (connection) => this.dialogue.caughtUp(connection),
    });
    this.dialogue = new Dialogue(context, this.#roster, this.#sockets, this.batch, this.history, room);
    const periods = { retentionMs: config.eventRetentionMs, reservationMs: room.reservationMs };
    this.#retention = new Retention(clock, periods, {
      isEmpty: () => this.#roster.size === 0 && this.#sockets.size === 0,
      isQuiet: () => room.isVacant() && this.announcer.isIdle,
      end: () => room.end(),
    });
    this.arrivals = new Arrivals(context, this, {
      rules: new SeatRules(context, this.#roster, room.newSeats),
      reconnections: new Reconnections(this.#roster, decide),
      sockets: this.#sockets,
      connections: room.connections,
      retention: this.#retention,
      decide,
    });
    context.events.add(this);
    this.#retention.reconsider();
  }

  /** Takes over what an earlier process left; everyone is away. Returns the seats. */
  restore(stored: StoredEvent): HeldSeat[] {
    const { clock, config } = this.#context;
    this.#isClosed = stored.facts.isClosed;
    const seats = this.#record.restore(stored, clock, config);
    this.batch.storeWhole(); // [D3] the deadlines are of this process's time from now on
    this.#timer.set(this.#roster.nextDeadline());
    this.#retention.remember();
    return seats;
  }

  get epoch(): number {
    return this.history.epoch;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The server is going: what has not been handed to the store yet is handed to it now. */
  flush(): void {
    if (!this.#retention.isUsed) return; // there is nothing to come back to
    this.batch.touchAuthorsChanges();
    this.batch.touchFacts();
  }

  get census() {
    return this.#roster.counts;
  }

  // --- sockets ---

  /** A socket is gone without a word, or was detached by us. */
  dropped(client: Client): void {
    const connection = this.#sockets.of(client);
    if (!connection) return;
    if (!connection.isGone) this.#sockets.lose(connection);
  }

  /**
   * A client said goodbye. Resolves when that is stored and told: only then may its socket be closed with code 4000,
   * which promises that the seat is given up. One that could not be stored is closed otherwise.
   */
  async left(client: Client): Promise<void> {
    const connection = this.#sockets.of(client);
    if (connection === undefined || connection.isGone) return;
    this.#sockets.forget(connection);
    const { deviceId, id } = connection;
    if (deviceId === null) return;
    if (this.parting.isGivenUp) return connection.close("serverShutdown");
    await new Promise<void>((resolve) => {
      this.#decide(deviceId, { type: "leave", connection: id }, resolve);
    });
    if (this.parting.isLost) connection.close("serverShutdown");
    return undefined;
  }

  /** A client is alive. Returns the server's time, for the acknowledgement. */
  beat(client: Client): number {
    const connection = this.#sockets.of(client);
    if (connection !== undefined) this.#sockets.hear(connection, "heartbeat");
    this.#timer.set(this.#roster.nextDeadline());
    return this.#now();
  }

  deviceOf(client: Client): string | undefined {
    return this.#sockets.of(client)?.deviceId ?? undefined;
  }

  // --- deciding ---

  #now(): number {
    return this.#context.clock.now();
  }

  #decide(deviceId: string, event: SeatEvent, whenTold?: () => void): boolean {
    const change = this.#roster.apply(deviceId, event, this.#now());
    if (change !== undefined) this.#carryOut(change, whenTold);
    else whenTold?.();
    this.#timer.set(this.#roster.nextDeadline());
    return change !== undefined;
  }

  // --- what becomes of what is decided ---

  committed(changes: readonly DecidedChange[]): void {
    this.announcer.announce(changes);
  }

  /** The store was out of reach: for as long, nobody could return, and no deadline was decided. */
  postpone(byMs: number): void {
    for (const { deviceId } of this.#roster.seats()) this.#decide(deviceId, { type: "postpone", byMs });
    this.#timer.set(this.#roster.nextDeadline());
    this.announcer.requestPatch(); // for what was stored just before
  }

  sendTo(connection: ConnectionId, { type, payload }: Announcement): void {
    this.#sockets.get(connection)?.client.send(type, payload);
  }

  #expire(now: number): void {
    if (this.#context.commits.state === "suspended") return; // set again by postpone
    for (const change of this.#roster.expire(now)) this.#carryOut(change);
    this.#timer.set(this.#roster.nextDeadline());
  }

  #carryOut(change: Change, whenTold?: () => void): void {
    for (const effect of change.effects) {
      if (effect.type !== "close" || effect.close === "eventClosed") continue; // [E8] those hear it first
      const connection = this.#sockets.get(effect.connection);
      if (connection !== undefined) this.#sockets.cut(connection, effect.close);
    }
    if (change.after?.status === "permanently_left") this.#room.connections.left(change.deviceId);
    if (change.event === "kick") this.batch.touchFacts();
    if (isPublic(change)) this.batch.decide(change, whenTold);
    else whenTold?.();
    this.#retention.reconsider();
  }

  // --- the event's end ---

  /** Ends the event: everyone hears it, then every socket is closed. Resolves when that is done, however often it is asked. */
  close(): Promise<void> {
    if (!this.#isClosed) this.#closed = this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#room.closing();
    this.batch.touchFacts();
    for (const { deviceId } of this.#roster.seats()) this.#decide(deviceId, { type: "close_event" });
    await new Promise<void>((resolve) => this.announcer.whenIdle(resolve));
    for (const connection of this.#sockets.all()) this.#sockets.cut(connection, "eventClosed");
    this.#retention.remember();
    if (!this.parting.isLost) this.#room.closed(); // or it is another process's by now
  }

  /** The room has gone: no timer of ours may outlive it. */
  dispose(): void {
    this.#timer.set(null);
    this.#sockets.dispose();
    this.#retention.stop();
    this.announcer.close();
    this.batch.leave(this.parting.isForgotten);
    this.#context.events.delete(this);
    this.#context.limits.ended(this.eventId);
  }
}
