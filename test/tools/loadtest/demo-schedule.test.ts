import { expect } from "chai";
import { cutOutages, planPhones, readTraces } from "../../../loadtest/demo/schedule.ts";

const traces = readTraces();
const options = { phones: 24, seed: 1, playMs: 155_000, isFull: false };

describe("loadtest: the demo's schedule", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(planPhones(traces, options)).to.deep.equal(planPhones(readTraces(), options));
    expect(planPhones(traces, { ...options, seed: 2 })).not.to.deep.equal(planPhones(traces, options));
  });

  it("plays whole traces as recorded, round and round", () => {
    const trace = { name: "t", durationMs: 10_000, outages: [{ startMs: 2000, lengthMs: 1000 }] };
    const play = { playMs: 25_000, isFull: true };
    expect(cutOutages(trace, 0, 500, 1, play).map(({ startMs }) => startMs)).to.deep.equal([
      500, 10_500, 20_500,
    ]);
  });

  it("has every trouble meet every way back, within the time, without overlaps", () => {
    for (const isFull of [false, true]) {
      for (const seed of [1, 2, 3, 4, 5]) {
        const plans = planPhones(traces, { ...options, seed, isFull });
        const kinds = plans.map(
          ({ trouble, stretch, path }) => `${stretch} ${stretch > 1 ? "" : trouble} ${path}`,
        );
        expect(new Set(kinds).size).to.equal(9);
        for (const { outages } of plans) {
          let endMs = 0;
          for (const { startMs, lengthMs } of outages) {
            expect(startMs).to.be.greaterThan(endMs);
            endMs = startMs + lengthMs;
          }
          expect(endMs).to.be.within(1, options.playMs);
        }
      }
    }
  });

  it("has outages in the short play that outlast the grace", () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const fatal = planPhones(traces, { ...options, seed }).filter(({ outages }) =>
        outages.some(({ lengthMs }) => lengthMs > 39_000),
      );
      expect(fatal.length).to.be.at.least(5);
    }
  });
});
