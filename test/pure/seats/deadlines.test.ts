// Deadlines against the shortest thing that is right: a map, searched for its least.
import { expect } from "chai";
import fc from "fast-check";
import { Deadlines } from "../../../src/seats/deadlines.ts";

describe("deadlines", () => {
  it("[S15] over any history the earliest is known, each key has one, and nothing is left of a key that goes", () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 12 }).map(String),
      at: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 4 }),
    });
    let most = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
        const deadlines = new Deadlines();
        const reference = new Map<string, number>();
        const agree = () => {
          const earliest = Math.min(...reference.values());
          const next = deadlines.next();
          expect(deadlines.size).to.equal(reference.size);
          expect(next?.at).to.equal(reference.size === 0 ? undefined : earliest);
          if (next !== undefined) expect(reference.get(next.key)).to.equal(next.at);
        };
        for (const { key, at } of steps) {
          deadlines.set(key, at);
          if (at === null) reference.delete(key);
          else reference.set(key, at);
          agree();
        }
        most = Math.max(most, reference.size);
        for (let next = deadlines.next(); next !== undefined; next = deadlines.next()) {
          deadlines.set(next.key, null);
          reference.delete(next.key);
          agree();
        }
      }),
      { numRuns: 1000 },
    );
    expect(most, "many at once").to.be.greaterThan(8);
  });
});
