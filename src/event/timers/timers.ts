// Timers as a room author asks for them: what is asked for is checked here, before anything is kept.
import type { Clock } from "../../clock.ts";
import type { TimerAuthor } from "../ports.ts";
import { type BookedTimer, longestDelayMs, timerAfter, timerAt } from "./timer-book.ts";

/** An event keeps so many timers: each is stored again when the event changes its process. */
const mostTimers = 10_000;
/** What a timer carries, as JSON, is no longer than this: what is larger belongs into the state. */
const longestPayloadBytes = 1024;

/** What has been asked for and has not fired. Implemented by event/timers/event-timers. */
interface KeptTimers {
  readonly size: number;
  all(): BookedTimer[];
  nextId(): string;
  add(timer: BookedTimer): void;
  cancel(id: string): boolean;
}

/** A timer that has not fired. */
export interface TimerInfo {
  readonly id: string;
  readonly name: string;
  /** A copy. */
  readonly payload: unknown;
  /** `after`: it waits for so much of the event's running time; `at`: for an instant of the wall clock. */
  readonly kind: "after" | "at";
  /** When it fires if nothing comes between, as epoch milliseconds of the server's clock. */
  readonly firesAt: number;
}

/**
 * Timers that are kept with the event: `this.timers` of an `EventRoom`. Each fires once, after a restart, a crash or on
 * another server too, and hands its payload to the handler of its name (`onTimer`).
 * @example
 * this.onTimer("round_over", z.object({ round: z.number() }), ({ round }) => (this.state.lastRound = round));
 * this.timers.after("round_over", 30_000, { round: 1 });
 */
export class Timers {
  readonly #timers: KeptTimers;
  readonly #author: TimerAuthor;
  readonly #clock: Clock;

  constructor(timers: KeptTimers, author: TimerAuthor, clock: Clock) {
    this.#timers = timers;
    this.#author = author;
    this.#clock = clock;
  }

  /**
   * Fires when the event has run for so long: while no server has the event, or nothing may be stored, no time passes.
   * Late by a second of running time at most for each crash of its server, and never early.
   * @param name one with a handler (`onTimer`)
   * @param delayMs milliseconds, 0 to 366 days; never before the handler that asks for it has returned
   * @param payload JSON of at most 1,024 bytes
   * @returns its id
   * @throws TypeError for a name without a handler, or a payload that is no JSON or that the handler's schema refuses
   * @throws RangeError for a delay or payload beyond those bounds, or when the event has 10,000 timers already
   */
  after(name: string, delayMs: number, payload?: unknown): string {
    if (!(typeof delayMs === "number" && delayMs >= 0 && delayMs <= longestDelayMs))
      throw new RangeError(`timers.after("${name}"): a delay is 0 to ${longestDelayMs} ms`);
    const asked = this.#asked(`timers.after("${name}")`, name, payload);
    return this.#add(timerAfter(asked, delayMs, this.#clock.now()));
  }

  /**
   * Fires at an instant of the wall clock, as the server knows it; as soon as it can if that is over, or comes while no
   * server has the event.
   * @param instant a Date or epoch milliseconds, at most 366 days ahead
   * @returns its id
   * @throws TypeError, RangeError as `after`
   */
  at(name: string, instant: Date | number, payload?: unknown): string {
    const at = instant instanceof Date ? instant.getTime() : instant; // null would be 1970, and fire at once
    const now = this.#clock.now();
    if (!Number.isFinite(at) || at > now + longestDelayMs)
      throw new RangeError(`timers.at("${name}"): an instant is at most ${longestDelayMs} ms ahead`);
    return this.#add(timerAt(this.#asked(`timers.at("${name}")`, name, payload), at, now));
  }

  /** Takes a timer back. False when it has fired, or was taken back, or never was. */
  cancel(id: string): boolean {
    return this.#timers.cancel(id);
  }

  /** Those that have not fired, in the order in which they will; optionally only those of one name. O(n log n). */
  list(name?: string): TimerInfo[] {
    const all = this.#timers.all();
    return (name === undefined ? all : all.filter((timer) => timer.name === name)).map(infoOf);
  }

  #add(timer: BookedTimer): string {
    this.#timers.add(timer);
    return timer.id;
  }

  #asked(what: string, name: string, payload: unknown): Pick<BookedTimer, "id" | "name" | "payload"> {
    if (!this.#author.has(name)) throw new TypeError(`${what}: no handler has this name; call onTimer first`);
    if (this.#timers.size >= mostTimers)
      throw new RangeError(`${what}: the event has ${mostTimers} timers already`);
    const json = payload === undefined ? null : jsonOf(what, payload);
    if (json !== null && Buffer.byteLength(json) > longestPayloadBytes)
      throw new RangeError(`${what}: its payload has more than ${longestPayloadBytes} bytes as JSON`);
    this.#author.check(what, name, json);
    return { id: this.#timers.nextId(), name, payload: json };
  }
}

function jsonOf(what: string, payload: unknown): string {
  let json: string | undefined;
  let cause: unknown;
  try {
    json = JSON.stringify(payload) as string | undefined;
  } catch (error) {
    cause = error;
  }
  if (json === undefined) throw new TypeError(`${what}: its payload is no JSON`, { cause });
  return json;
}

function infoOf({ id, name, payload, delayMs, firesAt }: BookedTimer): TimerInfo {
  const kind = delayMs === null ? "at" : "after";
  return { id, name, payload: payloadOf(payload), kind, firesAt };
}

/** What a timer's handler is given; undefined for none. */
export function payloadOf(json: string | null): unknown {
  return json === null ? undefined : JSON.parse(json);
}
