// What a room author finds in an event room beside its methods: fields to set (how many frames a client may send is one),
// hooks to write, handlers to add.
import { Room, type RoomException } from "@colyseus/core";
import type { ParticipantClaim } from "../identity/identity.ts";
import type { LeaveReason } from "../protocol/messages.ts";
import { AuthorGuard, authorGuard } from "./author/author-guard.ts";
import { lockHooks } from "./author/author-hooks.ts";
import { type Client, isHostClient } from "./author/client.ts";
import { answerRequests } from "./author/message-handlers.ts";
import {
  type AuthorMetadata,
  type EventMetadata,
  listEvent,
  Listing,
  listing,
} from "./directory/metadata.ts";
import type { PayloadSchema } from "./author/all-or-nothing.ts";
import { type PublishHandler, Publishing, publishing } from "./author/publishing.ts";
import {
  type OwnFieldsOf,
  type SeatRequest,
  type SeatRequestHooks,
  SeatRequests,
  seatRequests,
} from "./author/seat-requests.ts";
import { type TimedHandler, TimerHandlers, timing } from "./author/timer-handlers.ts";
import { isRefusal } from "./framework/server-errors.ts";
import type { Event } from "../event/event.ts";
import type { Participants } from "../event/participants.ts";
import type { Timers } from "../event/timers/timers.ts";
import type { ConnectedBy } from "../event/ports.ts";
import { type EventSchema, type ParticipantOf, plainEvent, type StateOf } from "../schema/event-state.ts";

/** Where a room keeps the event that it serves, for its author's methods. */
export const servedEvent = Symbol("event");

/** What `onRestore` is told beside what was saved. */
export interface TimeLost {
  /** For how long no server had the event, in milliseconds; up to a second too much, and 0 when it is not known. */
  readonly downMs: number;
}

