// How long the client waits, and what a herd of clients does to a server that comes back.
import { expect } from "chai";
import {
  firstDelayMs,
  hintedDelayMs,
  slowDelayMs,
  retryDelayMs,
} from "../../../../src/client/connection/backoff.ts";
import { seeded } from "../../../../harness/clients/fakes/fake-environment.ts";

const samples = (count: number, draw: () => number) => Array.from({ length: count }, draw);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("client back-off", () => {
  it("[C2] the first attempt after a loss comes within 200 ms, anywhere in it", () => {
    const chance = seeded(1);
    const delays = samples(1000, () => firstDelayMs(chance));
    expect(Math.max(...delays)).to.be.within(190, 200);
    expect(Math.min(...delays)).to.be.within(0, 10);
    expect(mean(delays)).to.be.closeTo(100, 10);
  });

  it("[C2] retries have full jitter under 400 ms, 1 s, and 5 s from then on", () => {
    const chance = seeded(2);
    for (const [failures, bound] of [
      [1, 400],
      [2, 1000],
      [3, 5000],
      [50, 5000],
      [5000, 5000],
    ] as const) {
      const delays = samples(1000, () => retryDelayMs(failures, false, chance));
      expect(Math.max(...delays), `after ${failures}`).to.be.within(bound * 0.97, bound);
      expect(Math.min(...delays), `after ${failures}`).to.be.within(0, bound * 0.03);
      expect(mean(delays), `after ${failures}`).to.be.closeTo(bound / 2, bound * 0.06);
    }
  });

  it("[C2] after an attempt that timed out the next one comes within 500 ms, however many failed", () => {
    const chance = seeded(3);
    const delays = samples(1000, () => retryDelayMs(9, true, chance));
    expect(Math.max(...delays)).to.be.within(485, 500);
  });

  it("[C2] a hint is obeyed, and spread; a huge one is not believed", () => {
    const chance = seeded(4);
    const delays = samples(1000, () => hintedDelayMs(1500, chance));
    expect(Math.min(...delays)).to.be.within(1500, 1550);
    expect(Math.max(...delays)).to.be.within(2900, 3000);
    expect(hintedDelayMs(900_000_000, chance)).to.be.below(120_001);
  });

  it("[C2] while the browser says offline, attempts are slow", () => {
    const delays = samples(1000, () => slowDelayMs(seeded(5)));
    expect(Math.min(...delays)).to.be.at.least(5000);
    expect(Math.max(...delays)).to.be.at.most(10_000);
  });

  for (const awayMs of [1500, 2000, 3000, 5000, 20_000]) {
    it(`[C16] 500 clients whose server is away for ${awayMs} ms: no 100 ms holds over 10% of them, all back in 8 s`, () => {
      let worst = 0;
      let last = 0;
      for (let seed = 1; seed <= 40; seed++) {
        const arrivals = herd(500, awayMs, seeded(seed));
        worst = Math.max(worst, fullestWindow(arrivals, 100));
        last = Math.max(last, ...arrivals);
      }
      expect(worst).to.be.at.most(50);
      expect(last - awayMs).to.be.below(8000);
    });
  }
});

/** When each of the clients finds a server that was killed at 0 and refuses at once until `listensAt`. */
function herd(clients: number, listensAt: number, chance: () => number): number[] {
  return samples(clients, () => {
    let at = firstDelayMs(chance);
    for (let failures = 1; at < listensAt; failures++) at += 5 + retryDelayMs(failures, false, chance);
    return at;
  });
}

/** The most that fall into any window of this length. */
function fullestWindow(instants: number[], lengthMs: number): number {
  const sorted = instants.toSorted((a, b) => a - b);
  let fullest = 0;
  let from = 0;
  for (const [to, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) > lengthMs) from += 1;
    fullest = Math.max(fullest, to - from + 1);
  }
  return fullest;
}
