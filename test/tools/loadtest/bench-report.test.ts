// The benchmark's pure parts: statistics, who takes a turn when, tables, goals, the plot.
import { expect } from "chai";
import { type Plan, plans, tasksOf, whySkip } from "../../../loadtest/bench/plan.ts";
import { figureOf, ratioOf } from "../../../loadtest/bench/report/figures.ts";
import { judgeAll } from "../../../loadtest/bench/report/goals.ts";
import { hottest } from "../../../loadtest/bench/report/hot.ts";
import { markdownOf, markdownTable } from "../../../loadtest/bench/report/markdown.ts";
import { merged } from "../../../loadtest/bench/report/merge.ts";
import { decades, svgOf } from "../../../loadtest/bench/report/plot.ts";
import { parseReport } from "../../../loadtest/bench/report/read.ts";
import { rows } from "../../../loadtest/bench/report/rows.ts";
import { aligned, spelled, textOf } from "../../../loadtest/bench/report/tables.ts";
import type { PhaseResult, Report, RunResult, ServerId } from "../../../loadtest/bench/results.ts";
import { median, medianRatio, quantile } from "../../../loadtest/bench/statistics.ts";

const phase = (some: Partial<PhaseResult> = {}): PhaseResult => ({
  ok: true,
  done: 100,
  of: 100,
  wallMs: 1000,
  perSecond: 100,
  p50Ms: 1,
  p99Ms: 2,
  toldMs: 50,
  cpuMs: 500,
  cpuUsPerOp: 5000,
  loopP99Ms: 3,
  loopMaxMs: 4,
  frames: 1000,
  bytes: 100_000,
  generatorBusy: 0.5,
  generatorStallMs: 1,
  otherBusy: 0,
  ...some,
});

const run = (server: ServerId, round: number, some: Partial<RunResult> = {}, size = 2000): RunResult => ({
  server,
  scenario: { events: 1, eventSize: size },
  round,
  phases: { join: phase(), drop: phase() },
  ...some,
});

const reportOf = (...runs: RunResult[]): Report => ({
  version: 2,
  at: "2026-01-02T03:04:05.000Z",
  machine: "2 x <a machine>",
  node: "v24.0.0",
  options: {},
  tookSeconds: 1,
  runs,
});

const joins = (server: ServerId, round: number, perSecond: number) =>
  run(server, round, { phases: { join: phase({ perSecond }) } });
const told = (server: ServerId, toldMs: number, ok = true) =>
  run(server, 1, { phases: { drop: phase({ toldMs, ok }) } });

describe("loadtest: the benchmark's figures", () => {
  it("medians are the middle, quantiles are values that occurred, ratios are of each round", () => {
    expect(median([5, 1, 9])).to.equal(5);
    expect(median([1, 2, 3, 10])).to.equal(2.5);
    expect(median([])).to.deep.equal(Number.NaN);
    expect(quantile([3, 1, 2, 4], 0.5)).to.equal(2);
    expect(quantile([3, 1, 2, 4], 0.99)).to.equal(4);
    expect(quantile([], 0.5)).to.equal(0);
    // the second round was noisy for both: its ratio is as good as the others'
    expect(
      medianRatio([
        [10, 5],
        [2, 1],
        [30, 10],
      ]),
    ).to.equal(2);
  });

  it("a ratio pairs the runs of one round, and falls back to the medians when no round has both", () => {
    const paired = reportOf(
      joins("holdfast", 1, 100),
      joins("bare", 1, 200),
      joins("holdfast", 2, 10),
      joins("bare", 2, 20),
    );
    expect(ratioOf(paired, "2000", rows.joinsPerSecond, "holdfast", "bare")).to.equal(0.5);
    const apart = reportOf(joins("holdfast", 1, 100), joins("bare", 2, 50));
    expect(ratioOf(apart, "2000", rows.joinsPerSecond, "holdfast", "bare")).to.equal(2);
    expect(ratioOf(apart, "2000", rows.joinsPerSecond, "holdfast", "sio")).to.equal(undefined);
  });

  it("what was not done in its bound is marked, in figures and in the table", () => {
    const report = reportOf(told("holdfast", 40), told("plain", 30_000, false));
    expect(figureOf(report, "plain", "2000", rows.dropTold)).to.deep.include({
      value: 30_000,
      isPartial: true,
    });
    expect(figureOf(report, "holdfast", "2000", rows.dropTold)?.isPartial).to.equal(false);
    const text = textOf(report);
    expect(text).to.match(/30 % drop: all told, ms +40 +30,000! +750/);
    expect(text).to.include("plain, 1 x 2000, round 1: drop: 100 of 100");
  });

  it("the table says what failed altogether", () => {
    const failed = run("sio", 1, { phases: {}, failure: "the server did not start" });
    const text = textOf(reportOf(run("holdfast", 1), failed));
    expect(text).to.match(/^joins\/s +100 +-/m);
    expect(text).to.include("sio, 1 x 2000, round 1: the server did not start");
  });

  it("columns are aligned, figures have three digits", () => {
    expect(
      aligned([
        ["a", "bb"],
        ["ccc", "d"],
      ]),
    ).to.equal("a    bb\nccc   d");
    expect([0.123456, 12.3456, 123.456, 12_345.6, Number.NaN].map(spelled)).to.deep.equal([
      "0.123",
      "12.3",
      "123",
      "12,346",
      "-",
    ]);
  });
});

