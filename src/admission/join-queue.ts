// One per process, in front of what a join costs: lets in what the rate and the event loop bear, has the rest wait for a
// moment (a stock SDK does not notice), and refuses with a hint what could not be served in time. `admission-policy`
// decides whose turn it is. Knows neither claims nor rooms.
import type { Clock, Timer } from "../clock.ts";
import { type Refusal, retryLater } from "../protocol/refusal.ts";
import { AdmissionPolicy, leastHintMs, type Waiter, type Who } from "./admission-policy.ts";
import { goneAway, restarting } from "./refusals.ts";
import { SeatTurns } from "./seat-turns.ts";

/** Who counts those that wait and those that are refused. ops/metrics implements it. */
export interface QueueMetrics {
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

/** The answer or the socket of a client that waits: its close says that the client has gone. */
export interface Closable {
  readonly closed: boolean;
  once(event: "close", listener: () => void): unknown;
}

export class JoinQueue {
  readonly #policy: AdmissionPolicy<Waiting>;
  readonly #clock: Clock;
  readonly #metrics: QueueMetrics;
  readonly #seats = new SeatTurns<Waiting>();
  readonly #held = new Set<Waiting>();
  #timer: Timer | undefined;
  #dueAt = 0;
  #isShut = false;

  /** @param joinsPerSecond joins and returns to let in each second; 0: as many as the event loop bears */
  constructor(joinsPerSecond: number, clock: Clock, metrics: QueueMetrics) {
    this.#policy = new AdmissionPolicy(joinsPerSecond);
    this.#clock = clock;
    this.#metrics = metrics;
  }

  get waiting(): number {
    return this.#policy.waiting + this.#held.size;
  }

  /** False: returns are never held up, and need not be counted. */
  get isRated(): boolean {
    return this.#policy.isRated;
  }

  /** The server is going, and nobody is to be let in. */
  get isShut(): boolean {
    return this.#isShut;
  }

  /**
   * Undefined: go in. Otherwise resolves when it is this one's turn.
   * @param client whose close ends the wait; undefined for one that cannot go
   * @param seat which seat a return is for (proven): an older one that waits for the same is refused
   * @throws Refusal 503 (as a rejection) with a hint, when it would take too long, a newer return of the same seat came,
   * or the server is going
   */
  pass(who: Who, client: Closable | undefined, seat?: string): Promise<void> | undefined {
    if (this.#isShut) return undefined;
    const now = this.#clock.now();
    const counted = this.isRated ? seat : undefined;
    const isSoon = counted !== undefined && this.#seats.readyAt(counted) > now;
    if (!isSoon && this.#policy.enters(who, now)) {
      if (counted !== undefined) this.#seats.entered(counted, now);
      return undefined;
    }
    const retryInMs = this.#policy.refuses(who, now);
    if (retryInMs !== undefined) return Promise.reject(this.#tooMany(retryInMs));
    return this.#queue(who, client, counted);
  }

  /** The event loop was this late, in ms. */
  sampled(lateMs: number): void {
    this.#policy.sampled(lateMs);
    if (this.waiting > 0) this.#serve();
  }

  /** The server is going: everyone who waits is refused, and nobody is held up any more. */
  shut(): void {
    this.#isShut = true;
    for (const waiting of [...this.#held, ...this.#policy.empty()]) this.#turnAway(waiting, restarting());
  }

  #queue(who: Who, client: Closable | undefined, seat: string | undefined): Promise<void> {
    return new Promise((enter, refuse) => {
      const waiting = { who, cameAt: this.#clock.now(), enter, refuse, seat };
      if (seat === undefined) this.#policy.add(waiting);
      else this.#queueForSeat(waiting, seat);
      const leave = () => this.#forget(waiting);
      if (client?.closed) leave();
      else client?.once("close", leave);
      this.#serve();
      if (this.#isWaiting(waiting)) this.#metrics.delayed();
    });
  }

  #queueForSeat(waiting: Waiting, seat: string): void {
    const older = this.#seats.waits(seat, waiting);
    if (older !== undefined) this.#turnAway(older, this.#tooMany(leastHintMs));
    const soonMs = this.#seats.readyAt(seat) - this.#clock.now();
    if (soonMs <= 0) return this.#policy.add(waiting);
    this.#held.add(waiting);
    waiting.held = this.#clock.after(soonMs, () => {
      this.#held.delete(waiting);
      waiting.cameAt = this.#clock.now();
      this.#policy.add(waiting);
      this.#serve();
    });
    return undefined;
  }

  #isWaiting(waiting: Waiting): boolean {
    return this.#held.has(waiting) || this.#policy.has(waiting);
  }

  #forget(waiting: Waiting): void {
    if (this.#isWaiting(waiting)) this.#turnAway(waiting, goneAway);
  }

  #turnAway(waiting: Waiting, refusal: Refusal): void {
    waiting.held?.cancel();
    this.#held.delete(waiting);
    this.#policy.remove(waiting);
    if (waiting.seat !== undefined) this.#seats.stops(waiting.seat, waiting);
    waiting.refuse(refusal);
    this.#arm();
  }

  #serve(): void {
    const now = this.#clock.now();
    for (let one = this.#policy.next(now); one; one = this.#policy.next(now)) this.#enter(one, now);
    for (let one = this.#policy.expired(now); one; one = this.#policy.expired(now))
      one.refuse(this.#tooMany(this.#policy.hintMs(now)));
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
    const at = this.#policy.nextAt();
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
    this.#metrics.turnedAway();
    return retryLater("Too many are joining just now", retryInMs, "busy");
  }
}
