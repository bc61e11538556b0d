// What an ordinary room would show instead: whose socket is lost has left, and whoever comes back is somebody new, with
// nothing. Worked out from what really happened. Pure.

/** A player as the real room has them. */
export interface Player {
  readonly deviceId: string;
  readonly isAway: boolean;
  readonly score: number;
}

/** A player as an ordinary room would. */
export interface OrdinaryPlayer {
  readonly deviceId: string;
  readonly hasLeft: boolean;
  readonly score: number;
}

export class OrdinaryRoom {
  /** The score that each had when they last came: an ordinary room counts from there. */
  readonly #lost = new Map<string, number>();
  readonly #gone = new Set<string>();

  /** The players now, in the order that is given. */
  update(players: readonly Player[]): OrdinaryPlayer[] {
    return players.map(({ deviceId, isAway, score }) => {
      if (isAway) this.#gone.add(deviceId);
      else if (this.#gone.delete(deviceId)) this.#lost.set(deviceId, score);
      const since = this.#lost.get(deviceId) ?? 0;
      return { deviceId, hasLeft: isAway, score: isAway ? 0 : score - since };
    });
  }
}
