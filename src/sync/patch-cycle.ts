// A room's patch from its first step to its last: the state takes what is stored, one frame of bytes is made of the patch
// and of what is told of it, and everyone gets it. Owns the rhythm: the framework's interval and what has been stored both
// ask for patches, and under load neither may have one as soon as it asks.
import type { Client } from "@colyseus/core";
import type { WebSocket } from "ws";
import type { Clock, Timer } from "../clock.ts";
import { FanOut } from "./fan-out.ts";
import { Pace } from "./patch-throttle.ts";
import { hasStagedFrames } from "../rooms/internals/core.ts";
import type { PatchSource } from "./patch-source.ts";
import { WriteGate } from "./write-gate.ts";

export interface PatchStage {
  readonly clients: readonly Client[];
  source(): PatchSource;
  /** The framework's own patch; calls `send` with its frame if the state has changed. */
  patch(): boolean;
  /** A patch has been made. */
  patched(): void;
  /** The room's timers run, although no patch does. */
  tickClock(): unknown;
  /** A patch is about to leave: what was said before it goes first. */
  leaving(): void;
  /** False while this process may not announce anything. */
  mayTell(): boolean;
  /** False while it may say nothing at all. */
  maySpeak(): boolean;
  /** Runs what may throw: nothing may get out of the patch interval. */
  guard(where: string, run: () => unknown): void;
}

export class PatchCycle {
  readonly pace = new Pace();
  /** Everything for this room's sockets passes it. */
  readonly gate: WriteGate;
  readonly #stage: PatchStage;
  readonly #clock: Clock;
  readonly #fanOut: FanOut;
  /** What is told behind the patch that is being made. */
  #trailer: Buffer | undefined;
  /** When the patch that is being made began; what comes before its bytes is part of what it costs. */
  #startedAt = 0;
  #preparingMs = 0;
  #hasSent = false;
  #hasFollowers = false;
  /** A patch was asked for while the one before was on its way. */
  #isAwaited = false;
  #timer: Timer | undefined;
  #isStopped = false;
  /** An author's hook that a patch calls may ask for another: that one comes after it. */
  #isRunning = false;

  constructor(stage: PatchStage, clock: Clock) {
    this.#stage = stage;
    this.#clock = clock;
    this.gate = new WriteGate({
      maySpeak: () => stage.maySpeak(),
      isWaiting: (socket) => this.#fanOut.isWaiting(socket),
    });
    this.#fanOut = new FanOut({
      mayTell: () => stage.mayTell(),
      maySpeak: () => stage.maySpeak(),
      gate: this.gate,
      done: (writingMs) => {
        this.pace.took(this.#preparingMs + writingMs);
        stage.guard("told", () => stage.source().delivered());
        if (this.#isAwaited) this.#runIn(this.pace.waitMs(clock.now()));
      },
    });
  }

  /** True while some have not been written to yet. */
  get isSending(): boolean {
    return this.#fanOut.isUnderWay;
  }

  /** The framework's interval, or a room author, asks for a patch; it comes now, or as soon as it may. */
  ask(): boolean {
    const waitMs = this.pace.waitOfRhythmMs(this.#clock.now());
    if (waitMs <= 0) return this.run();
    this.#stage.guard("clock", () => this.#stage.tickClock());
    this.#runIn(waitMs);
    return false;
  }

  /** Something is stored: makes a patch now, or as soon as there may be one. */
  requestPatch(): void {
    const waitMs = this.pace.waitMs(this.#clock.now());
    if (waitMs <= 0) this.run();
    else if (!this.#isStopped) this.#runIn(waitMs);
  }

  #runIn(waitMs: number): void {
    this.#timer ??= this.#clock.after(Math.max(0, waitMs), () => {
      this.#timer = undefined;
      this.run();
    });
  }

  /** Makes a patch now, or as soon as everyone has the one before. */
  run(): boolean {
    if (this.#isStopped) return false;
    this.#isAwaited = this.#isRunning || this.isSending;
    if (this.#isAwaited) return false;
    this.#isRunning = true;
    this.#startedAt = this.#clock.now();
    this.#hasSent = false;
    const { guard, source, patch, patched } = this.#stage;
    let hasChanges = false;
    guard("apply", () => {
      this.#trailer = source().applyStored();
    });
    guard("patch", () => {
      hasChanges = patch();
    });
    if (this.#trailer !== undefined) this.#begin(this.#trailer, true); // no patch has carried it
    this.#trailer = undefined;
    this.#hasFollowers = false;
    guard("tell", () => source().patched());
    patched();
    this.#isRunning = false;
    if (hasChanges || this.#hasSent) this.pace.began(this.#startedAt);
    if (hasChanges && !this.#hasSent) this.pace.took(this.#clock.now() - this.#startedAt); // the framework's own
    if (this.#isAwaited && !this.isSending) this.#runIn(this.pace.waitMs(this.#clock.now()));
    return hasChanges;
  }

  /** Sends a patch and what is told of it to all who have the state. */
  send(patch: Buffer): void {
    const trailer = this.#trailer;
    this.#trailer = undefined;
    this.#begin(trailer === undefined ? patch : Buffer.concat([patch, trailer]), trailer !== undefined);
  }

  /** Something is to be sent right behind the next patch, to whomever: that one has to reach everyone first. */
  follow(): void {
    this.#hasFollowers = true;
  }

  /** Everyone has the last patch after this: what is sent next may not overtake it. */
  finish(): void {
    this.#fanOut.finish();
  }

  /** The last patch that a client has been sent, of those up to `number`. */
  patchOf(client: Client, number: number | undefined): number | undefined {
    this.catchUp(socketOf(client));
    return number !== undefined && this.#fanOut.isWaiting(socketOf(client)) ? number - 1 : number;
  }

  /** The same for one socket. */
  catchUp(socket: WebSocket): void {
    this.#fanOut.catchUp(socket);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#fanOut.stop();
    this.gate.drop();
  }

  #begin(frames: Buffer, announces: boolean): void {
    const { clients } = this.#stage;
    this.#stage.leaving();
    this.#hasSent = true;
    this.#preparingMs = this.#clock.now() - this.#startedAt;
    this.#fanOut.begin(clients, frames, announces, this.#preparingMs);
    if (this.#hasFollowers || hasStagedFrames(clients)) this.#fanOut.finish();
  }
}

const socketOf = ({ ref }: Client) => ref as WebSocket;
