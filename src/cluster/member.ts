// This process as a member of the cluster: which events are its own and at which epoch, how it comes by them and how
// it loses them. Serves nobody and routes nothing; whatever it does not hold by its lease, it does not touch.
import type { Clock } from "../clock.ts";
import { roomIdOf } from "../protocol/event-key.ts";
import type { Opening } from "../protocol/incoming/opening.ts";
import type { Proof } from "../store/committer.ts";
import type { Fence } from "../store/redis/redis-store.ts";
import type { Kept } from "../store/seat-store.ts";
import { AbsentPeers } from "./absent-peers.ts";
import { LeaseProof } from "./lease-proof.ts";
import { type Held, newlyHeld } from "./held.ts";
import type { LocalRooms } from "./local-rooms.ts";
import type { OwnershipReporter } from "./ownership-reporter.ts";
import type { Claimed, RedisLeases } from "./redis-leases.ts";
import { eventHasMoved } from "./refusals.ts";
import { RoomOpener } from "./room-opener.ts";

/** How long a new seat waits for those who are on their way from where the event was. */
const returnersFirstMs = 500;

export class Member implements Fence, Proof {
  readonly owner: string;
  address = "";
  isDraining = false;
  /** Known to every process that may use this Redis, and to nobody else. */
  secret = "";
  readonly #leases: RedisLeases;
  readonly #clock: Clock;
  readonly #rooms: LocalRooms;
  readonly #reporter: OwnershipReporter;
  readonly #opener: RoomOpener;
  readonly #proof: LeaseProof;
  readonly #absent: AbsentPeers;
  readonly #held = new Map<string, Held>();
  readonly #claiming = new Map<string, Promise<Claimed>>();
  /** Given up just now: Redis may still say that they are ours. */
  readonly #releasing = new Set<string>();

  constructor(
    parts: {
      id: string;
      leases: RedisLeases;
      clock: Clock;
      rooms: LocalRooms;
      reporter: OwnershipReporter;
    },
    leaseMs: number,
  ) {
    this.owner = parts.id;
    this.#leases = parts.leases;
    this.#clock = parts.clock;
    this.#rooms = parts.rooms;
    this.#reporter = parts.reporter;
    this.#opener = new RoomOpener(parts.leases, parts.rooms, parts.clock, parts.reporter);
    this.#proof = new LeaseProof(leaseMs);
    this.#absent = new AbsentPeers(parts.leases);
  }

  // --- what the store and its queue ask ---

  epochOf(eventId: string): number | undefined {
    return this.#held.get(roomIdOf(eventId))?.epoch;
  }

  holds(now: number): boolean {
    return this.#proof.holds(now);
  }

  maySpeak(): boolean {
    return this.#proof.maySpeak(this.#clock.now());
  }

  /** It has had its lease for so long that whoever lives has renewed theirs, too. */
  isWarmedUp(now: number): boolean {
    return this.#proof.isWarmedUp(now);
  }

  /** Which Redis answered last, and since when it counts. */
  get redis(): string {
    return this.#proof.redis;
  }

