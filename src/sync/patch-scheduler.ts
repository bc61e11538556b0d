// When a room makes a patch, and what happens in which order when it does: the state takes what is stored, one run of bytes
// is made of the patch and of what is announced with it, and that goes to the queue. Owns the one timer of patches: the
// framework's interval and what has been stored both ask for them, and under load neither may have one as soon as it asks.
import type { Clock, Timer } from "../clock.ts";
import type { Guard } from "./guard.ts";
import type { PatchSource } from "./patch-source.ts";
import { PatchThrottle } from "./patch-throttle.ts";
import type { PatchDelivery, Receiver, WriteQueue } from "./write-queue.ts";

/** The patch of the state, as the framework makes it. Implemented by rooms/framework-patch. */
export interface StatePatch {
  /** Makes a patch of what has changed, and hands it to the PatchSink. True when the state had changed. */
  make(): boolean;
  /** A patch has been made, or there was nothing to make one of. */
  made(): void;
  /** The room's timers run, although no patch is made. */
  tickClock(): void;
}

/** Takes the frame of a patch, for everyone who has the state. Implemented by PatchScheduler itself: the room's serializer calls it. */
export interface PatchSink {
  send(patch: Buffer): void;
  /** Has a patch of all that has changed made now, for everyone who has the state. Not while nothing may be announced. */
  flush(): void;
}

export class PatchScheduler implements PatchSink, PatchDelivery {
  readonly #throttle = new PatchThrottle();
  readonly #queue: WriteQueue;
  readonly #receivers: readonly Receiver[];
  readonly #guard: Guard;
  readonly #clock: Clock;
  #source: PatchSource | undefined;
  #patch: StatePatch | undefined;
  /** What is announced behind the patch that is being made. */
  #announcements: Buffer | undefined;
  /** When the patch that is being made began; what comes before its bytes is part of what it costs. */
  #startedAt = 0;
  #preparingMs = 0;
  #hasSent = false;
  /** A patch was asked for while the one before was on its way. */
  #isAwaited = false;
  /** An author's hook that a patch calls may ask for another: that one comes after it. */
  #isMaking = false;
  #isStopped = false;
  #timer: Timer | undefined;
  #timerAt = 0;

  /** @param receivers everyone who is in the room, as of each moment */
  constructor(queue: WriteQueue, receivers: readonly Receiver[], guard: Guard, clock: Clock) {
    this.#queue = queue;
    this.#receivers = receivers;
    this.#guard = guard;
    this.#clock = clock;
  }

  /** From now on there may be patches. */
  begin(source: PatchSource, patch: StatePatch): void {
    this.#source = source;
    this.#patch = patch;
  }

  /** True while some have not been sent the last patch yet. */
  get isSending(): boolean {
    return this.#queue.isSendingPatch;
  }

  /** What is stored waits to be announced: makes a patch now, or as soon as there may be one. */
  request(): void {
    const delayMs = this.#throttle.delayMs(this.#clock.now());
    if (delayMs <= 0) this.#make();
    else this.#makeIn(delayMs);
  }

  /** The framework's interval, or a room author, asks for a patch: it comes now, or as soon as it may. True when there was one. */
  ask(): boolean {
    const delayMs = this.#throttle.askedDelayMs(this.#clock.now());
    if (delayMs <= 0) return this.#make();
    this.#guard.call("clock", this.#patch, this.#patch?.tickClock);
    this.#makeIn(delayMs);
    return false;
  }

  send(patch: Buffer): void {
    const announcements = this.#announcements;
    this.#announcements = undefined;
    if (announcements === undefined) this.#send(patch, false);
    else this.#send(Buffer.concat([patch, announcements]), true);
  }

  flush(): void {
    this.#queue.finishPatch();
    this.#make();
  }

  delivered(writingMs: number): void {
    this.#throttle.recordCost(this.#preparingMs + writingMs);
    this.#guard.call("announced", this.#source, this.#source?.delivered);
    this.#makeNextIfAwaited();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#queue.stop();
  }

  #makeIn(delayMs: number): void {
    if (this.#isStopped) return;
    const at = this.#clock.now() + delayMs;
    if (this.#timer !== undefined && this.#timerAt <= at) return;
    this.#timer?.cancel(); // it was set when the last patch was a dearer one
    this.#timerAt = at;
    this.#timer = this.#clock.after(Math.max(0, delayMs), () => {
      this.#timer = undefined;
      this.#make();
    });
  }

  #makeNextIfAwaited(): void {
    if (this.#isAwaited && !this.isSending) this.#makeIn(this.#throttle.delayMs(this.#clock.now()));
  }

  /** Makes a patch now, or as soon as everyone has the one before. */
  #make(): boolean {
    const [source, patch] = [this.#source, this.#patch];
    if (this.#isStopped || source === undefined || patch === undefined) return false;
    this.#isAwaited = this.#isMaking || this.isSending;
    if (this.#isAwaited) return false;
    this.#timer?.cancel(); // whatever it was set for is in this patch
    this.#timer = undefined;
    this.#isMaking = true;
    this.#startedAt = this.#clock.now();
    this.#hasSent = false;
    this.#announcements = this.#applyStored(source);
    const hasChanges = this.#makePatch(patch);
    if (this.#announcements !== undefined) this.#send(this.#announcements, true); // no patch has carried them
    this.#announcements = undefined;
    this.#guard.call("patched", source, source.patched);
    patch.made();
    this.#isMaking = false;
    if (hasChanges || this.#hasSent) this.#throttle.recordStart(this.#startedAt);
    if (hasChanges && !this.#hasSent) this.#throttle.recordCost(this.#clock.now() - this.#startedAt); // the framework's own
    this.#makeNextIfAwaited();
    return hasChanges;
  }

  #applyStored(source: PatchSource): Buffer | undefined {
    try {
      return source.applyStored();
    } catch (error) {
      this.#guard.reportError("apply", error);
      return undefined;
    }
  }

  #makePatch(patch: StatePatch): boolean {
    try {
      return patch.make();
    } catch (error) {
      this.#guard.reportError("patch", error);
      return false;
    }
  }

  #send(frames: Buffer, announces: boolean): void {
    this.#hasSent = true;
    this.#preparingMs = this.#clock.now() - this.#startedAt;
    this.#queue.sendPatch(this.#receivers, frames, announces, this, this.#preparingMs);
  }
}
