// One per process, in front of what a join costs: lets in what the rate and the event loop bear, has the rest wait for a
// moment (a stock SDK does not notice), and refuses with a hint what could not be served in time. `door-rules` decides.
import type { Clock, Timer } from "../clock.ts";
import { Refusal, retryLater } from "../protocol/refusal.ts";
import { DoorRules, leastHintMs, type Waiter, type Who } from "./admission-policy.ts";
import type { WhenGone } from "./request-gate.ts";
import { restarting } from "./refusals.ts";
import { SeatTurns } from "./seat-turns.ts";

/** Who counts those that wait and those that are refused. */
export interface DoorWatch {
  delayed(): void;
  turnedAway(): void;
}

interface Waiting extends Waiter {
  readonly enter: () => void;
  readonly refuse: (refusal: Refusal) => void;
  /** The seat that it returns to; undefined for a join, and where no rate is set. */
  readonly seat: string | undefined;
  /** Runs while its seat has been let in a moment ago, and it is not in the queue yet. */
  held?: Timer | undefined;
}

/** What ends the wait of a client that has gone: nobody hears it, and nobody was refused. */
export const goneAway = new Refusal(503, "The client has gone");

export class Doorkeeper {
  readonly #rules: DoorRules<Waiting>;
  readonly #clock: Clock;
  readonly #watch: DoorWatch;
  readonly #seats = new SeatTurns<Waiting>();
  readonly #held = new Set<Waiting>();
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
    return this.#rules.waiting + this.#held.size;
  }

  /** False: returns are never held up, and need not be counted. */
  get isRated(): boolean {
    return this.#rules.isRated;
  }

  /**
   * Undefined: go in. Otherwise resolves when it is this one's turn; `whenGone` lets it leave before.
   * @param seat which seat a return is for (proven): an older one that waits for the same is refused
   * @throws Refusal 503 (as a rejection) with a hint, when it would take too long, a newer return of the same seat came,
   * or the server is going
   */
  pass(who: Who, whenGone: WhenGone, seat?: string): Promise<void> | undefined {
    if (this.#isShut) return undefined;
    const now = this.#clock.now();
    const counted = this.isRated ? seat : undefined;
    const isSoon = counted !== undefined && this.#seats.readyAt(counted) > now;
    if (!isSoon && this.#rules.enters(who, now)) {
      if (counted !== undefined) this.#seats.entered(counted, now);
      return undefined;
    }
    const retryInMs = this.#rules.refuses(who, now);
    if (retryInMs !== undefined) return Promise.reject(this.#tooMany(retryInMs));
    return this.#queue(who, whenGone, counted);
  }

  /** The event loop was this late, in ms. */
  sampled(lateMs: number): void {
    this.#rules.sampled(lateMs);
    if (this.waiting > 0) this.#serve();
  }

  /** The server is going: everyone who waits is told so, and nobody is held up any more. */
  shut(): void {
    this.#isShut = true;
    for (const waiting of [...this.#held, ...this.#rules.empty()]) this.#turnAway(waiting, restarting());
  }

  #queue(who: Who, whenGone: WhenGone, seat: string | undefined): Promise<void> {
    return new Promise((enter, refuse) => {
      const waiting = { who, cameAt: this.#clock.now(), enter, refuse, seat };
      if (seat === undefined) this.#rules.add(waiting);
      else this.#queueForSeat(waiting, seat);
      whenGone(() => this.#forget(waiting));
      this.#serve();
      if (this.#isWaiting(waiting)) this.#watch.delayed();
    });
  }

  #queueForSeat(waiting: Waiting, seat: string): void {
    const older = this.#seats.waits(seat, waiting);
    if (older !== undefined) this.#turnAway(older, this.#tooMany(leastHintMs));
    const soonMs = this.#seats.readyAt(seat) - this.#clock.now();
    if (soonMs <= 0) return this.#rules.add(waiting);
    this.#held.add(waiting);
    waiting.held = this.#clock.after(soonMs, () => {
      this.#held.delete(waiting);
      waiting.cameAt = this.#clock.now();
      this.#rules.add(waiting);
      this.#serve();
    });
    return undefined;
  }

  #isWaiting(waiting: Waiting): boolean {
    return this.#held.has(waiting) || this.#rules.has(waiting);
  }

  #forget(waiting: Waiting): void {
    if (this.#isWaiting(waiting)) this.#turnAway(waiting, goneAway);
  }

  #turnAway(waiting: Waiting, refusal: Refusal): void {
    waiting.held?.cancel();
    this.#held.delete(waiting);
    this.#rules.remove(waiting);
    if (waiting.seat !== undefined) this.#seats.stops(waiting.seat, waiting);
    waiting.refuse(refusal);
    this.#arm();
  }

  #serve(): void {
    const now = this.#clock.now();
    for (let one = this.#rules.next(now); one; one = this.#rules.next(now)) this.#enter(one, now);
    for (let one = this.#rules.expired(now); one; one = this.#rules.expired(now))
      one.refuse(this.#tooMany(this.#rules.hintMs(now)));
    this.#arm();
  }

  #enter(waiting: Waiting, now: number): void {
    const { seat } = waiting;
    if (seat !== undefined) {
      this.#seats.stops(seat, waiting);
      this.#seats.entered(seat, now);
    }
    waiting.enter();
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
