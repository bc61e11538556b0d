// One event of the churn: who has a seat in it, and a witness that never drops, who must be told of everything that is
// done there, each once, and of nothing else. Does nothing by itself.
import { Crowd, type Kind, kinds, Participant } from "../bench/running/crowd.ts";
import { sleep, within } from "./within.ts";

/** The longest that a word may be under way, in ms: far more than any stall that should be there. */
const toldWithinMs = 10_000;
const words: Readonly<Record<number, string>> = {
  [kinds.joined]: "join",
  [kinds.away]: "drop",
  [kinds.back]: "return",
  [kinds.left]: "leave",
  [kinds.news]: "broadcast",
};

export class Guest extends Participant {
  /** When it last beat, in ms of performance.now(). */
  beatenAt = performance.now();
  /** It is connected, and nothing is being done with it. */
  isFree = false;
}

interface Wait {
  readonly goal: number;
  readonly resolve: () => void;
}

interface Expiry {
  readonly at: number;
  /** The how-manyth to leave, once it is due. */
  goal: number;
}

export class Venue {
  readonly witness: Guest;
  /** Everyone else who has a seat, or is about to. */
  readonly guests = new Set<Guest>();
  readonly #made = new Uint32Array(8);
  readonly #waits: Wait[][] = Array.from({ length: 8 }, () => []);
  readonly #expiries = new Set<Expiry>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #onFault: (fault: string) => void;

  constructor(witness: Guest, onFault: (fault: string) => void) {
    this.witness = witness;
    this.#onFault = onFault;
  }

  get eventId(): string {
    return this.witness.eventId;
  }

  /** Something of a kind is about to be done: resolves when the witness has been told of it and all before it. */
  told(kind: Kind): Promise<void> {
    return this.#toldOf(kind, this.#make(kind));
  }

  /** The same of an expiry, which nobody makes: not before `at`, in ms of performance.now(). */
  async toldOfExpiry(at: number): Promise<void> {
    const expiry: Expiry = { at, goal: 0 };
    this.#expiries.add(expiry);
    await sleep(Math.max(0, at - performance.now()));
    this.#takeDue(Math.max(at, performance.now()));
    await this.#toldOf(kinds.left, expiry.goal);
  }

  /** The witness has heard something. */
  heard(kind: Kind): void {
    if (kind === kinds.ack) return;
    if (kind === kinds.left) this.#takeDue(performance.now()); // a busy generator reads before its timers fire
    const heard = this.#heardOf(kind);
    if (heard > this.#madeOf(kind))
      this.#onFault(`the witness was told of a ${words[kind]} that nobody made`);
    const waits = this.#waits[kind] as Wait[];
    while ((waits[0]?.goal ?? Number.POSITIVE_INFINITY) <= heard) waits.shift()?.resolve();
  }

  /** What the witness has been told too little or too much of, as sentences. */
  differences(): string[] {
    return Object.values(kinds)
      .filter((kind) => kind !== kinds.ack && this.#heardOf(kind) !== this.#madeOf(kind))
      .map((kind) => `${this.#heardOf(kind)} of ${this.#madeOf(kind)} told: ${words[kind]}`);
  }

  /** Remembers what is being done here until it is over. */
  track(task: Promise<void>): void {
    const tracked = task.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  /** Nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #make(kind: Kind): number {
    const made = this.#madeOf(kind) + 1;
    this.#made[kind] = made;
    return made;
  }

  #takeDue(now: number): void {
    for (const expiry of this.#expiries) {
      if (expiry.at > now) continue;
      this.#expiries.delete(expiry);
      expiry.goal = this.#make(kinds.left);
    }
  }

  async #toldOf(kind: Kind, goal: number): Promise<void> {
    if (goal <= this.#heardOf(kind)) return;
    const told = new Promise<void>((resolve) => this.#waits[kind]?.push({ goal, resolve }));
    await within(toldWithinMs, `the witness is told of a ${words[kind]}`, told);
  }

  #madeOf(kind: Kind): number {
    return this.#made[kind] as number;
  }

  #heardOf(kind: Kind): number {
    return this.witness.heard[kind] as number;
  }
}

/** A crowd of which only the witnesses matter. */
export class Town extends Crowd {
  readonly #venues = new Map<Participant, Venue>();

  open(venue: Venue): void {
    this.#venues.set(venue.witness, venue);
  }

  forget(venue: Venue): void {
    this.#venues.delete(venue.witness);
  }

  override heard(participant: Participant, kind: Kind): void {
    this.#venues.get(participant)?.heard(kind);
  }
}
