// May this process still speak for its events? A proof that needs nobody's answer: its lease was renewed so recently, on
// a Redis that has forgotten nothing, that nobody can have taken anything from it. Pure: time is an argument.

/** Clocks of two machines do not run at quite the same speed, and a message takes time to be sent. */
const marginPart = 0.1;

/** A failure counts as news of Redis only if it came when it should: one that is later was seen by a process that stood still. */
const latePart = 0.1;
/** By then the next renewal has been asked for. */
const nextQuestionMs = 1000;

/** What Redis answers to a renewal. */
export interface Renewal {
  /**
   * Since when, by Redis's clock, the lease has been held without a gap: while this stays the same nobody can have
   * claimed anything. (Whether it had run out just before would be lost with the answer of a renewal that timed out.)
   */
  readonly since: string;
  /** The last-alive instant that Redis remembered; -1 for none. */
  readonly previousAt: number;
  /**
   * Which Redis answered, and since when it counts. Another one (restarted, promoted, with a clock that has stepped) may
   * have forgotten what an earlier one acknowledged.
   */
  readonly redis: string;
}

export class LeaseProof {
  readonly #leaseMs: number;
  #until = Number.NEGATIVE_INFINITY;
  #outOfReachUntil = Number.NEGATIVE_INFINITY;
  #warmedUpAt = Number.POSITIVE_INFINITY;
  #last: Renewal | undefined;
  /** The last instant of ours that Redis has acknowledged. */
  #acknowledgedAt = -1;
  #isDoubtful = false;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** Claims may be made on what this process owns from some later instant on. */
  holds(now: number): boolean {
    return now < this.#until;
  }

  /** The lease has been held for so long that whoever lives has renewed theirs, too. */
  isWarmedUp(now: number): boolean {
    return this.holds(now) && now > this.#warmedUpAt;
  }

  /** Which Redis answered last; "" before the first answer. */
  get redis(): string {
    return this.#last?.redis ?? "";
  }

  /**
   * Whether anything may be announced or sent: the lease is proven, or Redis is known to be out of reach, so that nobody can announce
   * anything and application messages flow. Not after a gap in which this process did not ask: it needs an answer first.
   */
  maySpeak(now: number): boolean {
    return this.holds(now) || now < this.#outOfReachUntil;
  }

  /** A renewal that was sent at `sentAt`, and may take `limitMs`, failed `now`. */
  failed(sentAt: number, now: number, limitMs: number): void {
    this.unanswered();
    if (now - sentAt > limitMs + this.#leaseMs * latePart) return;
    this.#outOfReachUntil = now + nextQuestionMs + limitMs;
  }

  /** A question was not answered: it may have been carried out, and what it would have answered is lost. */
  unanswered(): void {
    this.#isDoubtful = true;
  }

  /**
   * A renewal has been answered. True when every event has to be confirmed first: something may have been claimed, or
   * forgotten, meanwhile. If the answer itself says so, nothing is proven until then.
   */
  answered(renewal: Renewal): boolean {
    const { since, redis, previousAt } = renewal;
    const last = this.#last;
    this.#outOfReachUntil = Number.NEGATIVE_INFINITY;
    const isSame = since === last?.since && redis === last.redis && previousAt >= this.#acknowledgedAt;
    if (last !== undefined && !isSame) {
      this.#isDoubtful = true;
      this.#until = Number.NEGATIVE_INFINITY;
    }
    if (last === undefined || this.#isDoubtful) this.#warmedUpAt = Number.POSITIVE_INFINITY;
    this.#last = renewal;
    return this.#isDoubtful;
  }

  /**
   * A renewal that was sent at `sentAt`, with `aliveAt` as this process's instant, counts: Redis counts from a later
   * instant than `sentAt`.
   */
  renewed(sentAt: number, aliveAt: number): void {
    this.#isDoubtful = false;
    this.#acknowledgedAt = Math.floor(aliveAt);
    if (this.#warmedUpAt === Number.POSITIVE_INFINITY) this.#warmedUpAt = sentAt + this.#leaseMs;
    this.#until = Math.max(this.#until, sentAt + this.#leaseMs * (1 - marginPart));
  }
}
