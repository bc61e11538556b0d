// Everything that a room writes to its sockets, in one queue: each client is written what it is sent in the order in which
// it was sent. Decides what may be written, and when: a patch goes out in slices of the event loop's time, what is
// broadcast at one moment leaves in one write for each, and nothing is written that may not be sent now. Never makes
// a frame, and never knows what is in one.
import { type Clock, instantOf } from "../clock.ts";
import type { Entry, Lane } from "./lane.ts";
import { PendingBatch } from "./pending-batch.ts";
import { type Progress, type SlicedWork, Slices } from "./slices.ts";

/** A client, as the queue writes to it. Implemented by rooms/sockets/seat-client. */
export interface Receiver {
  /** The queue's own: what waits for this client. */
  readonly lane: Lane;
  /** It has the state, and is sent patches. */
  readonly isJoined: boolean;
  readonly isOpen: boolean;
  /** Writes at once. @param ownBytes how many of them nobody else is sent, too */
  writeNow(frames: Buffer, ownBytes: number): void;
  /** Writes at the end of this turn of the event loop, together with what else that brings. */
  writeSoon(frames: Buffer, ownBytes: number): void;
  /** Keeps a message for when it has the state. */
  sendLater(payload: Uint8Array): void;
}

/** Whether this process may speak for its event. Implemented by event/speaking-right. */
export interface SpeakingPermission {
  /** False while it may not announce anything of seats. */
  readonly mayAnnounce: boolean;
  /** False while nothing at all may be sent to anyone. */
  readonly maySpeak: boolean;
}

/** Is called when a patch has been written to everyone. Implemented by sync/patch-scheduler. */
export interface PatchDelivery {
  /** @param writingMs how much of the event loop's time the writes have taken */
  delivered(writingMs: number): void;
}

/** Written between two looks at the clock: so many frames, or so many bytes. */
const [strideFrames, strideBytes] = [16, 256 * 1024];

export class WriteQueue implements SlicedWork {
  readonly #permission: SpeakingPermission;
  readonly #clock: Clock;
  readonly #slices: Slices;
  /** Whoever has something in its lane that the next slice should write. */
  readonly #waiting = new Set<Receiver>();
  #patch: Patch | undefined;
  #batch: PendingBatch<Receiver> | undefined;

  constructor(permission: SpeakingPermission, clock: Clock) {
    this.#permission = permission;
    this.#clock = clock;
    this.#slices = new Slices(this, clock);
  }

  /** True while a patch has not been written to everyone. */
  get isSendingPatch(): boolean {
    return this.#patch !== undefined;
  }

