// People come, drop, return, are given up and go, all the time, in several events that come and go too. Every act is
// held against what the server answers and tells. Owns the rhythm; how an act is done is Acts'.
import { colyseusDialect } from "../bench/dialects/colyseus.ts";
import { oursDialect } from "../bench/dialects/ours.ts";
import type { Random } from "../../harness/fuzz/random.ts";
import { Rhythm } from "./rhythm.ts";
import { Acts, type Operation, operations } from "./acts.ts";
import { Guest, Town, Venue } from "./venue.ts";
import { sleep } from "./within.ts";

export interface ChurnOptions {
  /** Seats at any time, held ones included, and events that they are in. */
  readonly participants: number;
  readonly events: number;
  readonly graceMs: number;
  /** One event ends, and another begins, so often. */
  readonly eventEveryMs: number;
  readonly random: Random;
}

/** Of those who drop; the others come back by a join. */
const [expireShare, tokenShare] = [0.3, 0.4];
const beatEveryMs = 10_000; // what the server asks of clients by default
const tickMs = 100;
/** They come back this long after their drop was told, as parts of the grace. */
const [soonest, latest] = [0.05, 0.7];
/** After this many departures from what is expected the rest only repeats them. */
const manyFaults = 50;

export class Churn {
  readonly counts = Object.fromEntries(operations.map((name) => [name, 0])) as Record<Operation, number>;
  /** What was not as expected: each sentence with how often. */
  readonly faults = new Map<string, number>();
  readonly #options: ChurnOptions;
  readonly #town = new Town();
  readonly #acts: { readonly stock: Acts; readonly ours: Acts };
  readonly #closeDialects: () => void;
  readonly #venues = new Set<Venue>();
  /** Events that nobody joins any more, until they are over. */
  readonly #ending = new Map<Venue, Promise<void>>();
  readonly #rhythm: Rhythm;
  #guests = 0;
  #opened = 0;

  constructor(port: number, options: ChurnOptions) {
    this.#options = options;
    this.#rhythm = new Rhythm(options.participants);
    const [stock, ours] = [colyseusDialect(port, this.#town), oursDialect(port, this.#town)];
    const done = (operation: Operation) => (this.counts[operation] += 1);
    this.#acts = {
      stock: new Acts(stock, options.graceMs, done),
      ours: new Acts(ours, options.graceMs, done),
    };
    this.#closeDialects = () => {
      stock.close();
      ours.close();
    };
  }

  /** How many operations have been answered as expected. */
  get done(): number {
    return operations.reduce((total, name) => total + this.counts[name], 0);
  }

  get sockets(): number {
    return this.#everyone().filter(({ link }) => link !== undefined).length;
  }

  /** Seats whose owners are away. */
  get held(): number {
    return this.#everyone().length - this.sockets;
  }

  get isBroken(): boolean {
    return [...this.faults.values()].reduce((total, times) => total + times, 0) >= manyFaults;
  }

  /** Until `isOver`. */
  async run(isOver: () => boolean): Promise<void> {
    let [lastAt, eventAt] = [performance.now(), performance.now()];
    while (!isOver() && !this.isBroken) {
      const now = performance.now();
      this.#tick(now - lastAt, now);
      lastAt = now;
      if (now - eventAt >= this.#options.eventEveryMs) {
        eventAt = now;
        this.#endOldest();
      }
      await sleep(tickMs);
    }
  }

