// What this session has of its device's seat, which the newest of the device's tabs has: the seat itself, and the outbox of what it
// publishes. Takes both, and hands them over. An observer has neither. Never closes a connection.
import type { PresenceResumed } from "../../protocol/session.ts";
import type { Connection } from "../connection/connection.ts";
import type { Failed } from "../outbox/messages.ts";
import { closedHere, handedOver, Publisher, rejected, replacedElsewhere } from "../outbox/publisher.ts";
import { SafeStorage } from "../platform/safe-storage.ts";
import type { EndReason, Json } from "../types/index.ts";
import { Ownership, type OwnershipListener } from "./ownership.ts";
import type { SessionParts } from "./session-parts.ts";

export class SeatHolding {
  readonly ownership: Ownership;
  readonly publisher: Publisher;
  /** Where the seat's own is kept. Nowhere for an observer: it must not take that of a participant of the same device. */
  readonly storage: SafeStorage;
  readonly #isObserver: boolean;

  /** @param listener is told that another tab, or a newer session of this page, has the seat */
  constructor(parts: SessionParts, listener: OwnershipListener) {
    const { options, environment, storage, identity, events } = parts;
    this.#isObserver = options.role === "observer";
    this.storage = this.#isObserver ? new SafeStorage(undefined) : storage;
    const of = options.storage ?? environment.storage ?? identity.proof;
    this.ownership = new Ownership(environment, this.storage, identity.seatKey, of, listener);
    this.publisher = new Publisher(environment, this.ownership.openOutbox(), events);
  }

  /** Takes the seat and its outbox from whatever tab has them. Any number of an observer's tabs may watch. */
  take(): void {
    this.#takeOutbox();
    if (!this.#isObserver) this.ownership.claim();
  }

  /** True when another tab has taken the outbox: this session is not the seat's any more. */
  get isElsewhere(): boolean {
    return !this.#isObserver && !this.ownership.hasOutbox;
  }

  /** @param ended why the session is over; undefined while it is not */
  publish(type: string, payload: Json | undefined, ended: EndReason | undefined): Promise<void> {
    if (this.#isObserver)
      return rejected({ reason: "refused", sentence: "An observer has no seat to publish from." });
    if (ended === "closed") return rejected(closedHere);
    if (ended === "replaced") return rejected(this.#replacedBy);
    if (ended !== undefined) return rejected({ reason: "ended", sentence: "The session is over." });
    return this.publisher.publish(type, payload);
  }

  /**
   * The server has let this device in, so the outbox is ours, whichever page has taken it meanwhile.
   * @returns false when the room does not know us as the seat's yet
   */
  connected(connection: Connection, { joined_at: seatSince, outbox }: PresenceResumed): boolean {
    if (this.#isObserver) return true;
    this.#takeOutbox();
    if (seatSince > 0) this.publisher.connected(connection, seatSince, outbox);
    return seatSince > 0;
  }

  /** The session is over: the seat is let go, and what waits in the outbox is whoever's has it next. */
  ended(endReason: EndReason, hasLeft: boolean): void {
    this.ownership.release();
    if (endReason === "replaced") this.publisher.handOver(this.#replacedBy);
    else if (endReason === "closed") this.publisher.handOver(closedHere);
    else this.publisher.end(hasLeft);
  }

  #takeOutbox(): void {
    if (this.ownership.hasOutbox) return;
    this.publisher.handOver(handedOver);
    this.publisher.takeOver(this.ownership.openOutbox());
  }

  /** Another tab goes on with the outbox; another device, which has a storage of its own, does not. */
  get #replacedBy(): Failed {
    return this.ownership.hasOutbox ? replacedElsewhere : handedOver;
  }
}