/** What a room author finds in `EventRoom`: fields to set, hooks to write, handlers to add. Extend `EventRoom`, not this. */
export abstract class AuthorRoom<S extends EventSchema = typeof plainEvent> extends Room<{
  state: StateOf<S>;
  metadata: EventMetadata & AuthorMetadata;
  client: Client;
}> {
  override autoDispose = false; // our roster decides when the room ends (Colyseus forgets seats that are held)
  override patchRate: number | null = 100;
  /** The state's classes; an author's come from defineEventState. */
  schema: S = plainEvent as unknown as S;
  /**
   * What a join may contain beside what is Holdfast's own: a Standard Schema (zod, ...) of an object. A new seat's join that
   * it refuses gets 400 with its sentence. Without one `onSeatRequested` gets no options.
   */
  joinOptions?: PayloadSchema<unknown>;
  /** A client that sends more, a burst of 3 s of it excepted, is closed with 4503; its seat stays. */
  framesPerSecond = 60;

  readonly [authorGuard] = new AuthorGuard();
  readonly [publishing] = new Publishing<ParticipantOf<S>>(this[authorGuard]);
  readonly [timing] = new TimerHandlers(this[authorGuard], this[publishing].effects);
  readonly [listing] = new Listing();
  readonly [seatRequests] = new SeatRequests(this as SeatRequestHooks, this[authorGuard]);
  /** Set as the room is made, before any hook is called. */
  [servedEvent]!: Event;

  constructor() {
    super();
    answerRequests(this, this[authorGuard]);
    lockHooks(this);
  }

  /** @throws TypeError: a seat is held for its grace, whatever became of its connection. */
  override allowReconnection(): never {
    throw new TypeError(
      "allowReconnection: every seat is held for GRACE_PERIOD_MS; see participants.extendGrace",
    );
  }
  override get roomId(): string {
    return super.roomId;
  }
  /** @throws TypeError: an event's room has an id that follows from its event's. */
  override set roomId(id: string) {
    if (this[authorGuard].ids.event_id !== undefined)
      throw new TypeError(
        "roomId: an event's room is found by its event_id, and has an id of its own for it",
      );
    super.roomId = id;
  }

  /** The event's metadata as it is listed: what the author has set, and `event_id`, `connected`, `held`, `left`. */
  override get metadata(): EventMetadata & AuthorMetadata {
    return super.metadata;
  }
  override set metadata(authors: AuthorMetadata) {
    super.metadata = this[listing].ofAuthor(authors);
  }
  /** Replaces the author's part of the event's metadata; ours stays, and wins where both have a name. */
  override setMetadata(authors: AuthorMetadata, persist?: boolean): Promise<void> {
    return this[publishing].effects.settled(() =>
      super.setMetadata(this[listing].ofAuthor(authors), persist),
    );
  }
  /** Writes the event's own metadata into the listing, beside the author's. */
  [listEvent](ours: EventMetadata): Promise<void> {
    return super.setMetadata(this[listing].ofEvent(ours));
  }
  override setMatchmaking(updates: Parameters<Room["setMatchmaking"]>[0]): Promise<void> {
    return this[publishing].effects.settled(() => {
      const metadata = updates.metadata as AuthorMetadata | undefined;
      const listed = metadata === undefined ? {} : { metadata: this[listing].ofAuthor(metadata) };
      return super.setMatchmaking({ ...updates, ...listed });
    });
  }

  /**
   * Takes what our client sends with `session.publish(type, payload)`: each message once, in order, over drops,
   * returns, reloads and restarts. What the handler changes in the state is stored in one commit with the fact that it
   * was taken (call `save()` in it when it changed what `onSave` returns), and acknowledged after that. Effects outside
   * the room may happen twice around a crash: give them `message.id`. The handler must be synchronous.
   *
   * A throw refuses the message, for good (throw a `Refusal` to say why): what the handler changed in the state, and in
   * what views show, is taken back; what came before it stays. Messages, kicks and everything else that it asks of the
   * room, its clients or its participants is done when it returns, in order, and not at all after a throw. Variables,
   * timers of `this.clock` and whatever is outside the room are yours.
   * @param schema any Standard Schema (zod, ...), synchronous
   * @throws TypeError when this type has a handler already, or the state a stream (`t.stream`, `.stream()`)
   */
  onPublish<Payload>(
    type: string,
    schema: PayloadSchema<Payload>,
    handler: PublishHandler<ParticipantOf<S>, Payload>,
  ): void {
    this[publishing].register(this.schema.State, type, schema, handler);
  }

  /**
   * Takes the timers of a name (`this.timers`), those from before a restart too: register it in `onEventOpened` or before.
   * What the handler changes in the state is stored in one commit with the fact that the timer has fired (call `save()` in
   * it when it changed what `onSave` returns), so that after a crash either both are so or neither. It must be synchronous.
   *
   * After a throw, or for a payload that the schema of this release refuses, nothing of it is left, as with `onPublish`; the
   * error is reported, and the timer has fired all the same. A timer without a handler waits until its name has one.
   * @throws TypeError when this name has a handler already, or the state a stream (`t.stream`, `.stream()`)
   */
  onTimer(name: string, handler: TimedHandler<unknown>): void;
  /**
   * The same for timers with a payload.
   * @param schema any Standard Schema (zod, ...), synchronous: what `timers.after` and `.at` accept, and the handler gets
   * @throws TypeError as above
   */
  onTimer<Payload>(name: string, schema: PayloadSchema<Payload>, handler: TimedHandler<Payload>): void;
  onTimer<Payload>(
    name: string,
    ...given: [TimedHandler<unknown>] | [PayloadSchema<Payload>, TimedHandler<Payload>]
  ): void {
    const [schema, handler] = given.length === 1 ? [undefined, given[0]] : given;
    this[timing].register(this.schema.State, name, { schema, handler: handler as TimedHandler<unknown> });
  }

  // --- the event ---

  /** Timers that are kept with the event and fire once, after a restart or on another server too. */
  get timers(): Timers {
    return this[servedEvent].timers.forAuthor;
  }

  /** Who is in the event: look up, list, ask about grace, extend it, end it, kick. */
  get participants(): Participants {
    return this[servedEvent].participants;
  }

  /**
   * Tells everyone who is connected, observers too, and our client also those who are away: they are told when they return,
   * with the joins, drops and leaves that they missed, in the one order that everyone else saw.
   * It goes out as one message `announcement { type, payload, epoch, seq, at }`, after what you have changed in the state so
   * far is stored and shown. In a handler of `onPublish` it is in the handler's commit, and is not made when that throws.
   * The history itself is not stored: after a restart nothing of it is sent again, so the state must say what counts.
   * @param type a name of 1 to 128 characters
   * @param payload JSON, up to 8,192 bytes; it is taken as it is now
   * @returns false when it will not go out: the event is closed, or over here, or 1 MB of announcements wait for the store
   * @throws TypeError for a type that is no name or a payload that is no JSON, RangeError for one that is too large
   * @example this.announce("round_started", { round: this.state.round });
   */
  announce(type: string, payload?: unknown): boolean {
    return this[servedEvent].announcements.announce(type, payload);
  }

  /** Has the event's own part stored now: call it when what `onSave` returns has changed. */
  save(): void {
    this[publishing].effects.run(() => this[servedEvent].batch.touchFacts());
  }

  /** Ends the event for everyone (close code 4502). Resolves when everyone has been sent that and closed. */
  closeEvent(): Promise<void> {
    return this[publishing].effects.settled(() => this[servedEvent].close());
  }

  /** True for a host: an observer that may kick, extend a grace and close the event. See `hostOnly` for whole handlers. */
  isHost(client: Client): boolean {
    return isHostClient(client);
  }

  /** Called by admission for a claim that was let in. */
  requestSeat(claim: ParticipantClaim, who: "return" | "join"): Promise<string | undefined> | undefined {
    return this[seatRequests].ask(claim, who === "join");
  }

  // --- what the framework has, too ---

  /** The framework gives a parameter of its own. */
  override lock(...own: []): Promise<void> {
    return this[publishing].effects.settled(() => super.lock(...own));
  }
  override unlock(...own: []): Promise<void> {
    return this[publishing].effects.settled(() => super.unlock(...own));
  }
  /** Noted in the listing; an event is joined by its id all the same. */
  override setPrivate(...isPrivate: Parameters<Room["setPrivate"]>): Promise<void> {
    return this[publishing].effects.settled(() => super.setPrivate(...isPrivate));
  }
  override kickClient(...client: Parameters<Room["kickClient"]>): void {
    this[publishing].effects.run(() => super.kickClient(...client));
  }

  /** Called with every error of the author's, once it is caught; override it to have it, too, and call `super`. */
  override onUncaughtException(error: RoomException, where: string): void {
    const { client } = error as { client?: Client };
    const guard = this[authorGuard];
    if (!isRefusal(error.cause)) guard.reportError(where, error.cause ?? error, guard.idsOf(client));
  }

  /** The room has gone, its event with it or not: give back what is not the framework's (timers, handles). */
  onEventEnded?(): void;

  /**
   * The event is closed, by `closeEvent()` or a host: everyone has been sent that, and every connection is closed. Timers of
   * `this.clock`, time steps and `onBeforePatch` have stopped; the state is still there, and `save()` works. Not called
   * again after a restart.
   */
  onEventClosed?(): void;
  /**
   * The event has begun, or goes on after a restart: the state is there, and nobody is in it yet. Not for a closed one.
   * @param options what it was opened with (`app.createEvent`), the same after every restart; undefined for an event that
   *   a join has opened
   */
  onEventOpened?(options?: unknown): void;
  /** What the event needs beside its state to go on after a restart, as JSON; stored with the event's own fields. */
  onSave?(): unknown;
  /**
   * What `onSave` returned before the restart; the state, with everyone's own fields, is there already.
   * @param lost `downMs`: for how long no server had the event
   * @example override onRestore(saved: { endsAt: number }, { downMs }: TimeLost) { this.endsAt = saved.endsAt + downMs; }
   */
  onRestore?(saved: unknown, lost: TimeLost): void;
  /**
   * Somebody asks for a seat by a join; there is none yet, or (`isNew: false`) it comes back to the one that it has. Not called
   * for a reconnection by token. May be asynchronous: nobody else waits for it, and the rules (full, locked, ...) are asked
   * again after it. Throw a `Refusal` to refuse. What it returns are own fields that a new participant begins with: it has
   * them in `onSeatTaken`, and they are stored with the seat.
   *
   * A new seat is refused with 503 when this has not answered within 3 s or fails otherwise. A return is let in then, and
   * after 1 s: only a `Refusal` keeps somebody from its seat.
   * @example onSeatRequested({ isNew, options }: SeatRequest<typeof joinOptions>) { if (isNew) return { team: options.team } }
   */
  onSeatRequested?(request: SeatRequest): OwnFieldsOf<S> | void | Promise<OwnFieldsOf<S> | void>;
  /** A participant took a seat. */
  onSeatTaken?(participant: ParticipantOf<S>): void;
  /**
   * A seat has a new connection; called once for each, after `onSeatTaken` for the first, before its first state is
   * encoded, also for one that then dies before it has completed. `client.userData` and `client.view` are those of the
   * seat's last connection (undefined after a restart): give a `StateView` here to show it fields with `.view()`.
   * @param how `join` (a new seat), `return` (a join to a seat that was away), `takeover` (a join to a seat that another
   *   connection still had), or `reconnect` (by its reconnection token)
   */
  onSeatConnected?(participant: ParticipantOf<S>, client: Client, how: ConnectedBy): void;
  /** A participant is away; the entry stays, with the reason and the deadline. */
  onSeatAway?(participant: ParticipantOf<S>): void;
  /** A participant came back to its seat. */
  onSeatReturned?(participant: ParticipantOf<S>): void;
  /** A participant has left; the entry is out of the state already. */
  onSeatLeft?(participant: ParticipantOf<S>, reason: LeaveReason): void;
  /**
   * Nobody has a seat any more, connected or away; called once each time, after `onSeatLeft` of the last. The event ends
   * `EVENT_RETENTION_MS` later if nobody comes. Not called when the event is closed (`onEventClosed`), nor after a restart.
   */
  onEmpty?(): void;
}
