// Wins a connection: attempts one after the other, never two at once (each would replace the other at the server), with
// the waits between. Knows nothing of sessions; ends with a connection, with a final refusal, or when it is stopped.
import { firstDelayMs, retryDelayMs, slowDelayMs } from "./backoff.ts";
import { type Deferred, deferred } from "../platform/deferred.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import type { Dialed } from "./connection.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { type Ending, type Failure, nextStep, type Refused, type Trail, unreachable } from "./route.ts";
import type { ReturnPath } from "../types/index.ts";

/** One attempt, under way. Implemented by client/connection/managed-connection. */
export interface Attempt {
  /** Never rejects. */
  readonly result: Promise<Dialed>;
  abort(): void;
}

/** Whose connection is to be won. Implemented by client/connection/connection-manager. */
export interface ReconnectLoopOwner {
  /** Credentials that may still bring the session back. */
  readonly hasCredentials: boolean;
  /** The session has had a seat (or watched) before. */
  readonly hasBeenIn: boolean;
  attempt(path: ReturnPath): Attempt;
  forgetCredentials(): void;
  /** The server has said no to an attempt. @param isWaiting the event is full, and is asked again until it is not */
  refused(refused: Refused, isWaiting: boolean): void;
  /** Nothing is tried any more. */
  end(ending: Ending): void;
}

export interface RetryPolicy {
  readonly attemptTimeoutMs: number;
  /** The proof can be asked for again. */
  readonly canRenew: boolean;
  /** Being full is no end. */
  readonly waitsForPlace: boolean;
}

/** An attempt that is younger than this is not begun again because the network came back: it has just begun. */
const freshMs = 500;

export class ReconnectLoop {
  readonly #environment: Environment;
  readonly #policy: RetryPolicy;
  readonly #budget: RetryBudget;
  readonly #owner: ReconnectLoopOwner;
  #isOver = false;
  #hasRenewed = false;
  /** The wait, or the time that an attempt may take. */
  #paused: Deferred<"elapsed" | "hurried"> | undefined;
  #timer: Timer | undefined;
  /** When the attempt began that is under way. */
  #attemptedAt: number | undefined;

  constructor(environment: Environment, policy: RetryPolicy, budget: RetryBudget, owner: ReconnectLoopOwner) {
    this.#environment = environment;
    this.#policy = policy;
    this.#budget = budget;
    this.#owner = owner;
  }

  /** Tries until it is over: after the usual wait, after `pauseMs` if that is longer, or, with 0, at once. */
  start(path: ReturnPath, pauseMs = -1): void {
    const { random } = this.#environment;
    this.#budget.spend(this.#policy.attemptTimeoutMs); // what the connection before it took, if that was of no use
    const { failures } = this.#budget;
    const soonMs = failures > 0 ? retryDelayMs(failures, false, random) : firstDelayMs(random);
    const delayMs = this.#waitMs(pauseMs === 0 ? 0 : Math.max(soonMs, pauseMs));
    if (delayMs < 0) this.#end(unreachable);
    else void this.#run(path, delayMs);
  }

  /** Tries now; an attempt that has been under way for a while is begun again. */
  hurry(): void {
    const now = this.#environment.now();
    const isFresh = this.#attemptedAt !== undefined && now - this.#attemptedAt < freshMs;
    if (!isFresh) this.#interrupt();
  }

  stop(): void {
    this.#isOver = true;
    this.#interrupt();
  }

  async #run(first: ReturnPath, firstDelay: number): Promise<void> {
    let path = first;
    let delayMs = firstDelay;
    while (!this.#isOver) {
      await this.#wait(delayMs);
      if (this.#isOver) return;
      if (path !== "join" && !this.#owner.hasCredentials) path = "join";
      const result = await this.#attempt(path);
      if (this.#isOver || result === "joined") return;
      if (result === "hurried") {
        delayMs = 0;
        continue;
      }
      this.#budget.failed();
      const step = nextStep(result, this.#trail(path), this.#environment.random);
      if (step.type === "end") return this.#end(step.ending);
      if (step.isWaiting) this.#budget.restore();
      if (result.type === "refused") this.#owner.refused(result, step.isWaiting === true);
      if (step.forgetCredentials) this.#owner.forgetCredentials();
      this.#hasRenewed ||= step.renew === true;
      path = step.path;
      delayMs = this.#waitMs(step.delayMs);
      if (delayMs < 0) return this.#end(unreachable);
    }
  }

  #trail(path: ReturnPath): Trail {
    return {
      path,
      hasCredentials: this.#owner.hasCredentials,
      hasBeenIn: this.#owner.hasBeenIn,
      failures: this.#budget.failures,
      canRenew: this.#policy.canRenew && !this.#hasRenewed,
      waitsForPlace: this.#policy.waitsForPlace,
    };
  }

  /** The wait before the next attempt; negative when the budget is used up. */
  #waitMs(delayMs: number): number {
    const { leftMs } = this.#budget;
    if (leftMs <= 0) return -1;
    const slowlyMs = this.#environment.isOnline() ? 0 : slowDelayMs(this.#environment.random);
    return Math.min(leftMs, delayMs === 0 ? 0 : Math.max(delayMs, slowlyMs));
  }

  async #attempt(path: ReturnPath): Promise<Failure | "joined" | "hurried"> {
    const { attempts } = this.#budget;
    const leftMs = Math.max(this.#budget.leftMs, this.#policy.attemptTimeoutMs);
    const limitMs = Math.min(attempts.limitMs(this.#owner.hasBeenIn), leftMs);
    const beganAt = this.#environment.now();
    this.#attemptedAt = beganAt;
    const attempt = this.#owner.attempt(path);
    if (this.#isOver) attempt.abort(); // by whoever learned that it begins
    const outcome = await Promise.race([attempt.result, this.#pause(limitMs)]);
    this.#interrupt();
    this.#attemptedAt = undefined;
    this.#budget.spend(limitMs);
    if (outcome === "hurried" || outcome === "elapsed" || this.#isOver) attempt.abort();
    if (outcome === "hurried") return outcome;
    if (outcome === "elapsed") {
      attempts.tookTooLong();
      return { type: "timed_out" };
    }
    if (outcome.type !== "joined") return outcome;
    attempts.joined(this.#environment.now() - beganAt);
    return "joined";
  }

  async #wait(delayMs: number): Promise<void> {
    if (delayMs <= 0) return;
    await this.#pause(delayMs);
    this.#budget.spend(delayMs);
  }

  /** Resolves after `delayMs`, or before it when the loop is hurried or stopped. */
  #pause(delayMs: number): Promise<"elapsed" | "hurried"> {
    const paused = deferred<"elapsed" | "hurried">();
    this.#paused = paused;
    this.#timer = this.#environment.after(delayMs, () => paused.resolve("elapsed"));
    if (this.#isOver) this.#interrupt();
    return paused.promise;
  }

  #interrupt(): void {
    this.#timer?.cancel();
    this.#paused?.resolve("hurried");
  }

  #end(ending: Ending): void {
    this.#isOver = true;
    this.#owner.end(ending);
  }
}
