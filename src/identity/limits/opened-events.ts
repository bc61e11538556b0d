// How many events one address may open: in a minute, and at once. One that fills the server would keep everyone else out.
// MAX_EVENTS, for all of them together, is held by admission/admission.
import type { Clock } from "../../clock.ts";
import { retryLater } from "../../protocol/refusal.ts";
import { isLoopback } from "../address.ts";
import type { Caller } from "../identity.ts";
import { WindowCounter } from "./window-counter.ts";

const minuteMs = 60_000;
/** Said to an address whose events have to end before it may open another. */
const fullRetryMs = 10_000;

export interface OpeningLimits {
  /** Events that one address may open in a minute; 0 is no limit, and none on those that live at once either. */
  readonly perMinute: number;
  /** Events that may live at once, whoever opened them; one address opens half of them at most. */
  readonly maxEvents: number;
}

export class OpenedEvents {
  readonly #limits: OpeningLimits;
  readonly #clock: Clock;
  readonly #perMinute = new WindowCounter(minuteMs);
  /** Who opened an event, or is about to. */
  readonly #openers = new Map<string, string>();
  readonly #living = new Map<string, number>();

  constructor(limits: OpeningLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /**
   * An event is about to be opened; it counts once, however many ask for it before it is there. A machine's own clients,
   * and what an unbelieved proxy has passed on, are not counted: behind such an address may be everybody.
   * @throws Refusal 429
   */
  open(eventId: string, { address, isShared }: Caller): void {
    const { perMinute, maxEvents } = this.#limits;
    if (perMinute === 0 || isShared || isLoopback(address) || this.#openers.has(eventId)) return;
    const living = this.#living.get(address) ?? 0;
    if (living >= Math.ceil(maxEvents / 2))
      throw retryLater("Too many events of this address are open", fullRetryMs, "too_many");
    this.#count(address);
    this.#openers.set(eventId, address);
    this.#living.set(address, living + 1);
  }

  /**
   * The same for an event that its host makes: it counts for the minute alone, because it may live in another process.
   * @throws Refusal 429
   */
  creates({ address, isShared }: Pick<Caller, "address" | "isShared">): void {
    const { perMinute } = this.#limits;
    if (perMinute === 0 || isShared || isLoopback(address)) return;
    this.#count(address);
  }

  #count(address: string): void {
    if (this.#perMinute.add(address, this.#clock.now()) > this.#limits.perMinute)
      throw retryLater("Too many new events from this address", minuteMs, "too_many");
  }

  /** The event has ended, or was not opened after all (which still counts for the minute). */
  ended(eventId: string): void {
    const address = this.#openers.get(eventId);
    if (address === undefined) return;
    this.#openers.delete(eventId);
    const living = (this.#living.get(address) ?? 0) - 1;
    if (living > 0) this.#living.set(address, living);
    else this.#living.delete(address);
  }
}
