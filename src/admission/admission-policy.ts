// Who goes in next when more come than can be let in: those who return before those who are new, each kind in the order
// in which it came. Pure: instants and durations in ms are arguments; whoever waits is an object of the shell's.

/** `return`: proven, for a seat that is held. Everything else is a `join`. */
export type Who = "return" | "join";

export interface Waiter {
  readonly who: Who;
  /** When it began to wait; nobody changes it meanwhile. */
  cameAt: number;
}

/** What may be let in at once after a quiet time, as ms of the rate: arrivals are never even. */
const burstMs = 250;
/** A loop that was late makes up for the turns it missed, but for no more than these. */
const catchUpMs = 500;
/** A return is in its seat after this, whatever the rate: its seat's expiry waits 5 s, and the socket needs some of them. */
const returnWithinMs = 2000;
/** A join that would have to wait longer than this is refused at once, */
const joinWaitMs = 2000;
/** and one whose wait has become longer than this (returns came, the loop fell behind) is then: SDKs give up at 5 s. */
const joinLimitMs = 4000;
/** While both wait, one of so many is a join: a storm of returns must not shut everybody else out. */
const shareOfJoins = 5;

/** Twice and a half of the longest stall that a saturated and healthy process of ours has (100 ms). */
const lateFromMs = 250;
const onTimeUnderMs = 125;
/** So many in a row, each of them that late, make a second: one long stall is not an overload. */
const lateSamples = 3;
/** While the loop is late, joins go in at 50 a second: each costs it 1 to 2 ms, a tenth of its time at most. */
const lateIntervalMs = 20;

/** Those who are refused are asked to come back one after the other; nobody is sent away for longer than this. */
export const leastHintMs = 1000;
const longestHintMs = 15_000;

export class AdmissionPolicy<W extends Waiter> {
  /** Between two, in ms; 0 is no rate. */
  readonly #intervalMs: number;
  readonly #returns = new Set<W>();
  readonly #joins = new Set<W>();
  /** Up to when those who are in have used up the rate; */
  #paidUntil = Number.NEGATIVE_INFINITY;
  /** and what a late loop has to spare. */
  #sparedUntil = Number.NEGATIVE_INFINITY;
  /** When the youngest of those came who return. */
  #lastReturnAt = 0;
  /** Returns that went in since the last join did, while one waited. */
  #returnsInARow = 0;
  /** Up to when those who were refused have been asked to stay away. */
  #promisedUntil = Number.NEGATIVE_INFINITY;
  #lateInARow = 0;
  #isLate = false;

  /** @param perSecond how many may come in; 0: as many as the event loop bears */
  constructor(perSecond: number) {
    this.#intervalMs = perSecond === 0 ? 0 : 1000 / perSecond;
  }

  get isRated(): boolean {
    return this.#intervalMs > 0;
  }

  get waiting(): number {
    return this.#returns.size + this.#joins.size;
  }

