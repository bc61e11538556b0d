// One per process, in front of what a join costs: lets in what the rate and the event loop bear, has the rest wait for a
// moment (a stock SDK does not notice), and refuses with a hint what could not be served in time. `door-rules` decides.
import type { Clock, Timer } from "../clock.ts";
import { Refusal, retryLater } from "../protocol/refusal.ts";
import { DoorRules, type Waiter, type Who } from "./door-rules.ts";
import type { WhenGone } from "./gate.ts";
import { restarting } from "./refusals.ts";

/** Who counts those that wait and those that are refused. */
export interface DoorWatch {
  delayed(): void;
  turnedAway(): void;
}

interface Waiting extends Waiter {
  readonly enter: () => void;
  readonly refuse: (refusal: Refusal) => void;
}

/** What ends the wait of a client that has gone: nobody hears it, and nobody was refused. */
export const goneAway = new Refusal(503, "The client has gone");

export class Doorkeeper {
  readonly #rules: DoorRules<Waiting>;
  readonly #clock: Clock;
  readonly #watch: DoorWatch;
  #timer: Timer | undefined;
  #dueAt = 0;
  #isShut = false;

  /** @param joinsPerSecond joins and returns to let in each second; 0: as many as the event loop bears */
  constructor(joinsPerSecond: number, clock: Clock, watch: DoorWatch) {
    this.#rules = new DoorRules(joinsPerSecond);
    this.#clock = clock;
    this.#watch = watch;
  }

  get waiting(): number {
    return this.#rules.waiting;
  }

  /** False: returns are never held up, and need not be counted. */
  get isRated(): boolean {
    return this.#rules.isRated;
  }

  /**
   * Undefined: go in. Otherwise resolves when it is this one's turn; `whenGone` lets it leave before.
   * @throws Refusal 503 (as a rejection) with a hint, when it would take too long or the server is going
   */
  pass(who: Who, whenGone: WhenGone): Promise<void> | undefined {
    if (this.#isShut || this.#rules.enters(who, this.#clock.now())) return undefined;
    const retryInMs = this.#rules.refuses(who, this.#clock.now());
    return retryInMs === undefined ? this.#queue(who, whenGone) : Promise.reject(this.#tooMany(retryInMs));
  }

  /** The event loop was this late, in ms. */
  sampled(lateMs: number): void {
    this.#rules.sampled(lateMs);
    if (this.waiting > 0) this.#serve();
  }

  /** The server is going: everyone who waits is told so, and nobody is held up any more. */
  shut(): void {
    this.#isShut = true;
    for (const { refuse } of this.#rules.empty()) refuse(restarting());
    this.#arm();
  }

  #queue(who: Who, whenGone: WhenGone): Promise<void> {
    return new Promise((enter, refuse) => {
      const waiting = { who, cameAt: this.#clock.now(), enter, refuse };
      this.#rules.add(waiting);
      whenGone(() => this.#forget(waiting));
      this.#serve();
      if (this.#rules.has(waiting)) this.#watch.delayed();
    });
  }

  #forget(waiting: Waiting): void {
    if (!this.#rules.remove(waiting)) return;
    waiting.refuse(goneAway);
    this.#arm();
  }

  #serve(): void {
    const now = this.#clock.now();
    for (let one = this.#rules.next(now); one; one = this.#rules.next(now)) one.enter();
    for (let one = this.#rules.expired(now); one; one = this.#rules.expired(now))
      one.refuse(this.#tooMany(this.#rules.hintMs(now)));
    this.#arm();
  }

  /** One timer, for the next instant at which there is something to do; one that is early asks again. */
  #arm(): void {
    const at = this.#rules.nextAt();
    if (at !== undefined && this.#timer !== undefined && this.#dueAt <= at) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (at === undefined) return;
    this.#dueAt = at;
    this.#timer = this.#clock.after(Math.max(1, at - this.#clock.now()), () => {
      this.#timer = undefined;
      // Timers run before I/O: who has returned meanwhile is read first, and goes before those who are new.
      setImmediate(() => this.#serve());
    });
  }

  #tooMany(retryInMs: number): Refusal {
    this.#watch.turnedAway();
    return retryLater("Too many are joining just now", retryInMs, "busy");
  }
}
