// Which of a device's tabs, and of a page's sessions, has the seat, and with it the outbox: the newest, as at the server.
// A session of the same page knows at once; the lock tells another tab; where there is no lock a message does, and the
// name in the storage decides between two that claimed at once. Never closes a connection.
import { Outbox } from "../outbox/outbox.ts";
import { OutboxStore } from "../outbox/outbox-store.ts";
import type { Environment, Loss, TabClaim, TabClaimant, Timer } from "../platform/environment.ts";
import type { SafeStorage } from "../platform/safe-storage.ts";

/** Until all tabs see the same in their storage. */
const settledMs = 250;

/** Implemented by client/session/session-controller. */
export interface OwnershipListener {
  /** Another tab, or a newer session of this page, has the seat. */
  seatTaken(): void;
}

export class Ownership implements TabClaimant {
  readonly #environment: Environment;
  readonly #storage: SafeStorage;
  readonly #seatKey: string;
  readonly #of: unknown;
  readonly #listener: OwnershipListener;
  #claim: TabClaim | undefined;
  #doubt: Timer | undefined;
  #store: OutboxStore | undefined;

  /** `of`: sessions of one page that have it in common, and the seat's key, are one participant's. */
  constructor(
    environment: Environment,
    storage: SafeStorage,
    seatKey: string,
    of: unknown,
    listener: OwnershipListener,
  ) {
    this.#environment = environment;
    this.#storage = storage;
    this.#seatKey = seatKey;
    this.#of = of;
    this.#listener = listener;
  }

  /** Takes the seat from whatever tab has it. */
  claim(): void {
    this.release();
    this.#claim = this.#environment.claim(`holdfast:${this.#seatKey}`, this.#of, this);
  }

  release(): void {
    this.#claim?.release();
    this.#claim = undefined;
    this.#doubt?.cancel();
  }

  /** Resolves when the other tab knows. */
  async granted(): Promise<void> {
    await this.#claim?.granted;
  }

  /** False when another page has taken the outbox over. */
  get hasOutbox(): boolean {
    return this.#store !== undefined && this.#store.owner !== "another";
  }

  /** Takes the outbox, as whoever had it has left it. */
  openOutbox(): Outbox {
    this.#store = new OutboxStore(this.#storage, this.#seatKey, this.#environment.newId());
    return new Outbox(this.#store, this.#environment.newId);
  }

  nameLost(how: Loss): void {
    if (how === "taken" || !this.hasOutbox) return this.#listener.seatTaken();
    this.#doubt?.cancel();
    this.#doubt = this.#environment.after(settledMs, () => {
      if (!this.hasOutbox) this.#listener.seatTaken();
    });
  }
}
