// rooms/ owns everything that is Colyseus's: the rooms and their hooks, the state's schema, the transport, the directory of
// rooms. Nothing else of the server imports it. It never decides about a seat, and stores nothing. This file: one event as a
// Colyseus room, the class that room authors extend; it forwards the framework's hooks to the event.
import { type Client, type Room, SchemaSerializer, type Serializer } from "@colyseus/core";
import type { Caller, Claim } from "../identity/identity.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { AdmittingRoom } from "../admission/room-directory.ts";
import { AuthorRoom, servedEvent } from "./AuthorRoom.ts";
import { authorGuard } from "./author/author-guard.ts";
import { PresentedSession } from "../event/arrivals.ts";
import { Event } from "../event/event.ts";
import { aroundFrames, ClientCount, hideFromLobbies, takeOver } from "./internals/core.ts";
import { announcementFrame, sharedMessage } from "./internals/message-frames.ts";
import { reserveReturn } from "./internals/reservations.ts";
import { MetadataWriter } from "./directory/metadata.ts";
import { publishing } from "./author/publishing.ts";
import { RoomAuthor } from "./author/room-author.ts";
import { optionsEntry } from "./directory/event-opener.ts";
import { EventRoomShell } from "./event-room-shell.ts";
import { FrameworkPatch } from "./framework-patch.ts";
import { PatchInterval } from "./patch-interval.ts";
import { beingClosed, reconnectionRefused } from "../admission/refusals.ts";
import { answered, asServerError, forFramework, refuseFrameworkJoin } from "./framework/server-errors.ts";
import { SpeakingRight } from "../event/speaking-right.ts";
import { roomIdOf } from "../protocol/event-key.ts";
import { optionsAsJson } from "../protocol/incoming/opening.ts";
import { RoomEnding } from "./room-ending.ts";
import { RoomOutput } from "./room-output.ts";
import type { RoomServices } from "./room-services.ts";
import type { SeatClient } from "./sockets/seat-client.ts";
import { SessionMessages } from "./session-messages.ts";
import type { EventSchema, ParticipantOf, plainEvent, StateOf } from "../schema/event-state.ts";

export interface EventRoomOptions {
  readonly event_id: string;
  /** The device of a join that the framework was asked for. */
  readonly device_id?: string;
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
  static services: RoomServices;

  #services!: RoomServices;
  #event!: Event;
  #output!: RoomOutput<S>;
  #interval!: PatchInterval;
  #ending!: RoomEnding;
  readonly #clientCount = new ClientCount(this);

  // --- for room authors ---

  /** The state entry of the participant that a message came from; undefined for an observer. */
  participantOf(client: Client): ParticipantOf<S> | undefined {
    const deviceId = (client as SeatClient).connection?.deviceId ?? null;
    return deviceId === null ? undefined : this.#output.roomState.entry(deviceId);
  }

  // --- Colyseus's hooks ---

