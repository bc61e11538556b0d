// The join queue in front of matchmaking, on a clock that is moved by hand: who goes in when, who is refused, who has gone.
import { EventEmitter } from "node:events";
import { expect } from "chai";
import { AdmissionPolicy, type Waiter, type Who } from "../../../src/admission/admission-policy.ts";
import { JoinQueue } from "../../../src/admission/join-queue.ts";
import { goneAway } from "../../../src/admission/refusals.ts";
import type { Refusal } from "../../../src/protocol/refusal.ts";
import { WindowCounter } from "../../../src/identity/limits/window-counter.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";

/** Counts the timers that are asked for. */
class CountingClock extends FakeClock {
  timers = 0;
  stalledMs = 0;

  /** Time passes, and no timer fires. */
  stall(ms: number): void {
    this.stalledMs += ms;
  }

  override now(): number {
    return super.now() + this.stalledMs;
  }

  override after(delayMs: number, run: () => void) {
    this.timers += 1;
    return super.after(delayMs, run);
  }
}

/** A queue, and what became of those who came to it. */
class Scene {
  readonly clock = new CountingClock();
  readonly queue: JoinQueue;
  readonly inside: string[] = [];
  readonly refusals = new Map<string, Refusal>();
  readonly answers = new Map<string, EventEmitter & { closed: boolean }>();
  /** How long each had to wait, in ms. */
  readonly waits = new Map<string, number>();
  delayed = 0;
  turnedAway = 0;

  constructor(perSecond: number) {
    const metrics = { delayed: () => (this.delayed += 1), turnedAway: () => (this.turnedAway += 1) };
    this.queue = new JoinQueue(perSecond, this.clock, metrics);
  }

  /** Returns whether it went in without a wait. */
  comes(name: string, who: Who = "join", seat?: string): boolean {
    const cameAt = this.clock.now();
    const enter = () => {
      this.inside.push(name);
      this.waits.set(name, this.clock.now() - cameAt);
    };
    const answer = Object.assign(new EventEmitter(), { closed: false });
    this.answers.set(name, answer);
    const turn = this.queue.pass(who, answer, seat);
    turn?.then(enter, (refusal: Refusal) => this.refusals.set(name, refusal));
    if (turn === undefined) enter();
    return turn === undefined;
  }

  leaves(name: string): void {
    this.answers.get(name)?.emit("close");
  }

  /** So many of one kind at once: `r0`, `r1`... or `j0`, `j1`... */
  crowd(count: number, who: Who): void {
    for (let i = 0; i < count; i++) this.comes(`${who[0]}${i}`, who);
  }

  late(lateMs: number, times = 3): void {
    for (let i = 0; i < times; i++) this.queue.sampled(lateMs);
  }

  get kinds(): string {
    return this.inside.map((name) => name[0]).join("");
  }

  longestWait(kind: string): number {
    return Math.max(...[...this.waits].filter(([name]) => name.startsWith(kind)).map(([, ms]) => ms));
  }

  hint(name: string): number {
    const digits = /^Too many are joining just now; retry in (\d+) ms$/.exec(
      this.refusals.get(name)?.message ?? "",
    );
    return Number(digits?.[1]);
  }
}

