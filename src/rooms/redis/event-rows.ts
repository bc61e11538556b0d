// The rows of event rooms in the framework's listing, for the monitor and the host's page: written by the owner of the event
// only, at most twice a second, and no failure of it reaches a join. Which room an event has is not asked here.
import { type IRoomCache, initializeRoomCache, matchMaker } from "@colyseus/core";
import { keyOfRoom } from "../../store/redis/redis-keys.ts";
import { listingOf } from "../internals/core.ts";
import { type Listing, listingKey } from "./listing.ts";

const writeEveryMs = 500;

export class EventRows {
  readonly #owner: string;
  readonly #listing: Listing;
  readonly #dirty = new Map<string, IRoomCache>();
  #timer: NodeJS.Timeout | undefined;

  /** @param owner the name that event leases have for this process */
  constructor(listing: Listing, owner: string) {
    this.#listing = listing;
    this.#owner = owner;
  }

  /** One room of an id: a second one in this process, or one whose event is not ours, is discarded. */
  async insert(room: IRoomCache): Promise<boolean> {
    if (this.find(room.roomId) !== undefined) return false;
    await this.#write(room); // not being listed is no reason not to serve
    return true;
  }

  /** Has the row written, soon. */
  persist(room: IRoomCache): void {
    this.#dirty.set(room.roomId, room);
    this.#timer ??= setTimeout(() => void this.#flush(), writeEveryMs).unref();
  }

  /** Takes the row out, unless it has become another process's. Resolves with whether there was one. */
  async remove(roomId: string): Promise<boolean> {
    this.#dirty.delete(roomId);
    return this.#listing.unlist(listingKey, roomId, matchMaker.processId).then(
      (removed) => removed === 1,
      () => false,
    );
  }

  /** Looked for in this process only: whoever asks has been routed here, and would open the event here. */
  find(roomId: string): IRoomCache | undefined {
    const room = matchMaker.getLocalRoomById(roomId);
    return room === undefined ? undefined : listingOf(room);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    const rooms = [...this.#dirty.values()];
    this.#dirty.clear();
    await Promise.all(rooms.map((room) => this.#write(room)));
  }

  async #write(room: IRoomCache): Promise<void> {
    const lease = keyOfRoom("lease", room.roomId);
    const row = JSON.stringify(initializeRoomCache(room));
    await this.#listing.list(listingKey, lease, room.roomId, row, this.#owner).catch(() => 0);
  }
}
