// Which of a device's tabs, and of a page's sessions, has the seat, and with it the outbox: the newest, as at the server.
// A session of the same page knows at once; the lock tells another tab; where there is no lock a message does, and the
// name in the storage decides between two that claimed at once. Never closes a connection.
import { Outbox } from "../outbox/outbox.ts";
import { OutboxStore } from "../outbox/outbox-store.ts";
import type { Environment, Loss, TabClaim, TabClaimant, Timer } from "../platform/environment.ts";
import type { SafeStorage } from "../platform/safe-storage.ts";

/** Until all tabs see the same in their storage. */
const settledMs = 250;
/** How late the server may see what an older session of this page had under way when the seat was taken from it. */
const echoMs = 5000;

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
  /** Until when the server may take the older session's connection for the newer one. */
  #echoUntil = 0;

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
    this.#echoUntil = this.#claim.isFromThisPage ? this.#environment.now() + echoMs : 0;
  }

  /**
   * True once in a claim, for 5 s: the server says that we are replaced, and it may be by the connection that an older session of
   * this page was making. It has given that up; without us nobody would have the seat. Once: anybody else may keep it.
   */
  isOwnEcho(): boolean {
    const isEcho = this.#environment.now() < this.#echoUntil;
    this.#echoUntil = 0;
    return isEcho;
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