describe("the join queue", () => {
  it("[Q1] without a rate, and within one, everybody goes in at once and no timer is set", async () => {
    const free = new Scene(0);
    free.crowd(5000, "join");
    free.crowd(5000, "return");
    const rated = new Scene(100);
    for (let i = 0; i < 500; i++) {
      expect(rated.comes(`j${i}`, i % 2 === 0 ? "join" : "return"), `number ${i}`).to.equal(true);
      await rated.clock.advance(10);
    }
    for (const { inside, clock, delayed, turnedAway } of [free, rated]) {
      expect(inside.length).to.be.at.least(500);
      expect({ timers: clock.timers, delayed, turnedAway }).to.deep.equal({
        timers: 0,
        delayed: 0,
        turnedAway: 0,
      });
    }
  });

  it("[Q1] a quarter of a second's worth may come together after a quiet time", async () => {
    const scene = new Scene(100);
    scene.crowd(25, "join");
    expect(scene.delayed).to.equal(0);
    scene.crowd(2, "join");
    expect(scene.delayed).to.equal(1);
    await scene.clock.advance(10_000);
    scene.crowd(25, "join");
    expect(scene.delayed).to.equal(1);
  });

  it("[Q2] beyond the rate joins wait and go in at the rate, in the order in which they came", async () => {
    const scene = new Scene(10);
    scene.crowd(20, "join");
    const names = Array.from({ length: 20 }, (_, i) => `j${i}`);
    expect(scene.inside).to.deep.equal(names.slice(0, 3));
    for (const count of [8, 13, 18]) {
      await scene.clock.advance(500);
      expect(scene.inside).to.deep.equal(names.slice(0, count));
    }
    await scene.clock.advance(500);
    expect(scene.inside).to.deep.equal(names);
    expect(scene.queue.waiting).to.equal(0);
  });

  it("[Q2] returns that come later go in before the joins that wait", async () => {
    const scene = new Scene(4);
    scene.crowd(4, "join"); // two go in
    scene.crowd(3, "return");
    await scene.clock.advance(2000);
    expect(scene.inside).to.deep.equal(["j0", "j1", "r0", "r1", "r2", "j2", "j3"]);
  });

  it("[Q2] while both wait, one of five is a join: a storm of returns shuts nobody out", async () => {
    const scene = new Scene(20);
    scene.crowd(12, "join");
    scene.crowd(40, "return");
    await scene.clock.advance(3500);
    expect(scene.inside.length).to.equal(52);
    const storm = scene.kinds.slice(scene.kinds.indexOf("r"), scene.kinds.lastIndexOf("r") + 1);
    expect(storm).to.match(/^(rrrrj)+r*$/);
    expect(scene.turnedAway).to.equal(0);
  });

  it("[Q3] a storm of returns, far beyond the rate, is in within 2 s: evenly, and nobody is refused", async () => {
    const scene = new Scene(100);
    scene.crowd(1000, "return");
    const steps: number[] = [];
    for (let i = 0; i < 20; i++) {
      const before = scene.inside.length;
      await scene.clock.advance(100);
      steps.push(scene.inside.length - before);
    }
    expect(scene.inside.length).to.equal(1000);
    expect(scene.turnedAway).to.equal(0);
    expect(scene.longestWait("r")).to.be.at.most(2000);
    expect(Math.max(...steps), `in each 100 ms: ${steps}`).to.be.at.most(60);
    expect(scene.inside).to.deep.equal(Array.from({ length: 1000 }, (_, i) => `r${i}`));
  });

  it("[Q3] returns that keep coming at twice the rate wait 2 s at most, and joins still have their share", async () => {
    const scene = new Scene(50);
    for (let i = 0; i < 500; i++) {
      scene.comes(`r${i}`, "return");
      if (i % 20 === 0) scene.comes(`j${i}`);
      await scene.clock.advance(10);
    }
    expect(scene.longestWait("r")).to.be.at.most(2010);
    expect(scene.inside.filter((name) => name.startsWith("j")).length).to.be.at.least(15);
    expect([...scene.refusals.keys()].filter((name) => name.startsWith("r"))).to.deep.equal([]);
  });

  it("[Q4] a join that could not be served in 2 s is refused at once, and told when to come: each further back", async () => {
    const scene = new Scene(10);
    scene.crowd(100, "join");
    expect(scene.inside.length + scene.queue.waiting).to.equal(23);
    await scene.clock.advance(0);
    expect(scene.refusals.size).to.equal(77);
    expect(scene.turnedAway).to.equal(77);
    expect(scene.refusals.get("j23")?.code).to.equal(503);
    const hints = [...scene.refusals.keys()].map((name) => scene.hint(name));
    expect(hints[0]).to.be.within(2000, 2200);
    expect(hints[76]).to.be.within(9500, 10_500);
    expect(hints).to.deep.equal(hints.toSorted((a, b) => a - b));
    await scene.clock.advance(2100);
    expect(scene.queue.waiting).to.equal(0);
    expect(scene.comes("late")).to.equal(true);
  });

  it("[Q4] nobody is sent away for longer than 15 s, or for less than 1", async () => {
    const scene = new Scene(1);
    scene.crowd(100, "join");
    await scene.clock.advance(0);
    const hints = [...scene.refusals.keys()].map((name) => scene.hint(name));
    expect(Math.min(...hints)).to.be.at.least(1000);
    expect(Math.max(...hints)).to.equal(15_000);
  });

  it("[Q4] a join whose wait has grown to 4 s, because returns came, is refused then", async () => {
    const scene = new Scene(10);
    scene.crowd(23, "join"); // the last one would wait for 2 s
    for (let i = 0; i < 60; i++) {
      scene.comes(`r${i}`, "return");
      await scene.clock.advance(100);
    }
    expect(scene.refusals.size).to.be.greaterThan(0);
    expect(scene.turnedAway).to.equal(scene.refusals.size);
    expect(scene.longestWait("j")).to.be.at.most(4000);
    expect(scene.hint([...scene.refusals.keys()][0] as string)).to.be.within(1000, 15_000);
  });

  it("[Q5] a loop that is late three times in a row lets in 50 joins a second, and every return at once", async () => {
    const scene = new Scene(0);
    scene.late(300);
    scene.crowd(60, "join");
    expect(scene.inside.length).to.equal(1);
    expect(scene.comes("r", "return")).to.equal(true);
    await scene.clock.advance(500);
    expect(scene.kinds.replaceAll("r", "").length).to.equal(26);
    scene.late(20, 1);
    await scene.clock.advance(0);
    expect(scene.inside.length).to.equal(61);
    expect(scene.comes("after")).to.equal(true);
  });

  it("[Q5] more than it can serve in 2 s is refused with a hint; it is over when the loop is on time", async () => {
    const scene = new Scene(0);
    scene.late(300);
    scene.crowd(200, "join");
    await scene.clock.advance(0);
    expect(scene.turnedAway).to.be.within(95, 100);
    expect(scene.hint("j199")).to.be.within(2000, 4500);
    scene.late(200); // better, and not well yet
    expect(scene.comes("still")).to.equal(false);
    scene.late(20, 1);
    expect(scene.comes("after")).to.equal(true);
  });

  it("[Q5] one long stall, stalls of 100 ms and every second one late are nothing", () => {
    const scene = new Scene(0);
    for (const pattern of [[5000], Array(50).fill(240), Array(50).fill([400, 20]).flat()] as number[][]) {
      for (const lateMs of pattern) scene.queue.sampled(lateMs);
      scene.crowd(200, "join");
    }
    expect(scene.inside.length).to.equal(600);
  });

  it("[Q5] turns that the late loop itself has missed are made up for", async () => {
    const scene = new Scene(0);
    scene.late(300);
    scene.crowd(100, "join");
    for (let turn = 0; turn < 5; turn++) {
      scene.clock.stall(400);
      scene.late(400, 1);
    }
    await scene.clock.advance(0);
    expect(scene.inside.length).to.be.within(99, 100);
  });

  it("[Q5] with a rate, too: a late loop lets joins in more slowly, and returns at the rate", async () => {
    const scene = new Scene(200);
    scene.late(300);
    scene.crowd(80, "join");
    scene.crowd(80, "return");
    await scene.clock.advance(500);
    const joins = scene.kinds.replaceAll("r", "").length;
    expect(joins).to.be.within(20, 27);
    expect(scene.inside.length - joins).to.equal(80);
  });

  it("[Q6] who goes while waiting leaves the queue, and the next one has the place", async () => {
    const scene = new Scene(2);
    scene.crowd(4, "join");
    scene.leaves("j1");
    scene.leaves("j0"); // has gone in: nothing
    expect(scene.queue.waiting).to.equal(2);
    await scene.clock.advance(300);
    expect(scene.inside).to.deep.equal(["j0", "j2"]);
    expect(scene.refusals.get("j1")).to.equal(goneAway);
    await scene.clock.advance(1000);
    expect(scene.inside).to.deep.equal(["j0", "j2", "j3"]);
    expect(scene.turnedAway).to.equal(0);
  });

  it("[Q6] a drain answers everyone who waits, and holds nobody up any more", async () => {
    const scene = new Scene(2);
    scene.crowd(4, "join");
    scene.comes("r", "return");
    scene.queue.shut();
    await scene.clock.advance(10_000);
    expect(scene.inside).to.deep.equal(["j0"]);
    expect([...scene.refusals.values()].map(({ code, message }) => `${code} ${message}`)).to.deep.equal(
      Array(4).fill("503 The server is restarting; retry in 1000 ms"),
    );
    expect(scene.queue.waiting).to.equal(0);
    scene.crowd(10, "join");
    expect(scene.inside.length).to.equal(11);
  });

  it("[Q6] what a counted join did not use is given back, once, and only in its own minute", () => {
    const counter = new WindowCounter(1000);
    expect([counter.add("a", 0), counter.add("a", 1)]).to.deep.equal([1, 2]);
    counter.takeBack("a", 2);
    expect(counter.get("a", 3)).to.equal(1);
    for (let i = 0; i < 5; i++) counter.takeBack("a", 4);
    counter.takeBack("b", 4);
    expect(counter.add("a", 5)).to.equal(1);
    counter.takeBack("a", 2000);
    expect(counter.add("a", 2001)).to.equal(1);
  });

  it("[H6] of the returns of one seat the newest waits, and the one before is refused with a hint", async () => {
    const scene = new Scene(10);
    scene.crowd(20, "join");
    expect(scene.comes("a1", "return", "a")).to.equal(false);
    expect(scene.comes("b1", "return", "b")).to.equal(false);
    expect(scene.comes("a2", "return", "a")).to.equal(false);
    await scene.clock.advance(0);
    expect([...scene.refusals.keys()].filter((name) => !name.startsWith("j"))).to.deep.equal(["a1"]);
    expect(scene.refusals.get("a1")).to.include({ code: 503 });
    expect(scene.hint("a1")).to.equal(1000);
    await scene.clock.advance(2500);
    expect(scene.inside).to.include.members(["a2", "b1"]).and.not.include("a1");
  });

  it("[H6] a seat comes in once a second, however often it asks, and its storm costs joins no more than that", async () => {
    const scene = new Scene(10);
    for (let i = 0; i < 500; i++) {
      scene.comes(`s${i}`, "return", "s");
      if (i % 20 === 0) scene.comes(`j${i}`); // five a second
      await scene.clock.advance(10);
    }
    const entered = scene.inside.filter((name) => name.startsWith("s")).length;
    expect(entered).to.be.within(4, 6); // in 5 s
    expect(scene.inside.filter((name) => name.startsWith("j"))).to.have.length(25);
    expect(scene.longestWait("j")).to.be.at.most(300);
    await scene.clock.advance(1500);
    expect(scene.inside, "the newest one gets in").to.include("s499");
    expect(scene.queue.waiting).to.equal(0);
  });

  it("[H6] one that waits for its seat's turn may go, and is answered by a drain", async () => {
    const scene = new Scene(10);
    expect(scene.comes("a1", "return", "a")).to.equal(true);
    scene.comes("a2", "return", "a");
    expect(scene.queue.waiting).to.equal(1);
    scene.leaves("a2");
    expect(scene.queue.waiting).to.equal(0);
    scene.comes("a3", "return", "a");
    scene.queue.shut();
    await scene.clock.advance(2000);
    expect(scene.refusals.get("a2")).to.equal(goneAway);
    expect(scene.refusals.get("a3")).to.include({ code: 503 });
    expect(scene.inside).to.deep.equal(["a1"]);
  });

  it("[H6] without a rate nothing is counted: every return goes in at once", () => {
    const scene = new Scene(0);
    for (let i = 0; i < 50; i++) expect(scene.comes(`a${i}`, "return", "a")).to.equal(true);
  });

  it("[Q7] counts who had to wait and who was refused", async () => {
    const scene = new Scene(1);
    scene.crowd(6, "join");
    expect([scene.delayed, scene.turnedAway, scene.queue.waiting]).to.deep.equal([2, 3, 2]);
    await scene.clock.advance(3000);
    expect([scene.delayed, scene.turnedAway, scene.queue.waiting]).to.deep.equal([2, 3, 0]);
  });
});

