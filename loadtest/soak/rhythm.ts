// How often what is done in the churn. Pure.

/** Each second, of the participants. A minute of 500 has some hundreds of each, and a server that hardly works. */
const shares = { join: 0.1, drop: 0.02, leave: 0.01, broadcast: 0.002 } as const;
export type Paced = keyof typeof shares;

export class Rhythm {
  readonly #participants: number;
  readonly #owed: Record<Paced, number> = { join: 0, drop: 0, leave: 0, broadcast: 0 };

  constructor(participants: number) {
    this.#participants = participants;
  }

  /** How many acts of a kind are due after another `elapsedMs`; what is left over is not forgotten. */
  due(what: Paced, elapsedMs: number): number {
    this.#owed[what] += (shares[what] * this.#participants * elapsedMs) / 1000;
    const due = Math.floor(this.#owed[what]);
    this.#owed[what] -= due;
    return due;
  }
}
