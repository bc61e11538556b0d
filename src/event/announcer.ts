// From decided to told, in that order and never back: decided -> stored (one commit per process) -> state -> messages.
// Nobody hears of a change before it is durable, and no message goes out before the state that it describes.
import { getMessageBytes, Protocol } from "@colyseus/core";
import type { Clock, Timer } from "../clock.ts";
import type { Announcement } from "../protocol/messages.ts";
import type { PresenceLog } from "../seats/presence-log.ts";
import type { Change } from "../seats/roster.ts";
import type { Seat } from "../seats/seat.ts";
import type { CommitQueue } from "../store/commit-queue.ts";
import type { Committer } from "../store/committer.ts";
import type { EventBatch } from "../store/seat-store.ts";
import { batchOf, type StorableEvent, wholeBatch } from "./event-batch.ts";
import { livesOf } from "./coalesce-by-seat.ts";
import { frameOf } from "../rooms/internals/ws.ts";

/** The room, as the publisher needs it. */
export interface Stage {
  /** Runs a patch now: calls applyCommitted before it and tell after it. */
  publish(): void;
  /** How long a patch has to wait, in ms; 0 or less: not at all. */
  waitMs(now: number): number;
  /** True while some have not been told yet of what was applied last. */
  isTelling(): boolean;
  /** Writes a seat as it last was into the state. Returns its entry. */
  write(seat: Seat): object;
  /** A change is stored and in the state: hooks, logs and metrics may hear of it. `entry` is its seat's. */
  onApplied(change: Change, entry: object | undefined): void;
  /** What a room author has changed since the last patch: whose fields, and whether the event's. */
  ownChanges(): { readonly devices: readonly string[]; readonly event: boolean };
}

/** The event, likewise. */
export interface PublishedEvent extends StorableEvent {
  sendTo(connection: string, announcement: Announcement): void;
  /** The store was out of reach for this long. */
  postpone(byMs: number): void;
}

interface Decided {
  readonly change: Change;
  readonly whenTold: (() => void) | undefined;
}

interface Taken {
  readonly changes: Decided[];
  readonly touched: Set<string>;
  readonly hasFacts: boolean;
  readonly whenStored: (() => void)[];
}

export class Publisher implements Committer {
  readonly #stage: Stage;
  readonly #event: PublishedEvent;
  readonly #commits: CommitQueue;
  readonly #clock: Clock;
  readonly #history: PresenceLog;
  #decided: Decided[] = [];
  /** What a commit under way is about; undefined when none is. */
  #committing: Taken | undefined;
  /** Devices and facts that have changed in what a room author keeps there: stored, but told by the state alone. */
  #touched = new Set<string>();
  #whenStored: (() => void)[] = [];
  #gathersOwn = false;
  #hasFacts = true; // a new event's first commit says what it is
  #committed: Decided[] = [];
  #applied: Decided[] = [];
  #afterNext: (() => void)[] = [];
  #whenAllStored: ((isStored: boolean) => void)[] = [];
  #timer: Timer | undefined;
  #isClosed = false;
  #isAbandoned = false;
  /** Something beside changes waits to be stored. */
  #isAsked = false;

  constructor(stage: Stage, event: PublishedEvent, commits: CommitQueue, clock: Clock, history: PresenceLog) {
    this.#history = history;
    this.#stage = stage;
    this.#event = event;
    this.#commits = commits;
    this.#clock = clock;
    commits.join(this);
  }

  /** Takes a change that the roster has decided. `whenTold` runs once it is stored, in the state and told. */
  decide(change: Change, whenTold?: () => void): void {
    this.#decided.push({ change, whenTold });
    this.#commits.request(this);
  }

  /** Runs `then` once everything decided so far has been told. */
  afterwards(then: () => void): void {
    if (this.isIdle) then();
    else this.#afterNext.push(then);
  }

  get isIdle(): boolean {
    const isBusy = this.#committing !== undefined || this.#isAsked || this.#stage.isTelling();
    return !isBusy && this.#decided.length + this.#committed.length + this.#applied.length === 0;
  }