  /** Everyone leaves, and every event is over. */
  async finish(): Promise<void> {
    while (this.#venues.size > 0) this.#endOldest();
    await Promise.all(this.#ending.values());
    this.#closeDialects();
  }

  #everyone(): Guest[] {
    return [...this.#venues, ...this.#ending.keys()].flatMap(({ witness, guests }) => [witness, ...guests]);
  }

  #actsOf(guest: Guest): Acts {
    return this.#acts[guest.deviceId.endsWith("ours") ? "ours" : "stock"];
  }

  #fault(fault: string): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }

  #newGuest(eventId: string): Guest {
    const number = ++this.#guests;
    return new Guest(this.#town, eventId, `device ${number} ${number % 2 === 0 ? "ours" : "stock"}`);
  }

  #tick(elapsedMs: number, now: number): void {
    const { participants, events } = this.#options;
    if (this.#venues.size < events) this.#open();
    for (let k = this.#rhythm.due("join", elapsedMs); k > 0; k--) {
      const [emptiest] = [...this.#venues].toSorted((a, b) => a.guests.size - b.guests.size);
      if (emptiest !== undefined && emptiest.guests.size < participants / events - 1) this.#join(emptiest);
    }
    for (let k = this.#rhythm.due("drop", elapsedMs); k > 0; k--)
      this.#withSomeone((...who) => this.#drop(...who));
    for (let k = this.#rhythm.due("leave", elapsedMs); k > 0; k--)
      this.#withSomeone((...who) => this.#leave(...who));
    for (let k = this.#rhythm.due("broadcast", elapsedMs); k > 0; k--)
      this.#withSomeone((venue, guest) => this.#actsOf(guest).broadcast(venue, guest));
    for (const venue of this.#venues) {
      for (const guest of [venue.witness, ...venue.guests]) {
        if (!guest.isFree || now - guest.beatenAt < beatEveryMs) continue;
        guest.beatenAt = now;
        this.#do(venue, guest, () => this.#actsOf(guest).beat(guest));
      }
    }
  }

  /** Lets a guest do something; afterwards it is free again if it is still there. */
  #do(venue: Venue, guest: Guest, act: () => Promise<void>): void {
    guest.isFree = false;
    const acting = async () => {
      try {
        await act();
        guest.isFree = guest.link !== undefined;
      } catch (error) {
        this.#fault((error as Error).message);
        guest.link?.drop();
        guest.link = undefined;
      }
    };
    venue.track(acting());
  }

  #withSomeone(act: (venue: Venue, guest: Guest) => Promise<void>): void {
    const { random } = this.#options;
    const venues = [...this.#venues].filter(({ guests }) => guests.size > 0);
    if (venues.length === 0) return;
    const venue = random.pick(venues);
    const free = [...venue.guests].filter(({ isFree }) => isFree);
    if (free.length === 0) return;
    const guest = random.pick(free);
    this.#do(venue, guest, () => act(venue, guest));
  }

  #open(): void {
    this.#opened += 1;
    const witness = this.#newGuest(`event ${this.#opened}`);
    const venue = new Venue(witness, (fault) => this.#fault(fault));
    this.#town.open(venue);
    this.#venues.add(venue);
    this.#do(venue, witness, () => this.#actsOf(witness).join(undefined, witness));
  }

  #join(venue: Venue): void {
    if (venue.guests.size === 0 && !venue.witness.isFree) return; // it is the first one in
    const guest = this.#newGuest(venue.eventId);
    guest.beatenAt -= this.#options.random.next() * beatEveryMs; // or all would beat at once
    venue.guests.add(guest);
    this.#do(venue, guest, () => this.#actsOf(guest).join(venue, guest));
  }

  async #drop(venue: Venue, guest: Guest): Promise<void> {
    const { random, graceMs } = this.#options;
    const acts = this.#actsOf(guest);
    const fate = random.next();
    const awayMs = graceMs * (soonest + (latest - soonest) * random.next());
    const droppedAt = await acts.drop(venue, guest);
    if (fate < expireShare) {
      await acts.expiry(venue, droppedAt);
      venue.guests.delete(guest);
      return;
    }
    await sleep(awayMs);
    if (fate < expireShare + tokenShare) await acts.returnByToken(venue, guest);
    else await acts.returnByJoin(venue, guest);
  }

  async #leave(venue: Venue, guest: Guest): Promise<void> {
    await this.#actsOf(guest).leave(venue, guest);
    venue.guests.delete(guest);
  }

  #endOldest(): void {
    const [oldest] = this.#venues;
    if (oldest === undefined) return;
    this.#venues.delete(oldest);
    this.#ending.set(
      oldest,
      this.#end(oldest).finally(() => this.#ending.delete(oldest)),
    );
  }

  /** Whoever is away comes back or expires first; the witness goes last, having been told of everyone. */
  async #end(venue: Venue): Promise<void> {
    await venue.settled();
    for (const guest of venue.guests) this.#do(venue, guest, () => this.#leave(venue, guest));
    await venue.settled();
    for (const difference of venue.differences()) this.#fault(`${venue.eventId}: ${difference}`);
    this.#do(venue, venue.witness, () => this.#actsOf(venue.witness).leave(undefined, venue.witness));
    await venue.settled();
    this.#town.forget(venue);
  }
}
