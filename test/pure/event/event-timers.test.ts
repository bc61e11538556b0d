// The timers of one event without its room: a book of entries, a store that may be suspended, handlers that take notes.
import { expect } from "chai";
import { maxDelayMs } from "../../../src/clock.ts";
import { EventEntries } from "../../../src/event/stored/entries.ts";
import type { HandlerListener } from "../../../src/event/ports.ts";
import { EventTimers } from "../../../src/event/timers/event-timers.ts";
import type { BookedTimer } from "../../../src/event/timers/timer-book.ts";
import { DeferredEffects } from "../../../src/rooms/author/deferred-effects.ts";
import { noFacts, type StoredEvent } from "../../../src/store/seat-store.ts";
import type { StoreState } from "../../../src/store/committer.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";
import { until } from "../../../harness/wait.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Everything around an event's timers. */
class World {
  readonly clock: FakeClock;
  readonly fired: string[] = [];
  readonly reports: string[] = [];
  readonly store: { state: StoreState } = { state: "ok" };
  readonly announcer = { isClosed: false };
  readonly effects = new DeferredEffects((error) => this.report(error));
  readonly entries = new EventEntries({ touchEntry() {}, noteEntry() {} });
  readonly names = new Set(["a", "b"]);
  readonly timers: EventTimers;
  listener: HandlerListener | undefined;
  whenFired: (timer: BookedTimer) => void = () => {};

  constructor(clock = new FakeClock(), epoch = 1) {
    this.clock = clock;
    const around = { timers: this, effects: this.effects };
    this.timers = new EventTimers(epoch, this.entries, this.announcer, this.store, around, clock);
  }
  has(name: string): boolean {
    return this.names.has(name);
  }
  check(): void {}
  fire(timer: BookedTimer): void {
    this.fired.push(`${timer.name} ${timer.payload}`);
    this.whenFired(timer);
  }
  report(error: unknown): void {
    this.reports.push((error as Error).message);
  }
  get author() {
    return this.timers.forAuthor;
  }
  /** What the next process finds. */
  stored(lastAliveAt = this.clock.now()): StoredEvent {
    return { eventId: "e", facts: noFacts, seats: [], entries: new Map(this.entries.all()), lastAliveAt };
  }
}

