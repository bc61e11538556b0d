// What of one event is stored becomes known, in this order and never back: the state takes it, hooks are called, everyone
// is sent the announcements right behind the patch that shows it, and only then is let go who waits for it.
// Owns what is stored and not announced yet; never stores, decides or times anything: patches are sync's.
import { type Clock, instantOf } from "../clock.ts";
import type { Announcement, HistoryEntry } from "../protocol/messages.ts";
import type { Effect } from "../seats/events.ts";
import type { PresenceLog } from "../seats/presence-log.ts";
import type { Change } from "../seats/roster.ts";
import type { ConnectionId, Seat } from "../seats/seat.ts";
import type { StoreState } from "../store/committer.ts";
import type { PatchSource } from "../sync/patch-source.ts";
import type { CommitBatch, Decided } from "./stored/commit-batch.ts";

/** Makes patches, one at a time and not too often. Implemented by sync/patch-scheduler. */
export interface Patches {
  /** Something is stored: asks for a patch, now or as soon as there may be one. */
  request(): void;
  /** True while some have not been sent the last patch yet. */
  readonly isSending: boolean;
}

/** The synchronised state. Implemented by sync/room-state. */
export interface SeatState {
  /** Writes a seat as it last was into the state. Returns its entry. */
  write(seat: Seat): object;
  /** Writes how long a seat is held for one who drops, in ms. */
  setGracePeriod(ms: number): void;
}

/** Is called with each change that is stored and in the state; `entry` is its seat's. Implemented by rooms/author/room-author. */
export interface ChangeListener {
  applied(change: Change, entry: object | undefined): void;
  /** All that is applied together has been: what is stored by now is in the state. */
  allApplied(): void;
}

/** Counts and logs changes that are stored. Implemented by ops/telemetry. */
export interface TransitionTelemetry {
  recordTransition(change: Change): void;
}

/** Whether the store is in order. Implemented by store/commit-queue. */
export interface StoreCondition {
  readonly state: StoreState;
}

/** What participants were told, stored and not sent yet. Implemented by event/messages/mailboxes. */
export interface StoredMail {
  readonly isDue: boolean;
  /** Sends it, behind the patch that has just been made; unless nothing may be announced now. */
  deliver(): void;
  /** The room is going: nobody is told anything more here. */
  close(): void;
}

/** What a host has said of the event, stored and not told yet. Implemented by event/details/details. */
export interface StoredDetails {
  readonly isDue: boolean;
  /** The grace of drops from now on, in ms. */
  readonly gracePeriodMs: number;
  /** Tells whom it concerns, behind the patch that has just been made. */
  deliver(): void;
}

/** Sends something to one connection. Implemented by connections/connections. */
export interface OneRecipient {
  sendTo(connection: ConnectionId, announcement: Announcement): void;
}

/** The frame that everyone is sent of an announcement. Implemented by rooms/internals/message-frames. */
export type AnnouncementFrame = (entry: HistoryEntry) => Buffer;

/** Whom an announcer works with. */
export interface AnnouncerParts {
  readonly batch: Pick<CommitBatch, "isStored">;
  readonly store: StoreCondition;
  readonly patches: Patches;
  readonly state: SeatState;
  readonly listener: ChangeListener;
  readonly telemetry: TransitionTelemetry;
  readonly recipient: OneRecipient;
  readonly mail: StoredMail;
  readonly details: StoredDetails;
  readonly frameOf: AnnouncementFrame;
  readonly presenceLog: PresenceLog;
  readonly clock: Clock;
}

/** So many changes are applied at once before it is asked how long their hooks have taken; then twice as many, and so on. */
const firstApplied = 16;
/** When hooks have taken so long in one patch, in ms, what is left comes with the next: other events are served between. */
const hooksMs = 20;

export class Announcer implements PatchSource {
  readonly #parts: AnnouncerParts;
  #stored: Decided[] = [];
  /** What the state shows, and the one patch that is being made carries. */
  #applied: Decided[] = [];
  #whenIdle: (() => void)[] = [];
  #isClosed = false;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  /** What these say is stored: they are announced with the next patch, which is asked for. */
  announce(decided: readonly Decided[]): void {
    this.#stored.push(...decided);
    this.requestPatch();
  }