  /** The event loop was this late. */
  sampled(lateMs: number): void {
    this.#lateInARow = lateMs > lateFromMs ? this.#lateInARow + 1 : 0;
    if (this.#lateInARow >= lateSamples) this.#isLate = true;
    else if (lateMs < onTimeUnderMs) this.#isLate = false;
  }

  /** Lets one in at once, if nobody has to wait. */
  enters(who: Who, now: number): boolean {
    if (who === "return" && !this.isRated) return true;
    if (this.waiting > 0 || !this.#isReady(who, now)) return false;
    this.#pay(who, this.#intervalMs, now);
    return true;
  }

  /** When one who cannot wait may come again, in ms from now; undefined when it may wait. */
  refuses(who: Who, now: number): number | undefined {
    return who === "return" || this.#waitMs(now) <= joinWaitMs ? undefined : this.hintMs(now);
  }

  add(waiter: W): void {
    this.#lineOf(waiter).add(waiter);
    if (waiter.who === "return") this.#lastReturnAt = waiter.cameAt;
  }

  has(waiter: W): boolean {
    return this.#lineOf(waiter).has(waiter);
  }

  /** False when it was not waiting any more. */
  remove(waiter: W): boolean {
    return this.#lineOf(waiter).delete(waiter);
  }

  /** Takes the next one whose turn it is. */
  next(now: number): W | undefined {
    const [returning, joining] = [first(this.#returns), first(this.#joins)];
    const mayJoin = returning === undefined || this.#returnsInARow >= shareOfJoins - 1;
    if (joining !== undefined && mayJoin && this.#isReady("join", now)) {
      this.#pay("join", this.#intervalMs, since(joining, now));
      this.#returnsInARow = 0;
      return this.#taken(joining);
    }
    if (returning === undefined) return undefined;
    const isOverdue = returning.cameAt + returnWithinMs <= now;
    if (!isOverdue && !this.#isReady("return", now)) return undefined;
    this.#pay("return", this.#returnIntervalMs(now), since(returning, now));
    this.#returnsInARow = joining === undefined ? 0 : this.#returnsInARow + 1;
    return this.#taken(returning);
  }

  /** Takes the next join that has waited for too long. */
  expired(now: number): W | undefined {
    const joining = first(this.#joins);
    return joining !== undefined && joining.cameAt + joinLimitMs <= now ? this.#taken(joining) : undefined;
  }

  /** Takes everyone. */
  empty(): W[] {
    const all = [...this.#returns, ...this.#joins];
    this.#returns.clear();
    this.#joins.clear();
    return all;
  }

  /** At which instant there is something to do; undefined: at none that is known. */
  nextAt(): number | undefined {
    const [returning, joining] = [first(this.#returns), first(this.#joins)];
    if (returning === undefined && joining === undefined) return undefined;
    const returnsAt = returning && Math.min(this.#readyAt("return"), returning.cameAt + returnWithinMs);
    const joinsAt = joining && Math.min(this.#readyAt("join"), joining.cameAt + joinLimitMs);
    return Math.min(returnsAt ?? Number.POSITIVE_INFINITY, joinsAt ?? Number.POSITIVE_INFINITY);
  }

  /** How long one who is refused now should stay away, in ms: each a place further back, so that not all return at once. */
  hintMs(now: number): number {
    const from = Math.max(this.#promisedUntil, now + this.#waitMs(now));
    this.#promisedUntil = Math.min(from + this.#joinIntervalMs, now + longestHintMs);
    return Math.max(leastHintMs, this.#promisedUntil - now);
  }

  /** How long a join that comes now would wait: for those before it, and for the returns that go before them. */
  #waitMs(now: number): number {
    const before = this.#joins.size;
    const returns = Math.min(this.#returns.size, (before + 1) * (shareOfJoins - 1));
    const untilReady = Math.max(0, this.#readyAt("join") - now);
    return untilReady + before * this.#joinIntervalMs + returns * this.#intervalMs;
  }

  get #joinIntervalMs(): number {
    return this.#isLate ? Math.max(this.#intervalMs, lateIntervalMs) : this.#intervalMs;
  }

  /** Those who return go in faster than the rate when it would take too long, and evenly. */
  #returnIntervalMs(now: number): number {
    const leftMs = Math.max(0, this.#lastReturnAt + returnWithinMs - now);
    return Math.min(this.#intervalMs, leftMs / this.#returns.size);
  }

  #readyAt(who: Who): number {
    const readyAt = this.#paidUntil - burstMs;
    return who === "join" && this.#isLate ? Math.max(readyAt, this.#sparedUntil) : readyAt;
  }

  #isReady(who: Who, now: number): boolean {
    return this.#readyAt(who) <= now;
  }

  /** `since`: when it could have gone in, had the loop been on time. */
  #pay(who: Who, intervalMs: number, since: number): void {
    if (intervalMs > 0) this.#paidUntil = Math.max(this.#paidUntil, since) + intervalMs;
    if (who === "join" && this.#isLate)
      this.#sparedUntil = Math.max(this.#sparedUntil, since) + lateIntervalMs;
  }

  #lineOf({ who }: W): Set<W> {
    return who === "return" ? this.#returns : this.#joins;
  }

  #taken(waiter: W): W {
    this.remove(waiter);
    return waiter;
  }
}

/** Turns that a late loop has missed are made up for. */
function since({ cameAt }: Waiter, now: number): number {
  return Math.max(cameAt, now - catchUpMs);
}

function first<W>(line: ReadonlySet<W>): W | undefined {
  for (const waiter of line) return waiter;
  return undefined;
}
