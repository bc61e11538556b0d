// The timers of an event over random histories in virtual time: restarts, outages of the store, and everything an author may
// ask for, against counts of running time that are kept for each timer apart.
import { expect } from "chai";
import fc from "fast-check";
import {
  type BookedTimer,
  recordOfTimer,
  TimerBook,
  timerAfter,
  timerAt,
  timerOfRecord,
} from "../../../src/event/timers/timer-book.ts";

type Step =
  | { readonly kind: "after"; readonly ms: number }
  | { readonly kind: "at"; readonly inMs: number }
  | { readonly kind: "cancel"; readonly which: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "restart"; readonly downMs: number; readonly clockMs: number }
  | { readonly kind: "outage"; readonly ms: number; readonly askedMs: number };

const ms = (max: number) => fc.integer({ min: 0, max });
const pass = fc.record({ kind: fc.constant("pass" as const), ms: ms(3000) });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("after" as const), ms: ms(8000) }),
  fc.record({ kind: fc.constant("at" as const), inMs: fc.integer({ min: -1000, max: 8000 }) }),
  fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(20) }),
  pass,
  pass,
  fc.record({ kind: fc.constant("restart" as const), downMs: ms(9000), clockMs: ms(60_000) }),
  fc.record({ kind: fc.constant("outage" as const), ms: ms(5000), askedMs: ms(4000) }),
);

/** The last instant that an owner has stored is this old at most when it dies. */
const aliveEveryMs = 500;

/** What is known of one timer, whatever the book says. */
interface Witnessed {
  readonly timer: BookedTimer;
  readonly wholeMs: number | null;
  readonly instant: number | null;
  /** For how long the event has run since it was asked for: not while there was no owner, nor in an outage. */
  ranMs: number;
  restarts: number;
  fired: boolean;
  cancelled: boolean;
}

class World {
  #book = new TimerBook();
  #now = 1_000_000;
  #aliveAt = 1_000_000;
  /** What the wall says: the clock of each process is set by it when it starts. */
  #stored = new Map<string, string>();
  readonly timers: Witnessed[] = [];
  #numbers = 0;
  #epoch = 1;
  readonly counts = { fired: 0, late: 0, restarted: 0, postponed: 0 };

  run(step: Step): void {
    switch (step.kind) {
      case "after":
        return this.#ask(timerAfter(this.#asked(), step.ms, this.#now), null);
      case "at": {
        const instant = this.#now + step.inMs;
        return this.#ask(timerAt(this.#asked(), instant, this.#now), instant);
      }
      case "cancel":
        return this.#cancel(this.timers[step.which % Math.max(1, this.timers.length)]);
      case "pass":
        return this.#pass(step.ms);
      case "restart":
        return this.#restart(step.downMs);
      case "outage":
        return this.#outage(step.ms, step.askedMs);
    }
  }

