// One attempt at a connection: dialled, let in, and the first state is there. Until then every end of it is a failure
// of the attempt; from then on it is a connection that can be lost. Who has let go of it hears nothing more of it.
import { deferred } from "../session/deferred.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import type { Dial, Dialed, Dialing, Link, LinkEvents, Target, Ticket } from "./connection.ts";
import type { Attempt } from "./reconnect-loop.ts";
import { failureOfClose } from "./route.ts";

export interface AttemptEvents extends LinkEvents {
  joined(link: Link, ticket: Ticket): void;
  /** The first state is there. */
  arrived(): void;
  /** It was let in, and went no further. */
  failed(): void;
}

export class LinkAttempt implements Attempt, LinkEvents {
  readonly #events: AttemptEvents;
  readonly #dialed = deferred<Dialed>();
  #dialing: Dialing | undefined;
  #joined: Dialed | undefined;
  #isArrived = false;
  #isOver = false;
  #lingers: Timer | undefined;

  constructor(events: AttemptEvents) {
    this.#events = events;
  }

  get result(): Promise<Dialed> {
    return this.#dialed.promise;
  }

  begin(dial: Dial, target: Promise<Target>): void {
    this.#reach(dial, target).catch(() => this.#dialed.resolve({ type: "unreachable" }));
  }

  abort(): void {
    if (this.#isArrived || this.#isOver) return;
    this.#isOver = true;
    this.#dialing?.abort();
    if (this.#joined !== undefined) this.#events.failed();
  }

  /** Lets go of the connection; whoever has the link may still speak over it. */
  release(): void {
    this.#isOver = true;
  }

  drop(): void {
    this.release();
    if (this.#joined?.type === "joined") this.#joined.link.drop();
  }

  /** Lets go of it, and leaves it to the other side to close, for `limitMs`. */
  linger(environment: Environment, limitMs: number): void {
    this.release();
    this.#lingers = environment.after(limitMs, () => this.drop());
  }

  async #reach(dial: Dial, target: Promise<Target>): Promise<void> {
    const to = await target;
    if (this.#isOver) return;
    this.#dialing = dial(to, this);
    const dialed = await this.#dialing.result;
    if (this.#isOver) {
      if (dialed.type === "joined") dialed.link.drop();
      return;
    }
    if (dialed.type !== "joined") return this.#dialed.resolve(dialed);
    this.#joined = dialed;
    this.#events.joined(dialed.link, dialed.ticket);
  }

  // --- what the link says ---

  heard(): void {
    if (!this.#isOver) this.#events.heard();
  }

  message(type: string, payload: unknown): void {
    if (!this.#isOver) this.#events.message(type, payload);
  }

  state(state: unknown): void {
    if (this.#isOver) return;
    this.#events.state(state);
    if (this.#isArrived || this.#isOver || this.#joined === undefined) return;
    this.#isArrived = true;
    this.#dialed.resolve(this.#joined);
    this.#events.arrived();
  }

  closed(code: number): void {
    this.#lingers?.cancel();
    if (this.#isOver) return;
    if (this.#isArrived) return this.#events.closed(code);
    this.#isOver = true;
    this.#events.failed();
    this.#dialed.resolve(failureOfClose(code));
  }
}