  override async onCreate(options: EventRoomOptions): Promise<void> {
    const services = (this.constructor as typeof EventRoom).services;
    const { event_id: eventId, device_id: _, ...given } = options ?? {};
    if (typeof eventId !== "string")
      throw asServerError(new Refusal(400, "An event needs an event_id", { reason: "missing_field" }));
    this.roomId = roomIdOf(eventId);
    // Two rooms of one id in one process: the old one's disposal would take the new one's listing with it.
    if (services.rooms.get(this.roomId)?.isDisposing) throw asServerError(beingClosed());
    this.#services = services;
    hideFromLobbies(this);
    const guard = this[authorGuard];
    guard.begin(services, eventId);
    aroundFrames(this, guard);
    const asked = { type: this.roomName, options: isEmpty(given) ? undefined : optionsAsJson(given) };
    const opening = await forFramework(services.opener.take(eventId, asked));
    const { stored, epoch } = opening;
    const { clock } = services;
    const right = new SpeakingRight(services.commits, services.ownership);
    const { effects } = this[publishing];
    const facts = { eventId, ...services.config };
    this.#output = new RoomOutput<S>(this, facts, right, guard, effects, clock);
    const { queue, scheduler, roomState, serializer } = this.#output;
    this.state = this.#output.state;
    takeOver(this, clock);
    const author = new RoomAuthor<S>(this, roomState, guard, this[publishing]);
    this.#event = new Event(eventId, epoch, services, {
      room: new EventRoomShell(this, queue, roomState),
      author,
      patches: scheduler,
      state: roomState,
      frameOf: announcementFrame,
      sharedMessage,
      right,
      type: opening.storedType,
      typeName: opening.type.name,
    });
    this[servedEvent] = this.#event;
    this.#ending = new RoomEnding(this, this.#event, queue, scheduler, services.readiness);
    if (stored !== undefined) serializer.follow(epoch);
    if (stored !== undefined) roomState.restore(stored, this.#event.restore(stored));
    services.recovery.restored(this.roomId);
    this.#interval = new PatchInterval(this, serializer, this.#event.batch, guard, clock);
    author.interval = this.#interval;
    new SessionMessages(this.#event).listen(this);
    const metadata = new MetadataWriter(this.#event, clock, this);
    scheduler.begin(this.#event.announcer, new FrameworkPatch(this, metadata));
    const { details, batch } = this.#event;
    if (stored === undefined && opening.options !== undefined)
      batch.entries.put(optionsEntry, opening.options);
    if (stored === undefined) details.begin(opening.details ?? {}, clock.now());
    roomState.setGracePeriod(details.gracePeriodMs);
    const openedWith: unknown = opening.options === undefined ? undefined : JSON.parse(opening.options);
    if (this.#event.isClosed) this.#interval.end();
    else guard.call("onEventOpened", this, this.onEventOpened, openedWith);
  }

  /** `admitted` is what admission let through, or a session that has proved itself by its token; others have none. */
  override async onJoin(
    client: Client,
    _options: unknown,
    admitted?: Claim | PresentedSession | true,
  ): Promise<void> {
    if (typeof admitted !== "object") return refuseFrameworkJoin();
    this.#interval.start();
    const seatClient = client as SeatClient;
    seatClient.enter(this.#output.queue, this[publishing].effects);
    const { arrivals } = this.#event;
    client.auth = arrivals.authOf(admitted); // what it proved itself by has nothing to do in a client object
    if (admitted instanceof PresentedSession) return arrivals.reconnected(seatClient, admitted);
    return answered(this.#services.telemetry, this[authorGuard].ids, arrivals.join(seatClient, admitted));
  }

  override onDrop(client: Client): void {
    this.#clientCount.left(client);
    if (!this.isDisposing) this.#event.dropped(client as SeatClient);
  }

  override onLeave(client: Client, code?: number): void | Promise<void> {
    this.#clientCount.left(client);
    const seatClient = client as SeatClient;
    if (code === closeCodes.consented.code)
      return this.#ending.takesLeaves ? this.#event.leaving.left(seatClient) : undefined;
    return this.isDisposing ? undefined : this.#event.dropped(seatClient);
  }

  override onDispose(): void {
    this.#ending?.disposed();
    this[authorGuard].call("onEventEnded", this, this.onEventEnded);
    this.#interval?.stop();
    this.#output?.scheduler.stop();
    this.#event?.dispose();
  }

  override onBeforeShutdown(): void {
    const { departure } = this.#services;
    void departure.leave().finally(() => this.disconnect(closeCodes.comeBack.code));
  }

  /** Gives the room back. Only a close that asks everyone to come back keeps the event; `closeEvent` tells them first. */
  override disconnect(closeCode?: number): Promise<unknown> {
    return this[publishing].effects.settled(
      () => this.#ending?.disconnect(closeCode) ?? super.disconnect(closeCode),
    );
  }

  // --- in a cluster ---

  /** The event has been claimed by another process. */
  lose(): void {
    this.#ending.lose();
  }

  /** Has all of the event stored again. */
  rewrite(): void {
    if (!this.isDisposing) this.#event.batch.storeWhole();
  }

  /** The event goes to another process. Resolves with whether what is decided is stored, within `limitMs`. */
  lastWord(limitMs: number): Promise<boolean> {
    return this.#ending.handOver(limitMs);
  }

  /** Sends everyone on. */
  sendOn(): Promise<void> {
    return this.#ending.sendOn();
  }

  // --- Colyseus's questions ---

  get isDisposing(): boolean {
    return this.#ending?.isGoing === true;
  }

  /** Called by admission, before a socket exists. */
  admit(claim: Claim, caller: Caller): "return" | "join" {
    return this.#event.arrivals.admit(claim, caller);
  }

  /** A capacity limit here would make the matchmaker build other rooms; the roster counts instead. */
  override hasReachedMaxClients(): boolean {
    return this.isDisposing;
  }

  /** Asked by the framework as a socket comes: a reservation, or a session that proves itself by its token. */
  override hasReservedSeat(sessionId: string, reconnectionToken?: string | null): boolean {
    if (this.isDisposing) return false;
    if (typeof reconnectionToken !== "string") return super.hasReservedSeat(sessionId);
    const presented = this.#event.arrivals.present(sessionId, reconnectionToken);
    if (presented === undefined) throw asServerError(reconnectionRefused());
    reserveReturn(this, sessionId, presented);
    return true;
  }

  /** The HTTP half of `client.reconnect`: answers without touching the old socket; the new one will replace it. */
  override checkReconnectionToken(reconnectionToken: string): string {
    // the framework's declaration forgets that it may be undefined
    return (this.isDisposing ? undefined : this.#event.arrivals.sessionOf(reconnectionToken)) as string;
  }

  /** Which device a session of the framework's belongs to; undefined for an observer's. */
  readonly deviceOfSession = (sessionId: string) => this.#event.arrivals.deviceOfSession(sessionId);

  /** Given to the framework once: the room's own serializer. Another one is refused. */
  override setSerializer(serializer: Serializer<StateOf<S>>): void {
    const isOurs = serializer instanceof SchemaSerializer && this.#output !== undefined;
    super.setSerializer(isOurs ? (this.#output.serializer as typeof serializer) : serializer);
  }

  override broadcast(...message: Parameters<Room["broadcast"]>): void {
    this.#output.broadcast(...message);
  }

  override broadcastBytes(...message: Parameters<Room["broadcastBytes"]>): void {
    this.broadcast(...message);
  }

  /** Runs on the patch interval; what is stored asks for patches of its own. */
  override broadcastPatch(): boolean {
    return this.#event !== undefined && !this.isDisposing && this.#output.askForPatch();
  }
}

const isEmpty = (given: object): boolean => Object.keys(given).length === 0;
