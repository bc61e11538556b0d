// One event as a Colyseus room: forwards the framework's hooks to the event's host, and is the class that room
// authors extend. Decides nothing and stores nothing itself.
import { type Client, type Room, SchemaSerializer, type Serializer } from "@colyseus/core";
import type { Caller, Claim } from "../identity/identity.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { retryLater } from "../protocol/refusal.ts";
import type { AdmittingRoom } from "../admission/room-directory.ts";
import { AuthorRoom } from "./AuthorRoom.ts";
import { authorGuard } from "./author/author-guard.ts";
import { callHooks } from "./author/author-hooks.ts";
import { Broadcasts } from "./broadcasts.ts";
import { authOf } from "./client-auth.ts";
import type { RoomContext } from "../event/context.ts";
import { EventHost } from "../event/event.ts";
import type { HostedRoom } from "../event/hosted-room.ts";
import { aroundFrames, ClientCount, refuseAutoDispose } from "./internals/core.ts";
import { forgetReservations, reservationCount, reserveReturn } from "./internals/reservations.ts";
import { type EventMetadata, listing, MetadataWriter } from "./metadata.ts";
import { openEvent } from "../event/open-event.ts";
import type { Participants } from "../event/participants.ts";
import { publishing } from "./author/publishing.ts";
import { FrameworkPatch } from "./framework-patch.ts";
import { PatchScheduler } from "../sync/patch-scheduler.ts";
import { PatchInterval } from "./patch-interval.ts";
import { PresentedSession } from "../connections/reconnections.ts";
import { RoomState } from "../sync/room-state.ts";
import { beingClosed, reconnectionRefused } from "../admission/refusals.ts";
import { answered, asServerError, forFramework } from "./framework/server-errors.ts";
import { SpeakingRight } from "../event/speaking-right.ts";
import { type Receiver, WriteQueue } from "../sync/write-queue.ts";
import { roomIdOf } from "../protocol/event-key.ts";
import type { SeatClient } from "./seat-client.ts";
import { SeatConnections } from "../connections/seat-connections.ts";
import { listenToSessions } from "./session-messages.ts";
import { type EventSchema, type ParticipantOf, type plainEvent, type StateOf } from "./schema/EventState.ts";

export interface EventRoomOptions {
  readonly event_id: string;
}

/**
 * The room of one event. Extend it to add fields (`schema`), messages (`messages`) and hooks (`onSeatTaken`, ...);
 * leave Colyseus's own lifecycle hooks to it. Start it with `createApp({ room: MyRoom })`.
 */