  #asked() {
    this.#numbers += 1;
    return { id: `${this.#epoch}-${this.#numbers}`, name: "n", payload: null };
  }

  #ask(timer: BookedTimer, instant: number | null): void {
    this.#book.add(timer);
    this.#stored.set(timer.id, recordOfTimer(timer));
    const { delayMs: wholeMs } = timer;
    this.timers.push({ timer, wholeMs, instant, ranMs: 0, restarts: 0, fired: false, cancelled: false });
  }

  #cancel(witnessed: Witnessed | undefined): void {
    if (witnessed === undefined) return;
    const { timer, fired, cancelled } = witnessed;
    const removed = this.#book.remove(timer.id);
    expect(removed !== undefined, "cancelled once, and not after it fired").to.equal(!fired && !cancelled);
    this.#stored.delete(timer.id);
    witnessed.cancelled ||= removed !== undefined;
  }

  /** Time passes: real time goes from one due instant to the next, as the one real timer would. */
  #pass(lengthMs: number): void {
    const end = this.#now + lengthMs;
    for (let at = this.#book.nextAt(); at !== null && at <= end; at = this.#book.nextAt()) {
      this.#goTo(Math.max(this.#now, at));
      this.#fireDue();
    }
    this.#goTo(end);
  }

  #goTo(at: number): void {
    for (const each of this.timers) each.ranMs += at - this.#now;
    this.#now = at;
    this.#aliveAt = Math.max(this.#aliveAt, at - (at % aliveEveryMs));
  }

  #fireDue(): void {
    let lastAt = 0;
    for (let due = this.#book.due(this.#now); due !== undefined; due = this.#book.due(this.#now)) {
      this.#book.remove(due.id);
      this.#stored.delete(due.id);
      expect(due.firesAt, "in the order of their time").to.be.at.least(lastAt);
      lastAt = due.firesAt;
      this.#judge(this.timers.find(({ timer }) => timer.id === due.id) as Witnessed);
    }
  }

  #judge(witnessed: Witnessed): void {
    const { wholeMs, instant, ranMs, restarts, fired, cancelled } = witnessed;
    expect([fired, cancelled], "fires once, and not when it was cancelled").to.deep.equal([false, false]);
    witnessed.fired = true;
    this.counts.fired += 1;
    if (wholeMs === null) expect(this.#now, "not before its instant").to.be.at.least(instant ?? Infinity);
    else {
      const lateMs = ranMs - wholeMs;
      expect(lateMs, "not early, and no more than what no owner had noted").to.be.within(
        0,
        restarts * aliveEveryMs,
      );
      if (lateMs > 0) this.counts.late += 1;
    }
  }

  #restart(downMs: number): void {
    const lastAliveAt = this.#aliveAt;
    this.#now += downMs; // nobody runs
    this.#aliveAt = this.#now;
    const before = this.#book.all().map(({ id }) => id);
    this.#book = new TimerBook();
    this.#epoch += 1;
    this.#numbers = 0;
    const restored = [...this.#stored].map(([id, record]) => timerOfRecord(id, record));
    this.#book.restore(restored.toReversed(), this.#now, lastAliveAt);
    expect(this.#book.all().map(({ id }) => id)).to.have.members(before);
    for (const each of this.#book.all()) this.#stored.set(each.id, recordOfTimer(each));
    for (const each of this.timers) each.restarts += 1;
    this.counts.restarted += before.length;
  }

  /** For so long nothing may fire; the event goes on otherwise, and its author may ask for a timer. */
  #outage(lengthMs: number, askedMs: number): void {
    const from = this.#now;
    if (askedMs <= lengthMs) {
      this.#now = from + askedMs;
      this.#ask(timerAfter(this.#asked(), 700, this.#now), null);
    }
    this.#now = from + lengthMs;
    this.#aliveAt = this.#now;
    const moved = this.#book.postpone(lengthMs, this.#now);
    for (const each of moved) this.#stored.set(each.id, recordOfTimer(each));
    this.counts.postponed += moved.length;
    for (const { id, delayMs, firesAt } of this.#book.all())
      if (delayMs !== null) expect(firesAt - this.#now, id).to.be.at.most(delayMs);
  }

  end(): void {
    this.#pass(100_000);
    const left = this.timers.filter(({ fired, cancelled }) => !fired && !cancelled);
    expect(left, "every timer fires in the end").to.deep.equal([]);
    expect(this.#book.size).to.equal(0);
    expect(this.#book.nextAt()).to.equal(null);
    expect(this.#stored.size).to.equal(0);
  }
}

describe("the timers of an event", () => {
  it("[U1] [U2] [U3] over any history each fires once, none early, and downtime and outages count for none", function () {
    this.timeout(60_000);
    const totals = { fired: 0, late: 0, restarted: 0, postponed: 0 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const world = new World();
        for (const each of steps) world.run(each);
        world.end();
        for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += world.counts[name];
      }),
      { numRuns: 2000 },
    );
    for (const [name, count] of Object.entries(totals))
      expect(count, `hardly any were ${name}`).to.be.greaterThan(1000);
  });

  it("[U3] one that waits for an instant of the wall clock does not care how long nobody was there", () => {
    const book = new TimerBook();
    const asked = { id: "1-1", name: "n", payload: null };
    book.restore([timerAt(asked, 9000, 1000), timerAfter({ ...asked, id: "1-2" }, 9000, 1000)], 8000, 2000);
    expect(book.get("1-1")?.firesAt).to.equal(9000);
    expect(book.get("1-2")?.firesAt, "8,000 ms were left").to.equal(16_000);
  });

  it("[U1] those of one instant fire as they were asked for, also after a restart", () => {
    const book = new TimerBook();
    const ids = Array.from({ length: 30 }, (_, k) => `1-${k + 1}`);
    const stored = ids.map((id) => timerAfter({ id, name: "n", payload: null }, 10, 100));
    book.restore([...stored].toReversed(), 500, 110);
    book.add(timerAfter({ id: "2-1", name: "n", payload: null }, 1, 499));
    const fired: string[] = [];
    for (let due = book.due(500); due !== undefined; due = book.due(500)) {
      fired.push(due.id);
      book.remove(due.id);
    }
    expect(fired).to.deep.equal([...ids, "2-1"]);
  });

  it("[U7] one that is set aside is kept, and not due until its name is resumed", () => {
    const book = new TimerBook();
    for (const name of ["a", "b"]) book.add(timerAt({ id: `1-${name}`, name, payload: null }, 5, 0));
    book.setAside("1-a");
    book.setAside("1-b");
    expect([book.size, book.nextAt(), book.due(100)]).to.deep.equal([2, null, undefined]);
    book.resume("b");
    expect(book.due(100)?.id).to.equal("1-b");
  });

  it("[U7] what a newer version has stored, or what is no timer, is told in one sentence", () => {
    const text = JSON.stringify({ version: 2, name: "n", payload: null, firesAt: 1, delayMs: null });
    expect(() => timerOfRecord("1-1", text)).to.throw("stored by a newer version (2)");
    const sound = recordOfTimer(timerAt({ id: "1-1", name: "n", payload: "[1]" }, 5, 0));
    expect(timerOfRecord("1-1", sound)).to.include({ id: "1-1", payload: "[1]", firesAt: 5, delayMs: null });
    for (const [id, record] of [
      ["one", sound],
      ["1-1", `{"version":1,"name":"n","payload":null,"firesAt":"5","delayMs":null}`],
      ["1-1", `{"version":1,"name":"n","payload":{},"firesAt":5,"delayMs":null}`],
    ] as const)
      expect(() => timerOfRecord(id, record)).to.throw("is not one");
  });
});