describe("the admission policy, over random storms", () => {
  /** Chance with a seed: the same storm for the same seed. */
  function storm(seed: number) {
    let state = seed;
    const chance = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    return chance;
  }

  it("[Q2] [Q3] nobody is lost or overtaken by its own kind, no return waits over 2 s and no join over 4 s", () => {
    for (let seed = 1; seed <= 25; seed++) {
      const chance = storm(seed);
      const rules = new AdmissionPolicy<Waiter>([0, 1, 7, 60, 900][seed % 5] as number);
      const taken: Record<Who, number> = { return: 0, join: 0 };
      let [came, gone, refused] = [0, 0, 0];
      const leaves = (waiter: Waiter, now: number, isIn: boolean) => {
        expect(waiter.cameAt, `seed ${seed}`).to.be.at.least(taken[waiter.who]);
        taken[waiter.who] = waiter.cameAt;
        const limitMs = waiter.who === "return" ? 2000 : 4000;
        expect(now - waiter.cameAt, `seed ${seed}: ${waiter.who}`).to.be.at.most(limitMs);
        if (isIn) gone += 1;
        else refused += 1;
      };
      for (let now = 1; now <= 20_000; now++) {
        if (chance() < 0.02) rules.sampled(chance() < 0.7 ? 400 : 10);
        for (let i = chance() * 3 * (now < 12_000 ? chance() : 0); i >= 1; i--) {
          const who: Who = chance() < 0.6 ? "return" : "join";
          came += 1;
          if (rules.enters(who, now)) gone += 1;
          else if (rules.refuses(who, now) === undefined) rules.add({ who, cameAt: now });
          else refused += 1;
        }
        if ((rules.nextAt() ?? Number.POSITIVE_INFINITY) > now) continue;
        for (let one = rules.next(now); one; one = rules.next(now)) leaves(one, now, true);
        for (let one = rules.expired(now); one; one = rules.expired(now)) leaves(one, now, false);
      }
      expect(gone + refused, `seed ${seed}`).to.equal(came);
      expect(rules.waiting).to.equal(0);
    }
  });
});
