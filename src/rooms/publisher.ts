// From decided to told, in that order and never back: decided -> stored (one commit per process) -> state -> messages.
// Nobody hears of a change before it is durable, and no message goes out before the state that it describes.
import { getMessageBytes, Protocol } from "@colyseus/core";
import type { Clock, Timer } from "../clock.ts";
import type { Change } from "../seats/roster.ts";
import type { Seat } from "../seats/seat.ts";
import type { CommitQueue, Committer } from "../store/commit-queue.ts";
import type { EventBatch } from "../store/seat-store.ts";
import { frameOf } from "./reach-in.ts";

/** The room, as the publisher needs it. */
export interface Stage {
  readonly eventId: string;
  /** Runs a patch now: calls applyCommitted before it and tell after it. */
  publish(): void;
  /** Writes a seat as it last was into the state. Returns its entry. */
  write(seat: Seat): object;
  /** Everyone who has the state gets these frames. */
  sendToAll(frames: Buffer): void;
  sendTo(connection: string, frames: Buffer): void;
  /** A change is stored and in the state: hooks, logs and metrics may hear of it. `entry` is its seat's. */
  onApplied(change: Change, entry: object | undefined): void;
  onStoreFailed(error: unknown): void;
}

/** One seat from its join to its leave, as far as a tick saw it: a device may have had several. */
interface Life {
  seat: Seat;
  entry?: object;
}

interface Decided {
  readonly change: Change;
  readonly whenTold: (() => void) | undefined;
}

/** Patches are at least this far apart; the first after a quiet time leaves at once (CONTRACT 2: within 250 ms). */
const publishSpacingMs = 50;
/** How long until a failed commit is tried again. */
const retryCommitMs = 100;

export class Publisher implements Committer {
  readonly #stage: Stage;
  readonly #commits: CommitQueue;
  readonly #clock: Clock;
  #decided: Decided[] = [];
  #committing: Decided[] = [];
  #committed: Decided[] = [];
  #applied: Decided[] = [];
  #afterNext: (() => void)[] = [];
  #lastPublishAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(stage: Stage, commits: CommitQueue, clock: Clock) {
    this.#stage = stage;
    this.#commits = commits;
    this.#clock = clock;
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
    const waiting = this.#decided.length + this.#committing.length + this.#committed.length;
    return waiting + this.#applied.length === 0;
  }

  takeDecided(): EventBatch | undefined {
    if (this.#decided.length === 0 || this.#committing.length > 0) return undefined;
    this.#committing = this.#decided;
    this.#decided = [];
    const last = new Map<string, Seat>();
    for (const { change } of this.#committing) {
      if (change.after !== undefined) last.set(change.deviceId, change.after);
    }
    return { eventId: this.#stage.eventId, seats: [...last.values()] };
  }

  committed(): void {
    this.#committed.push(...this.#committing);
    this.#committing = [];
    this.#schedule();
    if (this.#decided.length > 0) this.#commits.request(this);
  }

  failed(error: unknown): void {
    this.#decided = [...this.#committing, ...this.#decided];
    this.#committing = [];
    this.#stage.onStoreFailed(error);
    this.#clock.after(retryCommitMs, () => this.#commits.request(this));
  }

  /** Before a patch: the state takes what is stored. */
  applyCommitted(): void {
    this.#lastPublishAt = this.#clock.now();
    if (this.#committed.length === 0) return;
    const changes = this.#committed;
    this.#committed = [];
    this.#applied.push(...changes);
    const lives = livesOf(changes);
    for (const life of new Set(lives.values())) life.entry = this.#stage.write(life.seat);
    for (const { change } of changes) this.#stage.onApplied(change, lives.get(change)?.entry);
  }

  /** After the patch: everyone hears what the state now shows, in one write each. */
  tell(): void {
    if (this.#applied.length === 0) return;
    const told = this.#applied;
    this.#applied = [];
    const toAll: Buffer[] = [];
    const toOne: { connection: string; frame: Buffer }[] = [];
    for (const { change } of told) {
      for (const effect of change.effects) {
        if (effect.type !== "announce") continue;
        const { type, payload } = effect.announcement;
        const frame = frameOf(getMessageBytes.raw(Protocol.ROOM_DATA, type, payload));
        // "others" needs no exception: the one who joins has no state yet, and hears nothing before it
        if (effect.audience !== "self") toAll.push(frame);
        else if (change.after?.status === "connected")
          toOne.push({ connection: change.after.connection, frame });
      }
    }
    if (toAll.length > 0) this.#stage.sendToAll(Buffer.concat(toAll));
    for (const { connection, frame } of toOne) this.#stage.sendTo(connection, frame);
    for (const { whenTold } of told) whenTold?.();
    if (!this.isIdle) return;
    for (const then of this.#afterNext.splice(0)) then();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const waitMs = this.#lastPublishAt + publishSpacingMs - this.#clock.now();
    if (waitMs <= 0) {
      this.#stage.publish();
      return;
    }
    this.#timer = this.#clock.after(waitMs, () => {
      this.#timer = undefined;
      this.#stage.publish();
    });
  }
}

/** Which life each change belongs to; in a tick, only the last word on each life is worth writing. */
function livesOf(changes: readonly Decided[]): Map<Change, Life> {
  const lives = new Map<Change, Life>();
  const current = new Map<string, Life>();
  for (const { change } of changes) {
    const { deviceId, before, after } = change;
    if (after === undefined) continue;
    const known = before === undefined ? undefined : current.get(deviceId);
    const life = known ?? { seat: after };
    life.seat = after;
    current.set(deviceId, life);
    lives.set(change, life);
  }
  return lives;
}