  fenced(eventId: string): void {
    const roomId = roomIdOf(eventId);
    const held = this.#held.get(roomId);
    if (held === undefined) this.#rooms.get(roomId)?.lose();
    else
      this.#confirm([held]).then(
        () => this.#rooms.get(roomId)?.rewrite(),
        () => {
          this.#proof.unanswered(); // asked again by the next renewal
        },
      );
  }

  /**
   * Renews the lease; `lost` when it may have run out, or Redis may have forgotten what it had acknowledged: another
   * Redis answers than the last time, or one that remembers less. Then nothing is announced until every event of ours has
   * been confirmed.
   */
  async renew(at: number): Promise<Kept> {
    const sentAt = this.#clock.now();
    const { owner: id, address, isDraining } = this;
    const renewal = await this.#leases.renew({ id, address, isDraining }, at).catch((error: unknown) => {
      this.#proof.failed(sentAt, this.#clock.now(), this.#leases.commandTimeoutMs);
      throw error;
    });
    this.secret = renewal.secret;
    const isDoubtful = this.#proof.answered(renewal);
    await this.#absent.renewed(renewal.peers, renewal.previousAt === -1);
    if (isDoubtful) await this.#confirm([...this.#held.values()]).then(() => this.#leases.isBack());
    this.#proof.renewed(sentAt, at);
    return isDoubtful ? "lost" : "kept";
  }

  async #confirm(held: readonly Held[]): Promise<void> {
    const asked = held.map(({ roomId, eventId, type, epoch }) => ({ roomId, eventId, type, epoch }));
    const kept = await this.#leases.confirm(asked);
    for (const [i, one] of held.entries())
      if (kept[i] === false && one.epoch === asked[i]?.epoch) this.#lose(one);
  }

  #lose(held: Held): void {
    if (this.#held.get(held.roomId) !== held) return;
    this.#held.delete(held.roomId);
    this.#reporter.recordOwnership("lost", { event_id: held.eventId, epoch: held.epoch });
    this.#rooms.get(held.roomId)?.lose();
  }

  // --- coming by events ---

  held(roomId: string): Held | undefined {
    return this.#held.get(roomId);
  }

  events(): Held[] {
    return [...this.#held.values()];
  }

  /** Whose event this is, claimed if it may be. One question at a time for each room. */
  async claim(roomId: string, eventId?: string, type?: string): Promise<Claimed | Held> {
    for (;;) {
      const held = this.#held.get(roomId);
      if (held !== undefined) return held;
      const asked = this.#claiming.get(roomId);
      if (asked === undefined) break;
      await asked.catch(() => {}); // whoever asked is answered
    }
    const asked = this.#claim(roomId, eventId, type).finally(() => this.#claiming.delete(roomId));
    this.#claiming.set(roomId, asked);
    const claimed = await asked;
    return this.#held.get(roomId) ?? claimed;
  }

  async #claim(roomId: string, eventId?: string, asked?: string): Promise<Claimed> {
    const claimed = await this.#leases.claim(roomId, eventId, asked);
    if (claimed.is !== "mine") return claimed;
    const { eventId: owned, type, epoch, existed } = claimed;
    this.#held.set(roomId, newlyHeld(roomId, owned, type, epoch, existed));
    return claimed;
  }

  /** Makes sure that an event of ours that was there before has its room. @throws Refusal 503 */
  async restore(roomId: string): Promise<void> {
    if (this.#held.get(roomId)?.existed) await this.open(roomId);
  }

  /** True for an event that was new when it was claimed, and has had no room since. */
  isNew(roomId: string): boolean {
    return this.#held.get(roomId)?.existed === false;
  }

  /**
   * Makes sure that an event has its room here.
   * @param asked what it is opened as when there is no such event yet
   * @throws Refusal 503 when it is another process's.
   */
  async openFor(eventId: string, asked: Opening): Promise<void> {
    const roomId = roomIdOf(eventId);
    if (!this.#held.has(roomId) && !this.isDraining) await this.claim(roomId, eventId, asked.type);
    await this.open(roomId, asked);
  }

  /** Takes an event that another process offers, with everyone in it about to come. @throws Refusal 503 */
  async adopt(roomId: string): Promise<void> {
    const held = this.#held.get(roomId);
    if (held !== undefined) held.joinsAllowedAt = this.#clock.now() + returnersFirstMs;
    await this.open(roomId);
  }

  /** [K6] resolves when a new seat may be taken; undefined: now. */
  waitForReturners(roomId: string): Promise<void> | undefined {
    const waitMs = (this.#held.get(roomId)?.joinsAllowedAt ?? 0) - this.#clock.now();
    return waitMs > 0 ? new Promise((resolve) => this.#clock.after(waitMs, resolve)) : undefined;
  }

  /**
   * Makes sure that an event of ours has its room.
   * @param asked what it is opened as when there is no such event yet; left out, it is the type that it was claimed for
   * @throws Refusal 503 when it is not ours, or cannot be read.
   */
  async open(roomId: string, asked: Opening = {}): Promise<void> {
    const held = this.#held.get(roomId);
    if (held === undefined) throw eventHasMoved();
    await this.#opener.open(held, asked);
  }

  /** The event has been stored and its room is going: opens another for it when that is `gone`. */
  again(eventId: string, gone: Promise<unknown>): void {
    const held = this.#held.get(roomIdOf(eventId));
    if (held !== undefined) void gone.then(() => this.#openOrGiveUp(held));
  }

  /** Someone is here who may make this event's room come to be. Call what it returns when they have gone. */
  visit(held: Held): () => void {
    held.visitors += 1;
    return () => {
      held.visitors -= 1;
      if (held.visitors > 0 || this.#opener.isOpen(held.roomId) || held.opening !== undefined) return;
      void this.#openOrGiveUp(held);
    };
  }

  /** An event of ours without a room, that nobody is about to open: opened if it was there before, otherwise given up. */
  async #openOrGiveUp(held: Held): Promise<void> {
    try {
      if (held.existed) await this.open(held.roomId);
      else await this.giveUp(held, true);
    } catch (error) {
      this.#reporter.reportError("cluster", error); // the next sweep tries again
    }
  }

  /**
   * Sees to it that every event that is ours has a room here: one that could not be opened at once, and one that Redis
   * says is ours while we do not know of it, because the answer to a claim, or a release, was lost.
   */
  async reconcile(): Promise<void> {
    const owned = await this.#leases.owned();
    for (const roomId of owned) {
      if (this.#held.has(roomId) || this.#claiming.has(roomId) || this.#releasing.has(roomId)) continue;
      await this.claim(roomId); // at a later epoch
    }
    for (const held of this.#held.values()) {
      const isBusy = held.visitors > 0 || held.isLeaving || held.opening !== undefined;
      if (!isBusy && !this.#opener.isOpen(held.roomId)) await this.#openOrGiveUp(held);
    }
  }

  // --- parting with events ---

  /** Lets go of an event: with `isOver` Redis forgets it, otherwise anyone may take it at once. */
  async giveUp(held: Held, isOver: boolean): Promise<void> {
    if (this.#held.get(held.roomId) === held) this.#held.delete(held.roomId);
    this.#releasing.add(held.roomId);
    await this.#leases
      .release(held.roomId, held.epoch, isOver)
      .finally(() => this.#releasing.delete(held.roomId));
  }

  /** The event is over: it is not opened any more, and once `forget` has forgotten it, it is nobody's. */
  async end(eventId: string, forget: () => Promise<void>): Promise<void> {
    const held = this.#held.get(roomIdOf(eventId));
    if (held === undefined) return forget();
    held.isLeaving = true;
    try {
      await forget();
    } catch (error) {
      held.isLeaving = false; // it still has its seats: the next sweep opens it
      throw error;
    }
    return this.giveUp(held, true);
  }
}
