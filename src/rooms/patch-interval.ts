// When a room's patch interval runs: while somebody is in the event, while its author has asked for time (a timer of
// `this.clock`, a time step, `onBeforePatch`), and while the state has changed. An event in which nothing happens has no
// interval at all: what wakes it is noticed where it is asked for, and each tick of its clock looks whether it may stop.
// It runs on the server's clock, in the place of the framework's own interval.
import type { Room } from "@colyseus/core";
import type { Clock, Timer } from "../clock.ts";
import { forgetTimestep, hasTimestep, ratesOf, stopPatching } from "./internals/core.ts";
import { onNextChange, type Recorded } from "./internals/schema.ts";
import type { Guard } from "../sync/guard.ts";
import type { CommitBatch } from "../event/stored/commit-batch.ts";

/** Without patches at an interval the room's clock is ticked as often as the framework would (Room.ts:522). */
const clockRateMs = 1000 / 60;

type PatchHook = (state: unknown) => unknown;

/** A room whose interval it is. */
export interface PatchedRoom extends Room {
  readonly isDisposing: boolean;
}

export class PatchInterval {
  readonly #room: PatchedRoom;
  readonly #serializer: { readonly changes: Recorded };
  readonly #batch: Pick<CommitBatch, "touchAuthorsChanges">;
  readonly #guard: Guard;
  readonly #clock: Clock;
  /** As the author wants it: `patchRate`. */
  #rateMs: number | null;
  #hook: PatchHook | undefined;
  #isRunning = true;
  #timer: Timer | undefined;
  /** The event is closed. */
  #isOver = false;

  /**
   * Takes over the interval that the framework has begun.
   * @param serializer records the state's changes
   * @param batch stores what the author has changed, before each patch
   * @param clock by which it runs
   */
  constructor(
    room: PatchedRoom,
    serializer: { readonly changes: Recorded },
    batch: Pick<CommitBatch, "touchAuthorsChanges">,
    guard: Guard,
    clock: Clock,
  ) {
    this.#room = room;
    this.#clock = clock;
    this.#serializer = serializer;
    this.#batch = batch;
    this.#guard = guard;
    this.#rateMs = room.patchRate;
    stopPatching(room, ratesOf(room));
    this.#hook = (room.onBeforePatch as PatchHook | undefined)?.bind(room);
    this.#takeRate();
    this.#takeHook();
    this.#noticeTimers();
    this.#arm();
  }

  /** Somebody may need it from now on. The room's clock has the time of now afterwards. */
  start(): void {
    if (this.#isRunning || this.#room.isDisposing) return;
    this.#room.clock.tick(); // whatever is asked for now has not been waiting since it stopped
    this.#isRunning = true;
    this.#arm();
  }

  /** The room is going. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isRunning = false;
  }

  /**
   * The event is closed: timers of `this.clock`, time steps and `onBeforePatch` run no more, nor do any that are asked for
   * later. A promise of `clock.duration` stays as it is: rejected, it could end the process.
   */
  end(): void {
    this.#room.setTimestep();
    this.#isOver = true;
    this.#hook = undefined;
    for (const timer of this.#room.clock.delayed) timer.active = false; // the clock may be going through them just now
  }

  #stopIfIdle(): void {
    if (!this.#isRunning || this.#isNeeded) return;
    this.stop();
    onNextChange(this.#serializer.changes, () => this.start());
  }

  get #isNeeded(): boolean {
    const { clients, clock } = this.#room;
    const hasAuthorsTime = clock.delayed.length > 0 || this.#hook !== undefined || hasTimestep(this.#room);
    const isAsked = hasAuthorsTime && !this.#isOver;
    return clients.length > 0 || isAsked || this.#serializer.changes.hasChanges;
  }

  /** Asks for the next tick, a whole interval from now. */
  #arm(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(this.#rateMs || clockRateMs, () => this.#tick());
  }

  #tick(): void {
    if (this.#room.isDisposing) return;
    this.#arm();
    if (this.#rateMs) this.#room.broadcastPatch();
    else if (!hasTimestep(this.#room)) this.#room.clock.tick();
  }

  #takeRate(): void {
    Object.defineProperty(this.#room, "patchRate", {
      get: () => this.#rateMs,
      set: (rateMs: number | null) => {
        this.#rateMs = rateMs;
        if (this.#isRunning) this.#arm();
      },
    });
  }

  /** The framework calls this hook from its interval and catches nothing; an author may also assign it later. */
  #takeHook(): void {
    const beforePatch: PatchHook = (state) => {
      const hook = this.#hook;
      this.#guard.call("onBeforePatch", this.#room, hook, state);
      this.#guard.call("own", this.#batch, this.#batch.touchAuthorsChanges); // last: what the hook changes is stored, too
    };
    Object.defineProperty(this.#room, "onBeforePatch", {
      get: () => beforePatch,
      set: (hook: PatchHook | undefined) => {
        this.#hook = this.#isOver ? undefined : hook?.bind(this.#room);
        this.start();
      },
    });
  }

  #noticeTimers(): void {
    const { clock } = this.#room;
    const tick = clock.tick.bind(clock);
    clock.tick = (...args) => {
      if (!this.#isOver) tick(...args);
      this.#stopIfIdle();
    };
    const waking =
      <Args extends unknown[], Result>(owner: object, ask: (...args: Args) => Result) =>
      (...args: Args): Result => {
        this.start();
        return ask.apply(owner, args);
      };
    clock.setTimeout = waking(clock, clock.setTimeout);
    clock.setInterval = waking(clock, clock.setInterval);
    clock.duration = waking(clock, clock.duration);
    const room = this.#room;
    const setTimestep = waking(room, room.setTimestep);
    room.setTimestep = (step, ...delay) => {
      if (this.#isOver) return;
      setTimestep(step, ...delay);
      if (step === undefined) forgetTimestep(room);
    };
    const setFixedTimestep = waking(room, room.setFixedTimestep);
    room.setFixedTimestep = (...step) => void (this.#isOver || setFixedTimestep(...step));
  }
}