describe("loadtest: the benchmark's goals", () => {
  const verdictOf = (report: Report, text: string) =>
    judgeAll(report).find(({ goal }) => goal.text.startsWith(text))?.verdict;

  it("are met or missed by the ratio of the same round, and silent without figures", () => {
    const goal = "joins/s: >= 1.8 x Socket.IO (2000)";
    const report = (sio: number) => reportOf(joins("holdfast", 1, 1000), joins("sio", 1, sio));
    expect(verdictOf(report(500), goal)).to.deep.equal({ figure: "2 x", isMet: true, at: "2000" });
    expect(verdictOf(report(600), goal)?.isMet).to.equal(false);
    expect(verdictOf(reportOf(joins("holdfast", 1, 1000)), goal)).to.equal(undefined);
  });

  it("take the next smaller size when the other server was not run at the largest", () => {
    const small = [
      run("holdfast", 1, { phases: { join: phase({ perSecond: 900 }) } }, 1000),
      run("plain", 1, { phases: { join: phase({ perSecond: 100 }) } }, 1000),
    ];
    const verdict = verdictOf(reportOf(joins("holdfast", 1, 1), ...small), "joins/s: >= 9 x the plain room");
    expect(verdict).to.deep.equal({ figure: "9 x", isMet: true, at: "1000" });
  });

  it("a limit is not met by a phase that was cut short", () => {
    const at5000 = (ok: boolean) =>
      reportOf(run("holdfast", 1, { phases: { drop: phase({ toldMs: 900, ok }) } }, 5000));
    const goal = "30 % drop: all told, ms: <= 1000 (5000)";
    expect(verdictOf(at5000(true), goal)?.isMet).to.equal(true);
    expect(verdictOf(at5000(false), goal)?.isMet).to.equal(false);
  });

  it("our own client has goals of its own, and is not taken for a stock one", () => {
    const back = (server: ServerId, toldMs: number) =>
      run(server, 1, { phases: { return: phase({ toldMs }) } }, 5000);
    const report = reportOf(back("holdfast", 4000), back("holdfast-ours", 1900));
    const verdict = verdictOf(report, "all returned and told, ms, our client: <= 2000 (5000)");
    expect(verdict).to.deep.include({ isMet: true, figure: "1,900" });
    expect(verdictOf(reportOf(back("holdfast", 1000)), "all returned and told, ms, our client")).to.equal(
      undefined,
    );
  });

  it("heap is judged without the buffers, which have a row of their own", () => {
    const memory = {
      heapPerConnected: 4096,
      buffersPerConnected: 9216,
      rssPerConnected: 20_480,
      heapPerHeld: 3072,
      buffersPerHeld: 0,
    };
    const report = reportOf(run("holdfast", 1, { memory }));
    expect(verdictOf(report, "heap per connected, KB: <= 5 (2000)")?.isMet).to.equal(true);
    expect(verdictOf(report, "heap per held seat, KB: <= 2 (2000)")?.isMet).to.equal(false);
    expect(textOf(report)).to.match(/^buffers per connected, KB +9$/m);
  });

  it("held seats are judged by their ratio", () => {
    const same = { without: 10, with: 10, ratio: 1 };
    const held = { held: 20_000, joinsPerSecond: same, joinCpuUs: same, dropToldMs: same, dropCpuUs: same };
    const report = { ...reportOf(run("holdfast", 1)), held };
    const slower = { ...report, held: { ...held, joinsPerSecond: { ...same, ratio: 0.9 } } };
    expect(verdictOf(report, "joins/s elsewhere")?.isMet).to.equal(true);
    expect(verdictOf(slower, "joins/s elsewhere")?.isMet).to.equal(false);
  });
});

