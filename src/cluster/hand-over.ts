// The way out of a process that drains: it gives each of its events to a process that stays, after the event's last
// commit, and asks everyone in it to come back (4010).
import { offer } from "./carrying/adoption.ts";
import type { Held } from "./held.ts";
import type { LocalRoom, LocalRooms } from "./local-rooms.ts";
import type { Member } from "./member.ts";
import type { OwnershipReporter } from "./ownership-reporter.ts";
import type { LivingPeer, RedisLeases } from "./redis-leases.ts";

/** Events handed over at the same time. */
const atOnce = 8;
/** How many processes are asked to take an event, and how long each has to answer. */
const [offersEach, offerLimitMs] = [3, 1500];
/** How long an event that is handed over waits for a slow store. */
const storeLimitMs = 2000;

export class HandOver {
  readonly #member: Member;
  readonly #leases: RedisLeases;
  readonly #rooms: LocalRooms;
  readonly #reporter: OwnershipReporter;
  /** The processes that stay, and whose turn it is: they share the events. */
  #peers: LivingPeer[] = [];
  #turn = Math.floor(Math.random() * 1000);

  constructor(member: Member, leases: RedisLeases, rooms: LocalRooms, reporter: OwnershipReporter) {
    this.#member = member;
    this.#leases = leases;
    this.#rooms = rooms;
    this.#reporter = reporter;
  }

  /** Hands every event over. Never rejects: what could not be offered is taken when its lease has run out. */
  async run(): Promise<void> {
    const others = await this.#leases.peers().catch(() => []);
    this.#peers = others.filter(({ isDraining }) => !isDraining);
    const events = this.#member.events();
    for (const held of events) held.isLeaving = true; // from here on, requests wait for the new owner
    const givers = Array.from({ length: atOnce }, async () => {
      for (let held = events.pop(); held !== undefined; held = events.pop()) await this.#give(held);
    });
    await Promise.all(givers);
  }

  /** Stores an event's last changes, gives it up, finds it a new owner, then sends everyone on. */
  async #give(held: Held): Promise<void> {
    let room: LocalRoom | undefined;
    try {
      await held.opening?.catch(() => {}); // whoever asked for it is answered
      room = this.#rooms.get(held.roomId);
      if (room === undefined || room.isDisposing) return await this.#member.giveUp(held, !held.existed);
      await this.#handOver(held, room);
    } catch (error) {
      this.#reporter.reportError("cluster", error); // its lease will run out
    }
    await room?.sendOn();
    return undefined;
  }

  async #handOver(held: Held, room: LocalRoom): Promise<void> {
    if (!(await room.lastWord(storeLimitMs))) throw new Error("not everything could be stored in time");
    await this.#member.giveUp(held, false);
    const { eventId: event_id, epoch } = held;
    this.#reporter.recordOwnership("handed_over", { event_id, epoch });
    await this.#offer(held);
  }

  async #offer({ roomId, type }: Held): Promise<void> {
    const peers = this.#peers.filter(({ types }) => types.has(type));
    for (let tries = 0; tries < Math.min(offersEach, peers.length); tries++) {
      this.#turn += 1;
      const { address } = peers[this.#turn % peers.length] as LivingPeer;
      if (await offer(address, roomId, this.#member.secret, offerLimitMs)) return;
    }
  }
}
