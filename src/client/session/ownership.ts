// Which of a device's tabs, and of a page's sessions, has the seat, and with it the outbox: the newest, as at the server.
// A session of the same page is told at once; the lock tells another tab; where there is no lock a word does, and the name in the storage decides between two that spoke at once.
import type { Environment, Loss, TabClaim, Timer } from "../platform/environment.ts";
import { Outbox } from "../outbox/outbox.ts";
import { OutboxStore } from "../outbox/outbox-store.ts";
import type { Shelf } from "../platform/safe-storage.ts";

/** Until all tabs see the same in their storage. */
const settledMs = 250;

export class Ownership {
  readonly #environment: Environment;
  readonly #shelf: Shelf;
  readonly #seatKey: string;
  readonly #of: unknown;
  readonly #lost: () => void;
  #claim: TabClaim | undefined;
  #doubt: Timer | undefined;
  #store: OutboxStore | undefined;

  /** `of`: sessions of one page that have it in common, and the seat's key, are one participant's. */
  constructor(environment: Environment, shelf: Shelf, seatKey: string, of: unknown, lost: () => void) {
    this.#environment = environment;
    this.#shelf = shelf;
    this.#seatKey = seatKey;
    this.#of = of;
    this.#lost = lost;
  }

  /** Takes the seat from whatever tab has it. */
  claim(): void {
    this.release();
    this.#claim = this.#environment.claim(`holdfast:${this.#seatKey}`, this.#of, (how) =>
      this.#heardOfAnother(how),
    );
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
    this.#store = new OutboxStore(this.#shelf, this.#seatKey, this.#environment.newId());
    return new Outbox(this.#store, this.#environment.newId);
  }

  #heardOfAnother(how: Loss): void {
    if (how === "taken" || !this.hasOutbox) return this.#lost();
    this.#doubt?.cancel();
    this.#doubt = this.#environment.after(settledMs, () => {
      if (!this.hasOutbox) this.#lost();
    });
  }
}