  /** Resolves with whether everything decided so far is stored, within `limitMs` if that is given. */
  stored(limitMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (this.#isAllStored) return Promise.resolve(true);
    return new Promise((resolve) => {
      const isLimited = limitMs !== Number.POSITIVE_INFINITY;
      const limit = isLimited ? this.#clock.after(limitMs, () => resolve(false)) : undefined;
      this.#whenAllStored.push((isStored) => {
        limit?.cancel();
        resolve(isStored);
      });
    });
  }

  get #isAllStored(): boolean {
    return this.#committing === undefined && this.#decided.length === 0 && !this.#isAsked;
  }

  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Has everything of the event stored with the next commit, and nothing else kept. */
  storeWhole(): void {
    this.#commits.markDirty(this);
  }

  /** Has a device's seat and own fields stored with the next commit; `whenStored` runs then, and must not throw. */
  touch(deviceId: string, whenStored?: () => void): void {
    this.#touched.add(deviceId);
    if (whenStored !== undefined) {
      this.#whenStored.push(whenStored);
      this.#gathersOwn = true; // whatever a handler changed belongs into the same commit
    }
    this.#ask();
  }

  /** Has whatever a room author has changed since the last patch stored with the next commit. */
  storeOwn(): void {
    const { devices, event } = this.#stage.ownChanges();
    for (const deviceId of devices) this.touch(deviceId);
    if (event) this.touchFacts();
  }

  /** Has the event's facts stored with the next commit. */
  touchFacts(): void {
    this.#hasFacts = true;
    this.#ask();
  }

  #ask(): void {
    this.#isAsked = true;
    this.#commits.request(this);
  }

  takeDecided(isWhole: boolean): EventBatch | undefined {
    if (this.#committing !== undefined) return undefined;
    if (this.#gathersOwn) {
      this.#gathersOwn = false;
      this.storeOwn();
    }
    const isNothing = this.#decided.length + this.#touched.size === 0 && !this.#hasFacts;
    if (isNothing && !isWhole) return undefined;
    const taken = {
      changes: this.#decided,
      touched: this.#touched,
      hasFacts: this.#hasFacts,
      whenStored: this.#whenStored,
    };
    const batch = isWhole ? wholeBatch(this.#event) : this.#batchOf(taken); // may throw: nothing is taken yet
    this.#committing = taken;
    this.#isAsked = false;
    this.#decided = [];
    this.#touched = new Set();
    this.#hasFacts = false;
    this.#whenStored = [];
    return batch;
  }

  #batchOf({ changes, touched, hasFacts }: Taken): EventBatch {
    return batchOf(this.#event, [...touched, ...changes.map(({ change }) => change.deviceId)], hasFacts);
  }

  committed(): void {
    const taken = this.#committing;
    this.#committed.push(...(taken?.changes ?? []));
    this.#committing = undefined;
    for (const then of taken?.whenStored ?? []) then();
    if (this.#isAllStored) for (const then of this.#whenAllStored.splice(0)) then(true);
    else this.#commits.request(this);
    if (this.#isClosed) this.#release();
    else if (this.#committed.length > 0) this.#schedule();
    else this.#settle();
  }

  putBack(): void {
    const taken = this.#committing;
    if (taken === undefined) return;
    this.#committing = undefined;
    this.#decided = [...taken.changes, ...this.#decided];
    for (const deviceId of taken.touched) this.#touched.add(deviceId);
    this.#hasFacts ||= taken.hasFacts;
    this.#whenStored = [...taken.whenStored, ...this.#whenStored];
    this.#isAsked = true;
  }

  postpone(byMs: number): void {
    this.#event.postpone(byMs);
    if (this.#committed.length > 0) this.#schedule(); // what was stored just before
  }

  /**
   * Before a patch: the state takes what is stored. Returns what everyone is to be told of it, right behind the patch;
   * undefined when there is nothing, or when this process may not speak for the event.
   */
  applyCommitted(): Buffer | undefined {
    const now = this.#clock.now();
    this.#history.trim(now);
    if (this.#committed.length === 0 || this.#commits.state === "suspended") return undefined;
    const changes = this.#committed;
    this.#committed = [];
    this.#applied.push(...changes);
    const lives = livesOf(changes);
    for (const life of new Set(lives.values())) life.entry = this.#stage.write(life.seat);
    for (const { change } of changes) this.#stage.onApplied(change, lives.get(change)?.entry);
    return this.#framesFor(changes, now);
  }

  #framesFor(changes: readonly Decided[], now: number): Buffer | undefined {
    const frames: Buffer[] = [];
    for (const { change } of changes) {
      for (const effect of change.effects) {
        // "others" needs no exception: the one who joins has no state yet, and hears nothing before it
        if (effect.type !== "announce" || effect.audience === "self") continue;
        const { type, payload } = this.#history.append(effect.announcement, now);
        frames.push(frameOf(getMessageBytes.raw(Protocol.ROOM_DATA, type, payload)));
      }
    }
    return frames.length === 0 ? undefined : Buffer.concat(frames);
  }

  /** After the patch: whoever waits for a change hears of it, and what concerns only one is told to that one. */
  tell(): void {
    if (this.#applied.length === 0) return;
    const told = this.#applied;
    this.#applied = [];
    for (const { change } of told) {
      for (const effect of change.effects) {
        if (effect.type !== "announce" || effect.audience !== "self") continue;
        if (change.after?.status !== "connected") continue;
        this.#event.sendTo(change.after.connection, effect.announcement);
      }
    }
    for (const { whenTold } of told) whenTold?.();
    this.#settle();
  }

  /** Everyone has been told. */
  told(): void {
    this.#settle();
  }

  #settle(): void {
    if (this.isIdle) for (const then of this.#afterNext.splice(0)) then();
  }

  /** The room is going: what is decided is still stored, whoever waits for that hears of it, and nobody is told. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#release();
  }

  /** The room has gone. With `isForgotten`, so has the event: nothing of it may be stored any more. */
  stop(isForgotten: boolean): void {
    this.close();
    this.#commits.leave(this, isForgotten);
  }

  /** The event is another process's now: nothing more is stored or told, and whoever waits is let go. */
  abandon(): void {
    this.#isAbandoned = true;
    this.end();
  }

  /** The event is over: nothing more of it is stored or told, and whoever waits is let go. */
  end(): void {
    const waiting = [...(this.#committing?.changes ?? []), ...this.#decided];
    this.stop(true);
    this.#committing = undefined;
    this.#decided = [];
    for (const { whenTold } of waiting) whenTold?.();
    for (const then of this.#whenAllStored.splice(0)) then(false);
  }

  #release(): void {
    const stored = [...this.#applied.splice(0), ...this.#committed.splice(0)];
    for (const { whenTold } of stored) whenTold?.();
    for (const then of this.#afterNext.splice(0)) then();
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const waitMs = this.#stage.waitMs(this.#clock.now());
    if (waitMs <= 0) return this.#stage.publish();
    this.#timer = this.#clock.after(waitMs, () => {
      this.#timer = undefined;
      this.#stage.publish();
    });
  }
}
