// A request that is served wherever its event is: here, or carried to the owner for as long as that owns the event.
import type { Duplex } from "node:stream";
import type { ServerResponse } from "node:http";
import type { Held } from "../held.ts";
import { ownerUnreachable } from "../refusals.ts";
import type { Asked, Outcome, Route, RouteFollower, Router } from "../router.ts";

/** How often a request that gets no answer asks whether the owner still lives. */
const askEveryMs = 300;
/** An owner that lives answers in this time (a join's turn, and its commit, may take 7 s), or cannot be reached from here. */
const answerLimitMs = 8000;
/** [K27] All attempts together, with what a request waits before the first of them: it is answered within 10 s. */
const askedLimitMs = 9500;

export abstract class RoutedRequest implements RouteFollower {
  readonly asked: Asked;
  readonly #router: Router;
  readonly #client: Duplex | ServerResponse;
  readonly #until = performance.now() + askedLimitMs;

  constructor(router: Router, asked: Asked, client: Duplex | ServerResponse) {
    this.asked = asked;
    this.#router = router;
    this.#client = client;
  }

  /** Serves it in this process; `held` is the event, when it is known to be this process's. */
  protected abstract serveHere(held: Held | undefined): Promise<void>;

  /** Carries it to another process, until that has answered or `signal` is aborted. */
  protected abstract carryTo(address: string, signal: AbortSignal): Promise<Outcome>;

  /** @throws Refusal 503 */
  run(): Promise<void> {
    return this.#router.route(this.asked, this);
  }

  async follow(route: Route): Promise<Outcome> {
    if (this.#client.destroyed) return "done";
    if (route.to === "there") return this.#carryWhileOwned(route.address);
    await this.serveHere(route.held);
    return "done";
  }

  /**
   * Carries it for as long as its addressee owns the event, and no longer than the limits: one that has stopped answers
   * nothing.
   * @throws Refusal 503 when it owns the event, and does not answer
   */
  async #carryWhileOwned(address: string): Promise<Outcome> {
    const abort = new AbortController();
    const timer = setInterval(() => {
      void this.#router.isStillAt(this.asked.roomId, address).then((isThere) => isThere || abort.abort());
    }, askEveryMs);
    const limitMs = Math.min(answerLimitMs, this.#until - performance.now());
    const limit = setTimeout(() => abort.abort("late"), limitMs);
    try {
      const outcome = await this.carryTo(address, abort.signal);
      if (outcome === "done" || abort.signal.reason !== "late") return outcome;
    } finally {
      clearInterval(timer);
      clearTimeout(limit);
    }
    throw ownerUnreachable();
  }
}
