// The rows of plain rooms in the framework's listing, by which every process finds them: written at once, as the framework's
// own driver does. What Redis did not take is written when it does: no failure ends a process, or holds a leaving client up.
import { type IRoomCache, matchMaker } from "@colyseus/core";
import { type Listing, listingKey } from "./listing.ts";

const retryEveryMs = 1000;

export class PlainRows {
  readonly #listing: Listing;
  /** Rows that Redis did not take; undefined for one that is to go. */
  readonly #missed = new Map<string, IRoomCache | undefined>();
  #timer: NodeJS.Timeout | undefined;

  constructor(listing: Listing) {
    this.#listing = listing;
  }

  /**
   * Lists a new room: one of an id in the whole cluster, as MatchMakerDriver.insert has it (redis-driver 0.18.3 has no
   * `insert` yet). Resolves with false when there is one of this id.
   * @throws Error when Redis does not answer: nobody could find the room
   */
  async insert(room: IRoomCache): Promise<boolean> {
    this.#missed.delete(room.roomId);
    return (await this.#listing.hsetnx(listingKey, room.roomId, JSON.stringify(room))) === 1;
  }

  /** Writes the row as it is now. Resolves with false when Redis did not take it yet. */
  async write(room: IRoomCache): Promise<boolean> {
    this.#missed.delete(room.roomId);
    try {
      await this.#listing.hset(listingKey, room.roomId, JSON.stringify(room));
      return true;
    } catch {
      return this.#missedIt(room.roomId, room);
    }
  }

  /** Takes the row out, unless it has become another process's. Resolves with whether there was one. */
  async remove(roomId: string): Promise<boolean> {
    this.#missed.delete(roomId);
    try {
      return (await this.#listing.unlist(listingKey, roomId, matchMaker.processId)) === 1;
    } catch {
      return this.#missedIt(roomId, undefined);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#missed.clear();
  }

  #missedIt(roomId: string, room: IRoomCache | undefined): false {
    this.#missed.set(roomId, room);
    this.#timer ??= setTimeout(() => void this.#retry(), retryEveryMs).unref();
    return false;
  }

  async #retry(): Promise<void> {
    this.#timer = undefined;
    const missed = [...this.#missed];
    await Promise.all(missed.map(([id, room]) => (room === undefined ? this.remove(id) : this.write(room))));
  }
}
