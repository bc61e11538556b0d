// Which of a device's tabs has the seat, and with it the outbox: the newest, as at the server. The lock tells the other
// tab; where there is no lock a word does, and the name in the storage decides between two that spoke at once.
import type { Environment, Loss, TabClaim, Timer } from "./environment.ts";
import { Outbox } from "./outbox.ts";
import { OutboxStore } from "./outbox-store.ts";
import type { Shelf } from "./shelf.ts";

/** Until all tabs see the same in their storage. */
const settledMs = 250;

export class Ownership {
  readonly #environment: Environment;
  readonly #shelf: Shelf;
  readonly #seatKey: string;
  readonly #lost: () => void;
  #claim: TabClaim | undefined;
  #doubt: Timer | undefined;
  #store: OutboxStore | undefined;

  constructor(environment: Environment, shelf: Shelf, seatKey: string, lost: () => void) {
    this.#environment = environment;
    this.#shelf = shelf;
    this.#seatKey = seatKey;
    this.#lost = lost;
  }

  /** Takes the seat from whatever tab has it. */
  claim(): void {
    this.release();
    this.#claim = this.#environment.claim(`holdfast:${this.#seatKey}`, (how) => this.#heardOfAnother(how));
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
