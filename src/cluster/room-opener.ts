// Opens the rooms of events that this process owns: one attempt at a time for each, under a later epoch when the event
// has had a room here before. Claims nothing that is not this process's already.
import type { Clock } from "../clock.ts";
import type { Held } from "./held.ts";
import type { LocalRooms } from "./local-rooms.ts";
import type { OwnershipReporter } from "./ownership-reporter.ts";
import type { RedisLeases } from "./redis-leases.ts";
import type { Opening } from "../protocol/incoming/opening.ts";
import { eventHasMoved, eventNotOpened } from "./refusals.ts";

/** How long an opening waits for the room before it to be disposed of, and how often it looks. */
const [disposalLimitMs, disposalPollMs] = [3000, 10];

export class RoomOpener {
  readonly #leases: RedisLeases;
  readonly #rooms: LocalRooms;
  readonly #clock: Clock;
  readonly #reporter: OwnershipReporter;

  constructor(leases: RedisLeases, rooms: LocalRooms, clock: Clock, reporter: OwnershipReporter) {
    this.#leases = leases;
    this.#rooms = rooms;
    this.#clock = clock;
    this.#reporter = reporter;
  }

  isOpen(roomId: string): boolean {
    return this.#rooms.get(roomId)?.isDisposing === false;
  }

  /** Makes sure that an event of ours has its room. @throws Refusal 503 when it is leaving, or cannot be read */
  async open(held: Held, asked: Opening): Promise<void> {
    if (held.isLeaving) throw eventHasMoved();
    if (this.isOpen(held.roomId)) return;
    held.opening ??= this.#create(held, asked).finally(() => {
      held.opening = undefined;
    });
    await held.opening;
    if (!this.isOpen(held.roomId)) throw eventNotOpened();
  }

  async #create(held: Held, { type = held.type, options, details }: Opening): Promise<void> {
    try {
      await this.#disposed(held.roomId);
      if (held.hasOpened) await this.#beginAnew(held);
      await this.#rooms.create(held.eventId, { type, options, details });
      const { eventId: event_id, epoch } = held;
      this.#reporter.recordOwnership(held.existed ? "adopted" : "opened", { event_id, epoch });
      held.hasOpened = true;
      held.existed = true;
    } catch (error) {
      this.#reporter.reportError("cluster", error);
    }
  }

  /** [K16] Another room announces under another epoch: places in the first one's history would be sent twice. */
  async #beginAnew(held: Held): Promise<void> {
    const claimed = await this.#leases.claim(held.roomId, held.eventId, held.type);
    if (claimed.is !== "mine") throw eventNotOpened();
    held.epoch = claimed.epoch;
    held.hasOpened = false;
  }

  /** A room of ours that lost this event before may still be in the way. */
  async #disposed(roomId: string): Promise<void> {
    const until = this.#clock.now() + disposalLimitMs;
    while (this.#rooms.get(roomId)?.isDisposing === true && this.#clock.now() < until)
      await new Promise((resolve) => this.#clock.after(disposalPollMs, () => resolve(undefined)));
  }
}
