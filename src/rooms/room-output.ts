// What goes out of a room, put together once: its state, the patches of it, what its author sends to everyone, and the one queue through
// which all of that reaches the sockets. The event asks for patches (sync/patch-scheduler); this sends nothing by itself.
import { Room } from "@colyseus/core";
import type { Clock } from "../clock.ts";
import type { SpeakingRight } from "../event/speaking-right.ts";
import type { EventSchema, ParticipantOf, StateOf } from "../schema/event-state.ts";
import { PatchScheduler } from "../sync/patch-scheduler.ts";
import { RoomState } from "../sync/room-state.ts";
import type { OwnSnapshot } from "../sync/own-state.ts";
import type { EventFacts } from "../sync/state-writer.ts";
import { type Receiver, WriteQueue } from "../sync/write-queue.ts";
import type { AuthorGuard } from "./author/author-guard.ts";
import type { DeferredEffects } from "./author/deferred-effects.ts";
import { Broadcasts } from "./broadcasts.ts";
import { EventSerializer } from "./internals/serializer.ts";
import { isFlat, newState } from "./schema/EventState.ts";

type Broadcast = Parameters<Room["broadcast"]>;

/** The room whose output it is. Implemented by rooms/EventRoom. */
export interface SendingRoom<S extends EventSchema> extends Room, OwnSnapshot {
  readonly schema: S;
}

export class RoomOutput<S extends EventSchema> {
  readonly queue: WriteQueue;
  readonly scheduler: PatchScheduler;
  readonly serializer: EventSerializer<never>;
  readonly state: StateOf<S>;
  readonly roomState: RoomState<ParticipantOf<S>>;
  readonly #room: Room;
  readonly #broadcasts: Broadcasts;
  readonly #effects: DeferredEffects;

  /**
   * @param facts what the state says of its event beside its seats
   * @param right whether anything may be sent
   * @param effects what waits while a handler of the author's runs
   */
  constructor(
    room: SendingRoom<S>,
    facts: EventFacts,
    right: SpeakingRight,
    guard: AuthorGuard,
    effects: DeferredEffects,
    clock: Clock,
  ) {
    const clients = room.clients as unknown as readonly Receiver[];
    this.queue = new WriteQueue(right, clock);
    this.scheduler = new PatchScheduler(this.queue, clients, guard, clock);
    this.serializer = new EventSerializer<never>(this.scheduler, isFlat(room.schema));
    this.state = newState(room.schema);
    this.roomState = new RoomState(room.schema, this.state, this.serializer, facts, room, guard);
    this.#room = room;
    this.#broadcasts = new Broadcasts(clients, this.queue, effects);
    this.#effects = effects;
  }

  /** As the framework's `broadcast`. What is for after the next patch the framework keeps until then. */
  broadcast(...message: Broadcast): void {
    if (message[2]?.afterNextPatch !== true) this.#broadcasts.send(...message);
    else this.#effects.run(() => Room.prototype.broadcast.apply(this.#room, message));
  }

  /** The patch interval, or the author, asks for a patch. True when there was one at once. */
  askForPatch(): boolean {
    if (!this.#effects.isHolding) return this.scheduler.ask();
    this.#effects.run(() => this.scheduler.ask());
    return false;
  }
}
