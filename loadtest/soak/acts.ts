// What a guest of the churn can do, each until the server has answered and the witness of its event has been told.
// An act that is not answered as it should be throws.
import { kinds } from "../bench/running/crowd.ts";
import type { Dialect } from "../bench/dialects/dialect.ts";
import type { Guest, Venue } from "./venue.ts";
import { within } from "./within.ts";

export const operations = [
  "join",
  "beat",
  "broadcast",
  "drop",
  "return by token",
  "return by join",
  "expiry",
  "leave",
] as const;
export type Operation = (typeof operations)[number];

const answerMs = 10_000;
/** Two clocks of one machine, and timers that fire on whole milliseconds. */
const clockSlackMs = 20;

/** Acts of those who speak one dialect; `done` is called with each that was answered. */
export class Acts {
  readonly #dialect: Dialect;
  readonly #graceMs: number;
  readonly #done: (operation: Operation) => void;

  constructor(dialect: Dialect, graceMs: number, done: (operation: Operation) => void) {
    this.#dialect = dialect;
    this.#graceMs = graceMs;
    this.#done = done;
  }

  /** Takes a seat; `venue` is undefined when there is nobody to be told. */
  join(venue: Venue | undefined, guest: Guest): Promise<void> {
    const told = venue?.told(kinds.joined) ?? Promise.resolve();
    return this.#answered("join", this.#dialect.join(guest), told);
  }

  async beat(guest: Guest): Promise<void> {
    connectionOf(guest);
    await this.#answered("beat", this.#dialect.beat(guest));
  }

  async broadcast(venue: Venue, guest: Guest): Promise<void> {
    connectionOf(guest);
    const told = venue.told(kinds.news);
    this.#dialect.tellAll(guest);
    await this.#answered("broadcast", told);
  }

  /** The socket dies. Resolves with when it did, in ms of performance.now(), once the drop has been told. */
  async drop(venue: Venue, guest: Guest): Promise<number> {
    const link = connectionOf(guest);
    const told = venue.told(kinds.away);
    const droppedAt = performance.now(); // at the latest: nobody may be given up sooner than this and the grace
    link.drop();
    guest.link = undefined;
    await this.#answered("drop", told);
    return droppedAt;
  }

  returnByToken(venue: Venue, guest: Guest): Promise<void> {
    return this.#answered("return by token", this.#dialect.comeBack(guest), venue.told(kinds.back));
  }

  returnByJoin(venue: Venue, guest: Guest): Promise<void> {
    return this.#answered("return by join", this.#dialect.join(guest), venue.told(kinds.back));
  }

  /** Waits for the end of the grace of one who does not come back; a word before it is one too many. */
  async expiry(venue: Venue, droppedAt: number): Promise<void> {
    await venue.toldOfExpiry(droppedAt + this.#graceMs - clockSlackMs);
    this.#done("expiry");
  }

  /** Gives the seat up; `venue` is undefined when there is nobody to be told. */
  async leave(venue: Venue | undefined, guest: Guest): Promise<void> {
    connectionOf(guest);
    const told = venue?.told(kinds.left) ?? Promise.resolve();
    await this.#answered("leave", this.#dialect.leave(guest), told);
  }

  async #answered(operation: Operation, ...answers: readonly Promise<void>[]): Promise<void> {
    await within(answerMs, operation, Promise.all(answers));
    this.#done(operation);
  }
}

function connectionOf({ link }: Guest): NonNullable<Guest["link"]> {
  if (link === undefined) throw new Error("the server had closed its socket");
  return link;
}
