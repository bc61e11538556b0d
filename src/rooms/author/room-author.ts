// The room's author, as its event knows it: its hooks, its handlers of published messages, its own part of the state.
// Implements event's port EventAuthor. What an author's code throws ends here, and goes to the guard: it must not keep the
// room from telling the truth to everyone else. Decides nothing.
import type { Client } from "@colyseus/core";
import type { OwnParts } from "../../event/stored/event-record.ts";
import type { Participants } from "../../event/participants.ts";
import type { ConnectedBy, EventAuthor, TimerAuthor } from "../../event/ports.ts";
import type { LeaveReason } from "../../protocol/messages.ts";
import type { OutboxMessage } from "../../protocol/session.ts";
import type { Change } from "../../seats/roster.ts";
import type { HeldSeat } from "../../seats/seat.ts";
import type { RoomState } from "../../sync/room-state.ts";
import type { PatchInterval } from "../patch-interval.ts";
import type { EventSchema, ParticipantOf } from "../../schema/event-state.ts";
import type { SeatClient } from "../sockets/seat-client.ts";
import type { AuthorGuard } from "./author-guard.ts";
import type { DeferredEffects } from "./deferred-effects.ts";
import type { Publishing } from "./publishing.ts";
import { timing } from "./timer-handlers.ts";
import { SeatConnections } from "./seat-connections.ts";

/** Hooks of a room author's, as far as an author writes them, and who is in the event. Implemented by rooms/AuthorRoom. */
export interface AuthorsHooks<Entry> {
  readonly participants: Pick<Participants, "counts">;
  readonly [timing]: TimerAuthor;
  readonly state: { readonly participants: { readonly size: number } };
  onSeatTaken?(participant: Entry): void;
  onSeatConnected?(participant: Entry, client: Client, how: ConnectedBy): void;
  onSeatAway?(participant: Entry): void;
  onSeatReturned?(participant: Entry): void;
  onSeatLeft?(participant: Entry, reason: LeaveReason): void;
  onEmpty?(): void;
  onEventClosed?(): void;
}

export class RoomAuthor<S extends EventSchema> implements EventAuthor {
  /** The room's; set once it is there. */
  interval: PatchInterval | undefined;
  readonly #hooks: AuthorsHooks<ParticipantOf<S>>;
  readonly #state: RoomState<ParticipantOf<S>>;
  readonly #guard: AuthorGuard;
  readonly #publishing: Publishing<ParticipantOf<S>>;
  readonly #connections: SeatConnections<ParticipantOf<S>>;
  #isClosing = false;
  /** Somebody has left since it was last asked whether anybody is there. */
  #hasLeft = false;

  constructor(
    hooks: AuthorsHooks<ParticipantOf<S>>,
    state: RoomState<ParticipantOf<S>>,
    guard: AuthorGuard,
    publishing: Publishing<ParticipantOf<S>>,
  ) {
    this.#hooks = hooks;
    this.#state = state;
    this.#guard = guard;
    this.#publishing = publishing;
    this.#connections = new SeatConnections(hooks, state, guard);
  }

  get own(): OwnParts {
    return this.#state;
  }

  get timers(): TimerAuthor {
    return this.#hooks[timing];
  }

  get effects(): DeferredEffects {
    return this.#publishing.effects;
  }

  ownChanges() {
    return this.#state.ownChanges();
  }

  take(deviceId: string, message: OutboxMessage, id: string): string | undefined {
    return this.#publishing.take(this.#state.entry(deviceId), message, id);
  }

  // --- seats ---

  seatBegins(seat: HeldSeat, own: string): void {
    this.#state.begin(seat, own);
  }

  // --- connections of seats ---

  connectionBegan(deviceId: string, client: SeatClient, how: ConnectedBy): void {
    this.#connections.began(deviceId, client, how);
  }

  connectionEnded(deviceId: string, client: SeatClient): void {
    this.#connections.ended(deviceId, client);
  }

  seatLeft(deviceId: string): void {
    this.#connections.left(deviceId);
  }

  // --- hooks ---

  /** Calls a hook for each thing that is announced of a change to everyone. */
  applied(change: Change, entry: ParticipantOf<S> | undefined): void {
    if (entry === undefined) return;
    for (const effect of change.effects) {
      if (effect.type !== "announce" || effect.audience === "self") continue;
      const { type, payload } = effect.announcement;
      if (type === "participant_joined") this.#taken(change.deviceId, entry);
      else if (type === "participant_temporarily_disconnected") this.#away(entry);
      else if (type === "participant_reconnected") this.#returned(entry);
      else this.#left(entry, payload.reason);
    }
  }

  #taken(deviceId: string, entry: ParticipantOf<S>): void {
    this.#guard.call("hook", this.#hooks, this.#hooks.onSeatTaken, entry);
    this.#connections.taken(deviceId, entry);
  }

  #away(entry: ParticipantOf<S>): void {
    this.#guard.call("hook", this.#hooks, this.#hooks.onSeatAway, entry);
  }

  #returned(entry: ParticipantOf<S>): void {
    this.#guard.call("hook", this.#hooks, this.#hooks.onSeatReturned, entry);
  }

  #left(entry: ParticipantOf<S>, reason: LeaveReason): void {
    this.#hasLeft = true;
    this.#guard.call("hook", this.#hooks, this.#hooks.onSeatLeft, entry, reason);
  }

  allApplied(): void {
    if (!this.#hasLeft) return; // what an author announces is applied, too
    this.#hasLeft = false;
    const { participants, state } = this.#hooks;
    // who is leaving is in the state until that is stored, who is coming not before
    const { connected, held } = participants.counts;
    const isEmpty = state.participants.size + connected + held === 0;
    if (isEmpty && !this.#isClosing) this.#guard.call("onEmpty", this.#hooks, this.#hooks.onEmpty);
  }

  eventClosing(): void {
    this.#isClosing = true;
    this.interval?.end();
  }

  eventClosed(): void {
    this.#guard.call("onEventClosed", this.#hooks, this.#hooks.onEventClosed);
  }
}