describe("the timers of an event, at work", () => {
  it("[U6] none fires while the store is suspended; then as much later as that took, and those of the wall at once", async () => {
    const world = new World();
    world.author.after("a", 1000, 1);
    world.author.at("b", world.clock.now() + 1500, 2);
    await world.clock.advance(600);
    world.store.state = "suspended";
    await world.clock.advance(5000);
    expect(world.fired).to.deep.equal([]);
    world.store.state = "ok";
    world.timers.postpone(5000);
    await world.clock.advance(200);
    expect(world.fired).to.deep.equal(["b 2"]);
    await world.clock.advance(199);
    expect(world.fired).to.deep.equal(["b 2"]);
    expect(world.timers.all()[0]?.firesAt, "stored, too").to.equal(
      JSON.parse(world.entries.all().get("timer/1-1") ?? "{}").firesAt,
    );
    await world.clock.advance(1);
    expect(world.fired).to.deep.equal(["b 2", "a 1"]);
    expect(world.entries.all().size).to.equal(0);
  });

  it("[U6] an outage that begins while thousands fire holds the rest up", async () => {
    const world = new World();
    for (let k = 1; k <= 10; k++) world.author.after("a", 10, k);
    world.whenFired = () => {
      if (world.fired.length === 4) world.store.state = "suspended";
    };
    await world.clock.advance(50);
    expect(world.fired).to.have.length(4);
    world.store.state = "ok";
    world.timers.postpone(40);
    await world.clock.advance(40);
    expect(world.fired).to.deep.equal(Array.from({ length: 10 }, (_, k) => `a ${k + 1}`));
  });

  it("[U6] none fires once the event has been given up here, or is closed; what is asked for then is not kept", async () => {
    const lost = new World();
    lost.author.after("a", 10);
    lost.announcer.isClosed = true;
    const closed = new World();
    closed.author.after("a", 10);
    closed.timers.end();
    expect(closed.entries.all().size).to.equal(0);
    closed.author.after("a", 10);
    const gone = new World();
    gone.author.after("a", 10);
    gone.timers.stop();
    for (const world of [lost, closed, gone]) await world.clock.advance(1000);
    expect([lost.fired, closed.fired, gone.fired]).to.deep.equal([[], [], []]);
    expect(closed.author.list()).to.deep.equal([]);
    expect([lost.entries.all().size, gone.entries.all().size], "the next owner has it").to.deep.equal([1, 1]);
  });

  it("[U7] one without a handler waits, is told of once, and fires when its name has one: here, or in the next process", async () => {
    const world = new World();
    for (let k = 1; k <= 3; k++) world.author.after("a", 10 * k, k);
    world.author.after("b", 25, 9);
    world.names.delete("a");
    await world.clock.advance(1000);
    expect(world.fired).to.deep.equal(["b 9"]);
    expect(world.reports).to.have.length(1);
    expect(world.reports[0]).to.match(/"a" is due and waits/);
    expect(world.author.list().map(({ payload }) => payload)).to.deep.equal([1, 2, 3]);
    const next = new World(world.clock, 2);
    next.entries.restore(world.stored().entries);
    next.timers.restore(world.stored());
    world.names.add("a");
    world.listener?.added("a");
    world.timers.forAuthor.cancel("1-2");
    await world.clock.advance(1000);
    expect(world.fired.slice(1)).to.deep.equal(["a 1", "a 3"]);
    expect(next.fired).to.deep.equal(["a 1", "a 2", "a 3"]);
  });

  it("[U7] what cannot be read is left in the store, and told; the others fire", async () => {
    const world = new World();
    world.author.after("a", 10, 1);
    const stored = world.stored();
    const entries = new Map([...stored.entries, ["timer/1-9", "{"], ["tell/x/1", "another's"]]);
    const next = new World(world.clock, 2);
    next.entries.restore(entries);
    next.timers.restore({ ...stored, entries });
    expect(next.reports).to.have.length(1);
    await next.clock.advance(10);
    expect(next.fired).to.deep.equal(["a 1"]);
    expect([...next.entries.all().keys()]).to.deep.equal(["timer/1-9", "tell/x/1"]);
  });

  it("[U1] ids are never given twice, over restarts too", async () => {
    const world = new World();
    const first = world.author.after("a", 10);
    const next = new World(world.clock, 2);
    next.timers.restore(world.stored());
    const second = next.author.after("a", 10);
    expect(first).to.not.equal(second);
    expect(next.author.list().map(({ id }) => id)).to.deep.equal([first, second]);
    expect(next.author.cancel(first)).to.equal(true);
    expect(next.author.cancel(first)).to.equal(false);
  });

  it("[U8] delays beyond 24 days: no timer of the machine's is set longer than it can be", async () => {
    class Machine extends FakeClock {
      longestMs = 0;
      override after(delayMs: number, run: () => void) {
        this.longestMs = Math.max(this.longestMs, delayMs);
        return super.after(Math.min(maxDelayMs, delayMs), run);
      }
    }
    const clock = new Machine();
    const world = new World(clock);
    world.author.after("a", 300 * dayMs, 1);
    world.author.at("b", new Date(clock.now() + 299 * dayMs), 2);
    await clock.advance(299 * dayMs - 1);
    expect(world.fired).to.deep.equal([]);
    await clock.advance(1);
    expect(world.fired).to.deep.equal(["b 2"]);
    await clock.advance(dayMs);
    expect(world.fired).to.deep.equal(["b 2", "a 1"]);
    expect(clock.longestMs).to.be.at.most(maxDelayMs);
  });

  it("[U9] in a handler that throws none is asked for and none cancelled, and until then the list shows both", () => {
    const world = new World();
    const kept = world.author.after("a", 500, "kept");
    const before = world.author.list();
    const entries = new Map(world.entries.all());
    expect(() =>
      world.effects.hold(() => {
        const id = world.author.after("b", 10);
        expect(world.author.list().map((each) => each.id)).to.deep.equal([id, kept]);
        expect([world.author.cancel(kept), world.author.cancel(kept)]).to.deep.equal([true, false]);
        expect(world.author.cancel(id)).to.equal(true);
        world.author.at("b", 0);
        throw new Error("no");
      }),
    ).to.throw("no");
    expect(world.author.list()).to.deep.equal(before);
    expect(world.entries.all()).to.deep.equal(entries);
    world.effects.hold(() => void world.author.cancel(kept));
    expect(world.author.list()).to.deep.equal([]);
  });

  it("[U11] a handler that asks for the next one at once does not keep the others from their turn", async () => {
    const world = new World();
    let more = 500;
    world.whenFired = () => {
      if (more-- > 0) world.author.at("a", 0, more);
    };
    world.author.after("a", 10, "first");
    world.author.after("b", 12, "in its turn");
    await world.clock.advance(12);
    expect(world.fired.indexOf('b "in its turn"')).to.be.within(1, 3);
    await world.clock.advance(1000);
    expect(world.fired).to.have.length(502);
  });

  it("[U11] thousands that are due at once fire in their order, and others have a turn between them", async () => {
    const world = new World();
    world.whenFired = () => {
      const busyUntil = performance.now() + 0.1;
      while (performance.now() < busyUntil);
    };
    for (let k = 0; k < 2000; k++) world.author.after("a", 2000 - k, k);
    let turns = 0;
    const others = setInterval(() => (turns += 1), 1);
    const from = world.stored();
    const next = new World(world.clock, 2);
    next.whenFired = world.whenFired;
    world.timers.stop();
    next.entries.restore(from.entries);
    for (const [key, record] of from.entries)
      next.entries.put(key, JSON.stringify({ ...JSON.parse(record), delayMs: null })); // of the wall, and all over
    await next.clock.advance(60_000);
    next.timers.restore(next.stored());
    await next.clock.advance(1000);
    await until("all", () => next.fired.length === 2000);
    clearInterval(others);
    expect(next.fired).to.deep.equal(Array.from({ length: 2000 }, (_, k) => `a ${1999 - k}`));
    expect(turns, "turns of others in at least 200 ms").to.be.greaterThan(5);
  });
});