  /** Asks for a patch if something waits for one. */
  requestPatch(): void {
    if (this.#isClosed) this.#release();
    else if (this.#stored.length > 0 || this.#isMore) this.#parts.patches.request();
    else this.#settle();
  }

  /** Something beside changes is stored, and waits for a patch. */
  get #isMore(): boolean {
    return this.#parts.mail.isDue || this.#parts.details.isDue;
  }

  /** True when nothing is announced any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** True when everything that was decided is announced, and everyone told what is stored for them. */
  get isIdle(): boolean {
    const { batch, patches } = this.#parts;
    const isAnnounced = this.#stored.length + this.#applied.length === 0 && !this.#isMore;
    return batch.isStored && !patches.isSending && isAnnounced;
  }

  /** Runs `then` once everything decided so far has been announced. */
  whenIdle(then: () => void): void {
    if (this.isIdle) then();
    else this.#whenIdle.push(then);
  }

  // --- with each patch ---

  applyStored(): Buffer | undefined {
    const { presenceLog, clock, store, state, listener, details } = this.#parts;
    const now = clock.now();
    presenceLog.trim(now);
    if (store.state === "suspended") return undefined;
    if (details.isDue) state.setGracePeriod(details.gracePeriodMs);
    if (this.#stored.length === 0) return undefined;
    const decided: Decided[] = [];
    let tookMs = 0;
    for (let size = firstApplied; this.#stored.length > 0 && tookMs < hooksMs; size *= 2) {
      const next = this.#stored.splice(0, size);
      decided.push(...next);
      this.#applied.push(...next);
      tookMs += this.#apply(next);
    }
    listener.allApplied();
    return this.#framesOf(decided, now);
  }

  /** Writes these into the state, and calls their hooks. Returns how long the hooks have taken, in ms. */
  #apply(decided: readonly Decided[]): number {
    const { state, listener, telemetry, clock } = this.#parts;
    const seats = coalesceBySeat(decided);
    for (const seat of new Set(seats.values())) seat.entry = state.write(seat.last);
    let tookMs = 0;
    for (const { change } of decided) {
      if (change === undefined) continue;
      telemetry.recordTransition(change);
      const startedAt = instantOf(clock);
      listener.applied(change, seats.get(change)?.entry);
      tookMs += instantOf(clock) - startedAt;
    }
    return tookMs;
  }

  #framesOf(decided: readonly Decided[], now: number): Buffer | undefined {
    const { presenceLog, frameOf } = this.#parts;
    const frames: Buffer[] = [];
    const add = (entry: HistoryEntry) => void frames.push(frameOf(presenceLog.append(entry, now)));
    // "others" needs no exception: the one who joins has no state yet, and is sent nothing before it
    for (const each of decided) {
      if (each.change === undefined) add(each.entry);
      else for (const effect of each.change.effects) if (isForMany(effect)) add(effect.announcement);
    }
    return frames.length === 0 ? undefined : Buffer.concat(frames);
  }

  patched(): void {
    const { mail, details, store } = this.#parts;
    if (this.#applied.length === 0 && !this.#isMore) return;
    const announced = this.#applied;
    this.#applied = [];
    for (const { change } of announced) if (change !== undefined) this.#sendToItself(change);
    for (const { whenAnnounced } of announced) whenAnnounced?.();
    mail.deliver();
    if (details.isDue && store.state !== "suspended") details.deliver();
    if (this.#stored.length > 0) this.#parts.patches.request();
    this.#settle();
  }

  /** What concerns nobody but the one that it is about. */
  #sendToItself({ after, effects }: Change): void {
    if (after?.status !== "connected") return;
    for (const effect of effects)
      if (effect.type === "announce" && effect.audience === "self")
        this.#parts.recipient.sendTo(after.connection, effect.announcement);
  }

  delivered(): void {
    this.#settle();
  }

  #settle(): void {
    if (this.isIdle) for (const then of this.#whenIdle.splice(0)) then();
  }

  /** The room is going: nothing is announced any more, and whoever waits for what is stored, now or later, is let go. */
  close(): void {
    this.#isClosed = true;
    this.#parts.mail.close();
    this.#release();
  }

  #release(): void {
    const stored = [...this.#applied.splice(0), ...this.#stored.splice(0)];
    for (const { whenAnnounced } of stored) whenAnnounced?.();
    for (const then of this.#whenIdle.splice(0)) then();
  }
}

type Announced = Extract<Effect, { type: "announce" }>;

function isForMany(effect: Effect): effect is Announced {
  return effect.type === "announce" && effect.audience !== "self";
}

/** One seat from its join to its leave, as far as a patch saw it: a device may have had several. */
interface PatchedSeat {
  /** As it was last. */
  last: Seat;
  entry?: object;
}

/** Which seat each change is about; a leave and a join of one device are about two. */
export function coalesceBySeat(
  decided: readonly { readonly change?: Change | undefined }[],
): Map<Change, PatchedSeat> {
  const seats = new Map<Change, PatchedSeat>();
  const current = new Map<string, PatchedSeat>();
  for (const { change } of decided) {
    if (change === undefined) continue;
    const { deviceId, before, after } = change;
    if (after === undefined) continue;
    const known = before === undefined ? undefined : current.get(deviceId);
    const seat = known ?? { last: after };
    seat.last = after;
    current.set(deviceId, seat);
    seats.set(change, seat);
  }
  return seats;
}
