// Takes in events that nobody owns any more and nobody has asked for yet, and those that are this process's without a
// room here: their countdowns must end, too.
// Every process looks, at its own moments; which of them gets an event is for Redis to decide.
import type { Clock, Timer } from "../clock.ts";
import { roomIdOf } from "../protocol/event-key.ts";
import type { SeatStore } from "../store/seat-store.ts";
import type { Member } from "./member.ts";
import type { OwnershipReporter } from "./ownership-reporter.ts";
import type { RedisLeases } from "./redis-leases.ts";
import type { Splices } from "./carrying/splices.ts";

/** What is swept for, and with: the parts of the cluster. */
export interface Swept {
  readonly member: Member;
  readonly leases: RedisLeases;
  readonly splices: Splices;
  readonly store: SeatStore;
}

/** What the cluster has of its process. */
interface Surroundings {
  readonly clock: Clock;
  readonly reporter: OwnershipReporter;
}

const atOnce = 4;

export class Sweep {
  readonly #cluster: Swept;
  readonly #clock: Clock;
  readonly #reporter: OwnershipReporter;
  readonly #everyMs: number;
  #timer: Timer | undefined;
  #isStopped = false;
  /** The Redis in which events that nobody ever claimed have been looked for. */
  #lookedIn = "";

  constructor(cluster: Swept, { clock, reporter }: Surroundings, leaseMs: number) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#reporter = reporter;
    this.#everyMs = leaseMs / 2;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#timer = this.#clock.after(this.#everyMs * (0.5 + Math.random()), () => {
      this.run()
        .catch((error: unknown) => this.#reporter.reportError("cluster", error))
        .finally(() => this.start());
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async run(): Promise<void> {
    const { leases, member } = this.#cluster;
    if (!member.isWarmedUp(this.#clock.now())) return; // who has just come knows less than the others
    await this.#cutDeadEnds();
    await member.reconcile();
    const orphans = this.#shuffled(await leases.orphans());
    const takers = Array.from({ length: atOnce }, async () => {
      for (let roomId = orphans.pop(); roomId !== undefined; roomId = orphans.pop()) await this.#take(roomId);
    });
    await Promise.all(takers);
    if (this.#lookedIn !== member.redis) await this.#takeUnclaimed();
  }

  /** WebSockets to a process whose lease ran out: it has stopped, and their clients would wait for nothing. */
  async #cutDeadEnds(): Promise<void> {
    const { leases, splices } = this.#cluster;
    const addresses = splices.addresses();
    if (addresses.length === 0) return;
    const alive = new Set((await leases.peers()).map(({ address }) => address));
    for (const address of addresses) if (!alive.has(address)) splices.cut(address);
  }

  async #take(roomId: string, eventId?: string): Promise<void> {
    const { member } = this.#cluster;
    if (this.#isStopped || member.isDraining) return;
    try {
      await member.claim(roomId, eventId);
      if (member.held(roomId) !== undefined) await member.open(roomId);
    } catch (error) {
      this.#reporter.reportError("cluster", error);
    }
  }

  /** Once for each Redis: events stored before there was a cluster, or whose leases this Redis has lost. */
  async #takeUnclaimed(): Promise<void> {
    const { leases, store, member } = this.#cluster;
    const { redis } = member;
    const byRoom = new Map((await store.eventIds()).map((eventId) => [roomIdOf(eventId), eventId]));
    for (const roomId of this.#shuffled(await leases.unclaimed([...byRoom.keys()])))
      await this.#take(roomId, byRoom.get(roomId));
    this.#lookedIn = redis;
  }

  /** Each process begins elsewhere, so that they share the work. */
  #shuffled<Item>(items: Item[]): Item[] {
    for (let i = items.length - 1; i > 0; i--) {
      const other = Math.floor(Math.random() * (i + 1));
      [items[i], items[other]] = [items[other] as Item, items[i] as Item];
    }
    return items;
  }
}
