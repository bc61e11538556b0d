// Counts over time out of bars, their thinning, and the path of the chart.
import { expect } from "chai";
import fc from "fast-check";
import {
  areaPath,
  chartWindow,
  countsOver,
  niceTop,
  type Step,
  thin,
} from "../../../src/pages/core/host/series.ts";
import type { Bar, BarKind, Line } from "../../../src/pages/core/time-lines.ts";

const line = (...bars: [BarKind, number, number?][]): Line => ({
  deviceId: "d",
  userId: "u",
  displayName: "",
  leaveReason: undefined,
  earlier: { times: 0, lengthMs: 0 },
  bars: bars.map(([kind, from, to]): Bar => ({ kind, from, to, isPresumed: false })),
});

describe("pages: counts over time", () => {
  it("step where somebody turns, and begin at the window's edge", () => {
    const lines = [
      line(["connected", 0, 40], ["away", 40, 60], ["connected", 60]),
      line(["connected", 20, 40], ["left", 40]),
    ];
    expect(countsOver(lines, 10, 100)).to.deep.equal([
      { at: 10, connected: 1, away: 0 },
      { at: 20, connected: 2, away: 0 },
      { at: 40, connected: 0, away: 1 },
      { at: 60, connected: 1, away: 0 },
    ]);
  });

  it("equal a count of the bars at every instant, for any lines", () => {
    const history = fc.array(
      fc.tuple(fc.constantFrom<BarKind>("connected", "away", "left"), fc.integer({ min: 1, max: 30 })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        fc.array(history, { maxLength: 6 }),
        fc.nat(60),
        fc.integer({ min: 1, max: 90 }),
        (histories, from, span) => {
          const lines = histories.map((turns) => {
            let at = 0;
            const bars = turns.map(([kind, length], index): [BarKind, number, number?] => {
              const start = at;
              at += length;
              return index === turns.length - 1 ? [kind, start] : [kind, start, at];
            });
            return line(...bars);
          });
          const steps = countsOver(lines, from, from + span);
          for (let at = from; at <= from + span; at += 1) {
            const now = steps.findLast((step) => step.at <= at);
            for (const kind of ["connected", "away"] as const) {
              const count = lines.filter(({ bars }) =>
                bars.some(
                  (bar) => bar.kind === kind && bar.from <= at && (bar.to ?? Number.POSITIVE_INFINITY) > at,
                ),
              ).length;
              expect(now?.[kind], `${kind} at ${at}`).to.equal(count);
            }
          }
        },
      ),
    );
  });

  it("are thinned to what a chart can show, and the worst of an outage stays", () => {
    const steps: Step[] = Array.from({ length: 5000 }, (_, at) => ({
      at,
      connected: 100 - (at % 7),
      away: at % 7,
    }));
    steps[1234] = { at: 1234, connected: 1, away: 99 };
    const thinned = thin(steps, 0, 5000, 100);
    expect(thinned.length).to.be.at.most(200);
    expect(thinned).to.deep.include({ at: 1234, connected: 1, away: 99 });
    expect(thinned.at(-1)).to.equal(steps.at(-1));
    expect(thinned.map(({ at }) => at)).to.deep.equal(thinned.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(thin(steps.slice(0, 5), 0, 5000, 100)).to.deep.equal(steps.slice(0, 5));
  });

  it("are drawn as steps, from the first to now", () => {
    const plane = { from: 0, to: 100, top: 4, width: 100, height: 40 };
    const steps = [
      { at: 0, connected: 2, away: 0 },
      { at: 50, connected: 4, away: 0 },
    ];
    expect(areaPath(steps, plane, ({ connected }) => connected)).to.equal(
      "M0.0 20.0L50.0 20.0L50.0 0.0L100.0 0.0L100.0 40.0L50.0 40.0L50.0 40.0L0.0 40.0Z",
    );
    expect(areaPath([], plane, ({ connected }) => connected)).to.equal("");
  });

  it("have a round number on top, never below the highest", () => {
    expect([0, 3, 4, 9, 22, 100, 101, 499].map(niceTop)).to.deep.equal([4, 4, 4, 10, 25, 100, 120, 500]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (highest) => {
        expect(niceTop(highest)).to.be.within(highest, Math.max(4, 2 * highest));
      }),
    );
  });

  it("[B102] a chart is as wide as what was watched, and says that it is whole only when it is", () => {
    const second = 1000;
    const of = (watchedMs: number) => chartWindow(900 * second, 300 * second, 900 * second - watchedMs);
    expect(of(2 * second)).to.deep.equal({
      from: 890 * second,
      seenFrom: 898 * second,
      isWhole: false,
    });
    expect(of(60 * second)).to.deep.equal({ from: 840 * second, seenFrom: 840 * second, isWhole: false });
    expect(of(400 * second)).to.deep.equal({ from: 600 * second, seenFrom: 600 * second, isWhole: true });
  });
});
