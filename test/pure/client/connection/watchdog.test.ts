// When a connection counts as dead, and when a clock that stood still is the one to blame.
import { expect } from "chai";
import { Watchdog } from "../../../../src/client/connection/watchdog.ts";

const never = Number.POSITIVE_INFINITY;
const policy = { silenceTimeoutMs: 15_000, heartbeatIntervalMs: 10_000, askAfterMs: never };
/** As a room says it that shows every 3 s that it lives. */
const withSigns = { silenceTimeoutMs: 9000, heartbeatIntervalMs: 10_000, askAfterMs: 4000 };

/** Ticks when due until `until`; `lagMs` makes every tick late. Returns what it decided, and when. */
function run(dog: Watchdog, from: number, until: number, lagMs = 0, onBeat: (at: number) => void = () => {}) {
  const decided: string[] = [];
  for (let now = from; ; ) {
    now = Math.max(now, dog.nextAt()) + lagMs;
    if (now > until) return decided;
    const { beat, dead } = dog.tick(now);
    if (dead !== undefined) return [...decided, `dead of ${dead} at ${now}`];
    if (beat) {
      decided.push(`beat at ${now}`);
      onBeat(now);
    }
  }
}

describe("client watchdog", () => {
  it("[C6] beats at the interval, and nothing inbound for 15 s is death", () => {
    expect(run(new Watchdog(policy, 0), 0, 60_000)).to.deep.equal([
      "beat at 10000",
      "dead of silence at 15000",
    ]);
  });

  it("[C6] anything inbound proves life; nothing that we send does", () => {
    const dog = new Watchdog(policy, 0);
    const decided = run(dog, 0, 100_000, 0, (at) => at < 45_000 && dog.received(at + 40));
    expect(decided.at(-1)).to.equal("dead of silence at 55040");
    expect(decided.slice(0, -1)).to.deep.equal([1, 2, 3, 4, 5].map((n) => `beat at ${n}0000`));
  });

  it("[C6] a silence holds an answered beat, whatever interval the server asks for", () => {
    const dog = new Watchdog({ silenceTimeoutMs: 3000, heartbeatIntervalMs: 60_000, askAfterMs: never }, 0);
    expect(run(dog, 0, 10_000)).to.deep.equal(["beat at 2000", "dead of silence at 3000"]);
  });

  it("[C30] where signs of life come, only beats at the interval are sent; one that does not come is asked for, once", () => {
    const dog = new Watchdog(withSigns, 0);
    const beats: number[] = [];
    for (let now = 0; now <= 60_000; now += 1000) {
      if (now % 3000 === 0 && now <= 30_000) dog.received(now);
      if (now < dog.nextAt()) continue;
      const { beat, dead } = dog.tick(now);
      if (beat) beats.push(now);
      if (dead !== undefined) {
        expect({ dead, now, beats }).to.deep.equal({
          dead: "silence",
          now: 39_000,
          beats: [10_000, 20_000, 30_000, 34_000],
        });
        return;
      }
    }
    expect.fail("never dead");
  });

  it("[C30] what has been sent since something last came in asks as well as another would", () => {
    const dog = new Watchdog(withSigns, 0);
    dog.received(8000);
    expect(run(dog, 8000, 60_000)).to.deep.equal(["beat at 10000", "dead of silence at 17000"]);
  });

  it("[C30] another bound holds from when it is known, and makes no timer late", () => {
    const dog = new Watchdog(policy, 0);
    dog.received(1000);
    dog.change(withSigns, 9500);
    expect(dog.nextAt()).to.equal(5000);
    expect(dog.tick(9500)).to.deep.equal({ beat: true });
    expect(dog.tick(10_000)).to.deep.equal({ beat: false, dead: "silence" });
  });

  it("[C6] a hidden tab whose timers fire once a minute is not judged by them while its beats are answered", () => {
    const dog = new Watchdog(policy, 0);
    for (let now = 60_000; now <= 600_000; now += 60_000) {
      expect(dog.tick(now), `at ${now}`).to.deep.equal({ beat: true });
      dog.received(now + 80);
    }
  });

  it("[C6] a hidden tab whose beats are not answered is dead after one more of its slow timers", () => {
    const dog = new Watchdog(policy, 0);
    expect(dog.tick(60_000)).to.deep.equal({ beat: true });
    expect(dog.tick(120_000)).to.deep.equal({ beat: true });
    expect(dog.tick(180_000)).to.deep.equal({ beat: false, dead: "silence" });
  });

  it("[C6] after a stall the waiting answer is given time to be read, and then judged", () => {
    const dog = new Watchdog(policy, 0);
    expect(dog.tick(20_000)).to.deep.equal({ beat: true });
    dog.received(20_001);
    expect(dog.nextAt()).to.equal(30_000);
    const other = new Watchdog(policy, 0);
    expect(other.tick(20_000)).to.deep.equal({ beat: true });
    expect(other.nextAt()).to.equal(22_000);
    expect(other.tick(22_000)).to.deep.equal({ beat: false, dead: "silence" });
  });

  it("[C7] a probe that is not answered in its time is death of waking; an answered one is forgotten", () => {
    const dog = new Watchdog(policy, 0);
    dog.probe(5000, 2000, "wake");
    expect(run(dog, 5000, 20_000)).to.deep.equal(["dead of wake at 7000"]);
    const other = new Watchdog(policy, 0);
    other.probe(5000, 2000, "wake");
    other.received(5100);
    expect(run(other, 5100, 16_000)).to.deep.equal(["beat at 15000"]);
  });

  it("[C7] a second waking does not put the first one's judgement off", () => {
    const dog = new Watchdog(policy, 0);
    dog.probe(5000, 2000, "wake");
    dog.probe(6500, 2000, "wake");
    expect(run(dog, 6500, 20_000)).to.deep.equal(["dead of wake at 7000"]);
  });
});
