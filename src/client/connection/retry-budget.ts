// How long a session has tried, and how often in vain, since it last had a connection it could use: over any number of
// reconnect loops, so that a server that lets in and throws out again does not begin it anew. Neither sleep nor time
// without a network counts: nobody could have answered. Never waits, and never tries.
import type { Environment } from "../platform/environment.ts";
import { AttemptTimes } from "./attempt-times.ts";

/** A connection that lived shorter than this may have died of what the next would die of, too. */
const youngMs = 2000;
/** So many may die young, in a row, before the next ones wait longer. */
const toleratedFlaps = 2;
/** A timer may be this late and still have waited; more than that was sleep. */
const lateMs = 1000;

export class RetryBudget {
  readonly #environment: Environment;
  readonly #limitMs: number;
  readonly attempts: AttemptTimes;
  #failures = 0;
  #flaps = 0;
  #connectedAt = 0;
  #spentMs = 0;
  #isUnderWay = false;
  #lookedAt = 0;
  #wasOnline = true;

  /** `limitMs` is for all attempts together, `attemptMs` what one may usually take. */
  constructor(environment: Environment, limitMs: number, attemptMs: number) {
    this.#environment = environment;
    this.attempts = new AttemptTimes(attemptMs);
    this.#limitMs = limitMs;
  }

  /** Attempts that came to nothing, and connections that died before they could be used, or too often too young. */
  get failures(): number {
    return Math.max(this.#failures, this.#flaps - toleratedFlaps);
  }

  /** What is left of it, in ms; 0 or less: it is used up. */
  get leftMs(): number {
    return this.#limitMs - this.#spentMs;
  }

  /** There is a connection, or somebody wants to begin again. */
  restore(): void {
    this.#failures = 0;
    this.#spentMs = 0;
    this.#isUnderWay = false;
  }

  connected(): void {
    this.#connectedAt = this.#environment.now();
  }

  /** The connection is lost; `wasOfUse`: it had caught up. */
  lost(wasOfUse: boolean): void {
    const isYoung = this.#environment.now() - this.#connectedAt < youngMs;
    this.#flaps = isYoung ? this.#flaps + 1 : 0;
    if (!wasOfUse) this.failed();
  }

  failed(): void {
    this.#failures += 1;
  }

  /** What has passed since the last look was spent trying: at most a little more than `meantMs`, the rest was sleep. */
  spend(meantMs: number): void {
    const now = this.#environment.now();
    const isOnline = this.#environment.isOnline();
    if (this.#isUnderWay && this.#wasOnline && isOnline)
      this.#spentMs += Math.min(now - this.#lookedAt, meantMs + lateMs);
    this.#isUnderWay = true;
    this.#lookedAt = now;
    this.#wasOnline = isOnline;
  }
}