describe("loadtest: the benchmark's plan", () => {
  it("lets every server begin in turn, and runs each once in a round", () => {
    const order = (round: number) => tasksOf(plans.smoke, round).map(({ server }) => server);
    expect(order(1)).to.deep.equal(["holdfast", "holdfast-ours", "plain", "sio", "bare"]);
    expect(order(2)).to.deep.equal(["holdfast-ours", "plain", "sio", "bare", "holdfast"]);
    expect(order(6)).to.deep.equal(order(1));
  });

  it("tries once what never ends, with bounds of its own", () => {
    const large = (round: number) =>
      tasksOf(plans.full, round).filter(({ scenario }) => scenario.eventSize === 5000);
    const plain = large(1).find(({ server }) => server === "plain");
    expect(plain).to.deep.include({ boundMs: 60_000, joinBoundMs: 180_000, endsAtFailure: true });
    expect(large(1).find(({ server }) => server === "bare")?.joinBoundMs).to.equal(60_000);
    expect(large(2).map(({ server }) => server)).to.have.members(["holdfast", "holdfast-ours", "bare"]);
  });

  it("leaves out what failed before and what there is no time for, but never of the first round", () => {
    const plan: Plan = { ...plans.smoke, budgetMs: 10_000 };
    const [first] = tasksOf(plan, 1);
    const [again] = tasksOf(plan, 6);
    if (first === undefined || again === undefined) throw new Error("no tasks");
    const done = [{ run: run("holdfast", 1, {}, 50), tookMs: 4000 }];
    expect(whySkip(first, [], 60_000, plan)).to.equal(undefined);
    expect(whySkip(again, done, 5000, plan)).to.equal(undefined);
    expect(whySkip(again, done, 7000, plan)).to.equal("time is up");
    const failed = [{ run: run("holdfast", 1, { failure: "no" }, 50), tookMs: 1 }];
    expect(whySkip(again, failed, 0, plan)).to.include("earlier round");
  });
});

describe("loadtest: the benchmark's files", () => {
  it("the plot has a bar for each figure, marks what is partial, and escapes text", () => {
    const svg = svgOf(reportOf(told("holdfast", 40), told("plain", 30_000, false)));
    expect(svg.match(/<rect [^>]*y=/g)).to.have.length(2);
    expect(svg).to.include(">30k!</text>").and.to.include("&lt;a machine>");
    expect(svg).to.include("prefers-color-scheme: dark");
    expect(svg).not.to.include("NaN");
  });

  it("the scale holds every value between powers of ten", () => {
    expect(decades([3, 4000])).to.deep.equal([0, 4]);
    expect(decades([100])).to.deep.equal([2, 3]);
    expect(decades([0])).to.deep.equal([0, 1]);
  });

  it("a profile's time is counted by itself and with all that was called, idle time never", () => {
    const frame = (functionName: string) => ({ functionName, url: "file:///x/src/a.ts", lineNumber: 4 });
    const nodes = [
      { id: 1, callFrame: frame("a"), children: [2, 4] },
      { id: 2, callFrame: frame("b"), children: [3] },
      { id: 3, callFrame: frame("a") },
      { id: 4, callFrame: frame("(idle)") },
    ];
    const { self, inclusive } = hottest({ nodes, samples: [1, 2, 3, 4], timeDeltas: [1, 2, 1, 9] }, 5);
    expect(self.map(({ name, share }) => [name, share])).to.deep.equal([
      ["a src/a.ts:5", 0.5],
      ["b src/a.ts:5", 0.5],
    ]);
    expect(inclusive.map(({ share }) => share)).to.deep.equal([1, 0.75]);
  });

  it("reports are merged without comparing the runs of one with another's", () => {
    const first = reportOf(joins("holdfast", 1, 100), joins("holdfast", 2, 100));
    const held = { held: 5, joinsPerSecond: { without: 1, with: 1, ratio: 1 } } as Report["held"];
    const second = { ...reportOf(joins("holdfast", 1, 500), joins("bare", 1, 1000)), machine: "another" };
    const both = merged([{ ...first, ...(held && { held }) }, second, first]);
    expect(both.runs.map(({ round }) => round)).to.deep.equal([1, 2, 3, 3, 4, 5]);
    expect(ratioOf(both, "2000", rows.joinsPerSecond, "holdfast", "bare")).to.equal(0.5);
    expect(both.held?.held).to.equal(5);
    expect([both.tookSeconds, both.machine]).to.deep.equal([3, "2 x <a machine>; another"]);
    expect(() => merged([])).to.throw(RangeError);
  });

  it("the tables are Markdown too", () => {
    expect(
      markdownTable([
        ["a|b", "<c>"],
        ["d", "1"],
      ]),
    ).to.equal("| a\\|b | &lt;c> |\n|---|---:|\n| d | 1 |");
    const text = markdownOf(reportOf(told("holdfast", 40), told("bare", 30, false)));
    expect(text).to.include("| 30 % drop: all told, ms | 40 | 30! | 0.75 |");
    expect(text).to.include(
      "| 30 % drop: all told, ms: <= 2 x bare ws per tick (2000) | 1.33 x | met | at 2000 |",
    );
    expect(text).not.to.include("no figure");
  });

  it("a report reads back, anything else is refused", () => {
    const report = reportOf(run("holdfast", 1));
    expect(parseReport(JSON.stringify(report))).to.deep.equal(report);
    expect(() => parseReport('{"version":1,"runs":[]}')).to.throw("not a report");
  });
});