export class EventRoom<S extends EventSchema = typeof plainEvent>
  extends AuthorRoom<S>
  implements AdmittingRoom
{
  /** Set by createApp for every room class it serves. */
  static context: RoomContext;

  #context!: RoomContext;
  #host!: EventHost;
  #room!: RoomState<S>;
  #connections!: SeatConnections<ParticipantOf<S>>;
  #isDisposing = false;
  /** Another process takes the event over; who says goodbye meanwhile is still heard. */
  #isHandedOver = false;
  #queue!: WriteQueue;
  #scheduler!: PatchScheduler;
  #interval!: PatchInterval;
  #broadcasts!: Broadcasts;
  readonly #clientCount = new ClientCount(this);

  // --- for room authors ---

  /** Who is in the event: look up, list, ask about grace, extend it, end it, kick. */
  get participants(): Participants {
    return this.#host.participants;
  }

  /** The state entry of the participant that a message came from; undefined for an observer. */
  participantOf(client: Client): ParticipantOf<S> | undefined {
    const deviceId = this.#host.deviceOf(client);
    return deviceId === undefined ? undefined : this.#room.entry(deviceId);
  }

  /** Has the event's own part stored now: call it when what `onSave` returns has changed. */
  save(): void {
    this[publishing].effects.run(() => this.#host.batch.touchFacts());
  }

  /** Ends the event for everyone (close code 4502). Resolves when everyone has been told and closed. */
  closeEvent(): Promise<void> {
    return this[publishing].effects.settled(() => this.#host.close());
  }

  // --- Colyseus's hooks ---

  override async onCreate(options: EventRoomOptions): Promise<void> {
    const context = (this.constructor as typeof EventRoom).context;
    const eventId = options?.event_id;
    if (typeof eventId !== "string") throw asServerError(retryLater("An event needs an event_id", 0));
    this.roomId = roomIdOf(eventId);
    // Two rooms of one id in one process: the old one's disposal would take the new one's listing with it.
    if (context.rooms.get(this.roomId)?.isDisposing) throw asServerError(beingClosed());
    this.#context = context;
    const guard = this[authorGuard];
    guard.begin(context.telemetry, eventId);
    aroundFrames(
      this,
      (client) => context.frames.begins(client, guard),
      () => context.frames.ends(),
      (client, error) => guard.caught("onMessage", error, guard.idsOf(client)),
    );
    const { stored, epoch } = await forFramework(openEvent(context, eventId));
    const snapshot = { save: () => this.onSave?.(), restore: (saved: unknown) => this.onRestore?.(saved) };
    const facts = { eventId, ...context.config };
    const right = new SpeakingRight(context.commits, context.ownership);
    const clients = this.clients as unknown as readonly Receiver[];
    this.#queue = new WriteQueue(right);
    this.#scheduler = new PatchScheduler(this.#queue, clients, guard, context.clock);
    this.#broadcasts = new Broadcasts(clients, this.#queue, this[publishing].effects);
    this.#room = new RoomState(this.schema, facts, snapshot, guard.run, this.#scheduler);
    this.state = this.#room.state;
    refuseAutoDispose(this);
    this.#connections = new SeatConnections(
      this,
      (deviceId) => this.#room.entry(deviceId),
      this[authorGuard].run,
    );
    this.#host = new EventHost(context, this.#hosted(right), eventId, epoch);
    if (stored !== undefined) this.#room.restore(stored, this.#host.restore(stored));
    context.recovery.restored(this.roomId);
    const { serializer } = this.#room;
    this.#interval = new PatchInterval(this, serializer, this.#host.batch, this[authorGuard].run);
    listenToSessions((type, handler) => this.onMessage(type, handler), this.#host);
    const setMetadata = (ours: EventMetadata) => super.setMetadata(this[listing].ofEvent(ours));
    const metadata = new MetadataWriter(this.#host, context.clock, { setMetadata });
    this.#scheduler.begin(this.#host.announcer, new FrameworkPatch(this, metadata));
    if (this.#host.isClosed) this.#interval.end();
    else this[authorGuard].run("onEventOpened", () => this.onEventOpened?.());
  }

  /** `admitted` is what admission let through, or a session that has proved itself by its reconnection token. */
  override async onJoin(
    client: Client,
    _options: unknown,
    admitted: Claim | PresentedSession,
  ): Promise<void> {
    this.#interval.start();
    (client as SeatClient).enter(this.#queue, this[publishing].effects);
    const isReturn = admitted instanceof PresentedSession;
    // What it proved itself by has nothing to do in a client object.
    client.auth = authOf(isReturn || admitted.role !== "observer" ? admitted.deviceId : undefined);
    if (isReturn) this.#host.arrivals.reconnected(client as SeatClient, admitted);
    else
      await answered(this.#context.telemetry, this[authorGuard].ids, () =>
        this.#host.arrivals.join(client as SeatClient, admitted),
      );
  }

  override onDrop(client: Client): void {
    this.#clientCount.left(client);
    if (!this.#isDisposing) this.#host.dropped(client);
  }

  override onLeave(client: Client, code?: number): void | Promise<void> {
    this.#clientCount.left(client);
    const isGoodbye = code === closeCodes.consented.code;
    if (this.#isDisposing && !(isGoodbye && this.#isHandedOver)) return undefined;
    return isGoodbye ? this.#host.left(client) : this.#host.dropped(client);
  }

  override onDispose(): void {
    this.#isDisposing = true;
    this[authorGuard].run("onEventEnded", () => this.onEventEnded?.());
    this.#scheduler?.stop();
    this.#host?.dispose();
  }

  override onBeforeShutdown(): void {
    void this.disconnect(closeCodes.comeBack.code);
  }

  /** Gives the room back. Only a close that asks everyone to come back keeps the event; `closeEvent` tells them first. */
  override disconnect(closeCode?: number): Promise<unknown> {
    return this[publishing].effects.settled(() => this.#disconnect(closeCode));
  }

  #disconnect(closeCode?: number): Promise<unknown> {
    this.#queue?.finishPatch();
    if (!this.#goes()) return super.disconnect(closeCode);
    const willReturn = closeCode === closeCodes.comeBack.code || closeCode === closeCodes.serverShutdown.code;
    if (willReturn && !this.#context.readiness.isDraining)
      return this.#host.parting.beginAnew(() => super.disconnect(closeCode));
    this.#host.parting.going(willReturn);
    return super.disconnect(closeCode);
  }

  /** From here on, what the hooks say of sockets is our own doing. False when the room is going already. */
  #goes(): boolean {
    if (this.#isDisposing) return false;
    this.#isDisposing = true;
    forgetReservations(this);
    return true;
  }

  // --- in a cluster ---

  /** The event has been claimed by another process: nothing more is written or told, and everyone is sent on. */
  lose(): void {
    if (this.#goes()) {
      this.#scheduler.stop();
      void super.disconnect(closeCodes.comeBack.code); // first: who waits to be told must find its socket gone
    }
    this.#host.parting.lose();
  }

  /** Has all of the event stored again. */
  rewrite(): void {
    if (!this.#isDisposing) this.#host.batch.storeWhole();
  }

  /** The event goes to another process: decides nothing more but goodbyes, and has what is decided stored. */
  async lastWord(limitMs: number): Promise<boolean> {
    this.#host.flush();
    this.#queue.finishPatch();
    this.#isHandedOver = this.#goes();
    return this.#host.parting.lastWord(limitMs);
  }

  /** Sends everyone on. */
  async sendOn(): Promise<void> {
    await super.disconnect(closeCodes.comeBack.code);
  }

  // --- Colyseus's questions ---

  get isDisposing(): boolean {
    return this.#isDisposing;
  }

  /** Called by admission, before a socket exists. */
  admit(claim: Claim, caller: Caller): "return" | "join" {
    return this.#host.arrivals.admit(claim, caller);
  }

  /** A capacity limit here would make the matchmaker build other rooms; the roster counts instead. */
  override hasReachedMaxClients(): boolean {
    return this.#isDisposing;
  }

  override hasReservedSeat(sessionId: string, reconnectionToken?: string | null): boolean {
    if (this.#isDisposing) return false;
    if (typeof reconnectionToken !== "string") return super.hasReservedSeat(sessionId);
    const presented = this.#host.arrivals.present(sessionId, reconnectionToken);
    if (presented === undefined) throw asServerError(reconnectionRefused());
    reserveReturn(this, sessionId, presented);
    return true;
  }

  /** The HTTP half of `client.reconnect`: answers without touching the old socket; the new one will replace it. */
  override checkReconnectionToken(reconnectionToken: string): string {
    // the framework's declaration forgets that it may be undefined
    return (this.#isDisposing ? undefined : this.#host.arrivals.sessionOf(reconnectionToken)) as string;
  }

  readonly deviceOfSession = (sessionId: string) => this.#host.arrivals.deviceOfSession(sessionId);

  override setSerializer(serializer: Serializer<StateOf<S>>): void {
    const isOurs = serializer instanceof SchemaSerializer && this.#room !== undefined;
    super.setSerializer(isOurs ? (this.#room.serializer as typeof serializer) : serializer);
  }

  override broadcast(...message: Parameters<Room["broadcast"]>): void {
    if (message[2]?.afterNextPatch !== true) this.#broadcasts.send(...message);
    else this[publishing].effects.run(() => super.broadcast(...message));
  }

  override broadcastBytes(...message: Parameters<Room["broadcastBytes"]>): void {
    this.broadcast(...message);
  }

  /** Runs on the patch interval; what is stored asks for patches of its own. */
  override broadcastPatch(): boolean {
    if (this.#host === undefined || this.#isDisposing) return false;
    return this[publishing].effects.run(() => this.#scheduler.ask()) ?? false;
  }

  // --- the rest ---

  /** The number of the last patch that a client has been sent; undefined for a state that nobody can resume. */
  #patchOf(client: SeatClient): number | undefined {
    const lacksLast = this.#queue.lacksPatch(client);
    const { patchNumber } = this.#room;
    return patchNumber !== undefined && lacksLast ? patchNumber - 1 : patchNumber;
  }

  #hosted(speakingRight: SpeakingRight): HostedRoom {
    return {
      framesPerSecond: this.framesPerSecond,
      reservationMs: this.seatReservationTimeout * 1000,
      isVacant: () => this.clients.length + reservationCount(this) === 0,
      detach: (client, code, reason) => {
        if (this.clients.get(client.sessionId) === client) this.kickClient(client.sessionId, code, reason);
      },
      patches: this.#scheduler,
      speakingRight,
      effects: this[publishing].effects,
      patchOf: (client) => this.#patchOf(client as SeatClient),
      write: (seat) => this.#room.write(seat),
      newSeats: this,
      connections: this.#connections,
      own: this.#room.own,
      ownChanges: () => this.#room.ownChanges(),
      take: (deviceId, message, id) => this[publishing].take(this.#room.entry(deviceId), message, id),
      applied: (change, entry) => {
        this.#context.telemetry.recordTransition(change);
        const guard = (call: () => unknown) => this[authorGuard].run("hook", call);
        callHooks(this, change, entry as ParticipantOf<S>, this.#connections, guard);
      },
      closing: () => this.#interval.end(),
      closed: () => this[authorGuard].run("onEventClosed", () => this.onEventClosed?.()),
      end: () => void this.disconnect(),
    };
  }
}