  /** Sends frames to one. @param ownBytes how many of them nobody else is sent, too */
  send(to: Receiver, frames: Buffer, ownBytes = 0): void {
    if (this.catchUp(to) && this.#permission.maySpeak) to.writeSoon(frames, ownBytes);
    else this.#hold(to, new Single(frames, ownBytes));
  }

  /** Shows one that the server lives: also while nothing else may be sent, and then before what waits. */
  sendSignOfLife(to: Receiver, frames: Buffer): void {
    this.catchUp(to);
    to.writeSoon(frames, 0);
  }

  /** Writes what waits for one, as far as it may be sent. False when something still waits. */
  catchUp(to: Receiver): boolean {
    if (to.lane.first === undefined) return true;
    return this.#drain(to, this.#permission.mayAnnounce, this.#permission.maySpeak, true);
  }

  /**
   * Sends a frame to all of these that have the state; the others get its payload behind their first state. What is
   * broadcast at the same moment leaves in one write for each.
   */
  broadcast(receivers: readonly Receiver[], frame: Buffer, payload: Uint8Array): void {
    this.finishPatch();
    const joined: Receiver[] = [];
    for (const receiver of receivers) {
      if (receiver.isJoined) joined.push(receiver);
      else receiver.sendLater(payload);
    }
    if (this.#batch?.canTake(joined) !== true) this.#beginBatch(joined);
    const batch = this.#batch as PendingBatch<Receiver>;
    batch.add(frame);
    if (batch.isFull) this.flushBatch();
  }

  /** What was broadcast leaves with what else this turn of the event loop brings, and before it. */
  flushBatch(): void {
    this.#writeBatch(true);
  }

  #writeBatch(isSoon: boolean): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#batch = undefined;
    const { mayAnnounce, maySpeak } = this.#permission;
    for (const receiver of batch.receivers)
      if (receiver.lane.has(batch) && !this.#drain(receiver, mayAnnounce, maySpeak, isSoon))
        this.#waiting.add(receiver);
    if (this.#waiting.size > 0) this.#slices.beginLater();
  }

  /**
   * Sends a patch to all of these that have the state, and to the first of them before it returns. No other may be on its
   * way.
   * @param announces seats are announced in it; a room author's own state needs nobody's leave
   * @param usedMs what this turn of the event loop has given to the patch already
   */
  sendPatch(
    receivers: readonly Receiver[],
    frames: Buffer,
    announces: boolean,
    delivery: PatchDelivery,
    usedMs = 0,
  ): void {
    this.flushBatch();
    const patch = new Patch(frames, announces, delivery);
    this.#patch = patch;
    for (const receiver of receivers) {
      if (!receiver.isJoined) continue;
      receiver.lane.push(patch);
      this.#waiting.add(receiver);
      patch.left += 1;
    }
    this.#slices.begin(usedMs);
  }

  /** Writes the patch that is on its way to everyone who still waits for it, now, if it may be sent. */
  finishPatch(): void {
    if (this.#patch !== undefined) this.advance(Number.POSITIVE_INFINITY);
  }

  /** True for one that has not been written the last patch yet. Writes it, if it may be sent. */
  lacksPatch(to: Receiver): boolean {
    return !this.catchUp(to) && this.#patch !== undefined && to.lane.has(this.#patch);
  }

  /** The room is going: what was broadcast just now leaves, if it may be sent. What else waits is never sent. */
  stop(): void {
    this.flushBatch();
    this.#slices.stop();
    for (const receiver of [...this.#waiting, ...(this.#batch?.receivers ?? [])]) receiver.lane.clear();
    this.#waiting.clear();
    this.#patch = this.#batch = undefined;
  }

  /** A slice of it: see Slices. */
  advance(until: number): Progress {
    const startedAt = instantOf(this.#clock);
    const progress = this.#drainAll(until);
    const patch = this.#patch;
    if (patch !== undefined) {
      patch.writingMs += instantOf(this.#clock) - startedAt;
      if (patch.left === 0) {
        this.#patch = undefined;
        patch.delivery.delivered(patch.writingMs);
      }
    }
    return progress;
  }

  #drainAll(until: number): Progress {
    const { mayAnnounce, maySpeak } = this.#permission;
    const stride = this.#patch?.stride ?? strideFrames;
    let count = 0;
    if (mayAnnounce || maySpeak)
      for (const receiver of this.#waiting) {
        if (!this.#drain(receiver, mayAnnounce, maySpeak, false)) continue;
        this.#waiting.delete(receiver);
        count += 1;
        if (count % stride === 0 && instantOf(this.#clock) >= until)
          return this.#waiting.size > 0 ? "more" : "done";
      }
    return this.#waiting.size > 0 ? "heldUp" : "done";
  }

  /** Writes what waits for one, in one write, up to the first that may not be sent. True when nothing is left. */
  #drain(to: Receiver, mayAnnounce: boolean, maySpeak: boolean, isSoon: boolean): boolean {
    const { lane } = to;
    let frames: Buffer | undefined;
    let all: Buffer[] | undefined;
    let ownBytes = 0;
    for (let entry = lane.first; entry !== undefined; entry = lane.first) {
      if (!(entry.announces ? mayAnnounce : maySpeak)) break;
      lane.shift();
      const next = entry.take();
      if (frames === undefined) frames = next;
      else (all ??= [frames]).push(next);
      ownBytes += entry.ownBytes;
    }
    if (all !== undefined) frames = Buffer.concat(all);
    if (frames !== undefined && isSoon) to.writeSoon(frames, ownBytes);
    else if (frames !== undefined) to.writeNow(frames, ownBytes);
    return lane.first === undefined;
  }

  #hold(to: Receiver, entry: Entry): void {
    if (!to.isOpen) return;
    if (this.#batch !== undefined && to.lane.has(this.#batch)) this.flushBatch(); // nothing more may come into it
    to.lane.push(entry);
    this.#waiting.add(to);
    this.#slices.beginLater();
  }

  #beginBatch(receivers: readonly Receiver[]): void {
    this.flushBatch();
    const batch = new PendingBatch(receivers, instantOf(this.#clock));
    this.#batch = batch;
    for (const { lane } of receivers) lane.push(batch);
    setImmediate(() => this.#turnEnds(batch));
  }

  #turnEnds(batch: PendingBatch<Receiver>): void {
    if (this.#batch !== batch) return;
    if (batch.waitsOn(instantOf(this.#clock))) setImmediate(() => this.#turnEnds(batch));
    else this.#writeBatch(false);
  }
}

/** What one client alone is sent. */
class Single implements Entry {
  readonly announces = false;
  readonly ownBytes: number;
  readonly #frames: Buffer;

  constructor(frames: Buffer, ownBytes: number) {
    this.#frames = frames;
    this.ownBytes = ownBytes;
  }

  take(): Buffer {
    return this.#frames;
  }
}

/** A patch, and what is announced with it. */
class Patch implements Entry {
  readonly announces: boolean;
  readonly ownBytes = 0;
  readonly delivery: PatchDelivery;
  /** So many have not been written it yet. */
  left = 0;
  writingMs = 0;
  readonly #frames: Buffer;

  constructor(frames: Buffer, announces: boolean, delivery: PatchDelivery) {
    this.#frames = frames;
    this.announces = announces;
    this.delivery = delivery;
  }

  get stride(): number {
    return Math.max(1, Math.min(strideFrames, Math.floor(strideBytes / this.#frames.length)));
  }

  take(): Buffer {
    this.left -= 1;
    return this.#frames;
  }
}
