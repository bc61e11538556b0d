// The Redis store as a member of a cluster uses it: its sign of life is the lease, and an event that is over frees its
// own. Every write is fenced by the store itself.
import { RedisStore } from "../store/redis/redis-store.ts";
import type { EventBatch, Kept, SeatStore, StoredEvent } from "../store/seat-store.ts";
import type { Member } from "./member.ts";
import type { RedisLeases } from "./redis-leases.ts";

export class ClusterStore implements SeatStore {
  readonly onFailure = "suspend";
  readonly #member: Member;
  readonly #leases: RedisLeases;
  readonly #store: RedisStore;
  #isLost = false;

  constructor(url: string, member: Member, leases: RedisLeases) {
    this.#member = member;
    this.#leases = leases;
    this.#store = new RedisStore(url, member);
  }

  async open(): Promise<void> {
    await this.#leases.open();
    await this.#store.open();
  }

  commit(batch: readonly EventBatch[]): Promise<readonly string[]> {
    return this.#store.commit(batch);
  }

  load(eventId: string): Promise<StoredEvent | undefined> {
    return this.#store.load(eventId);
  }

  eventIds(): Promise<readonly string[]> {
    return this.#store.eventIds();
  }

  forget(eventId: string): Promise<void> {
    return this.#member.end(eventId, () => this.#store.forget(eventId));
  }

  secret(name: string, fresh: string, replaces?: string): Promise<string> {
    return this.#store.secret(name, fresh, replaces);
  }

  /** Renews the lease, which notes the instant, too. */
  async alive(at: number): Promise<Kept> {
    if ((await this.#member.renew(at)) === "lost") this.#isLost = true;
    if ((await this.#store.alive(at)) === "lost") this.#isLost = true;
    const isLost = this.#isLost; // returned once, and not lost: the second question may have failed
    this.#isLost = false;
    return isLost ? "lost" : "kept";
  }

  async close(): Promise<void> {
    await this.#store.close();
    this.#leases.close();
  }
}
