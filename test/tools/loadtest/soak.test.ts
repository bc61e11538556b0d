// The churn soak: its verdict can fail, and a small one runs through. No speed is asserted.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Crowd, kinds } from "../../../loadtest/bench/running/crowd.ts";
import { Random } from "../../../harness/fuzz/random.ts";
import { countsIn, metricIn } from "../../../loadtest/soak/books.ts";
import { lineOf, trendTable } from "../../../loadtest/soak/lines.ts";
import { Rhythm } from "../../../loadtest/soak/rhythm.ts";
import { Guest, Town, Venue } from "../../../loadtest/soak/venue.ts";
import {
  type Evidence,
  failuresIn,
  notJudged,
  type Sample,
  slope,
  trendsOf,
} from "../../../loadtest/soak/verdict.ts";

const megabyte = 1024 * 1024;
const sample = (minute: number, some: Partial<Sample> = {}): Sample => ({
  atMinutes: minute,
  heapBytes: 40 * megabyte,
  bufferBytes: 4 * megabyte,
  rssBytes: 150 * megabyte,
  handles: 10,
  sockets: 480,
  held: 20,
  operations: 5000,
  cpuUsPerOperation: 400,
  loopP50Ms: 0.1,
  loopP99Ms: 2,
  loopMaxMs: 20,
  otherBusy: 0.05,
  ...some,
});
/** Half an hour, a sample each minute; some noise, and what `drift` makes of it. */
function halfAnHour(drift: (minute: number) => Partial<Sample> = () => ({})): Sample[] {
  const random = new Random(7);
  return Array.from({ length: 30 }, (_, k) => {
    const noise = 1 + 0.02 * (random.next() - 0.5);
    const noisy = { heapBytes: 40 * megabyte * noise, cpuUsPerOperation: 400 * noise };
    return sample(k + 1, { ...noisy, ...drift(k + 1) });
  });
}
const evidence = (some: Partial<Evidence> = {}): Evidence => ({
  samples: halfAnHour(),
  counts: [{ title: "drops", made: 9000, seen: 9000 }],
  faults: {},
  errors: [],
  ...some,
});

describe("loadtest: the soak's verdict", () => {
  it("a flat run is ok, with the noise that a machine makes", () => {
    expect(failuresIn(evidence())).to.deep.equal([]);
    const trends = trendsOf(halfAnHour());
    expect(trends.every(({ isFlat }) => isFlat)).to.equal(true);
    expect(trendTable(trends).flat()).not.to.include("GREW");
  });

  for (const [what, drift] of [
    ["heap, MB", (minute: number) => ({ heapBytes: (40 + 0.2 * minute) * megabyte })],
    ["buffers, MB", (minute: number) => ({ bufferBytes: (4 + 0.2 * minute) * megabyte })],
    ["RSS, MB", (minute: number) => ({ rssBytes: (150 + 2 * minute) * megabyte })],
    ["handles beside sockets", (minute: number) => ({ handles: 10 + 2 * minute })],
    ["loop delay p99, ms", (minute: number) => ({ loopP99Ms: 2 + 0.4 * minute })],
    ["CPU per operation, us", (minute: number) => ({ cpuUsPerOperation: 400 + 8 * minute })],
  ] as const) {
    it(`a leak fails it: ${what}`, () => {
      const failures = failuresIn(evidence({ samples: halfAnHour(drift) }));
      expect(failures).to.have.length(1);
      expect(failures[0]).to.match(new RegExp(`^${what}: grew from `));
      expect(trendTable(trendsOf(halfAnHour(drift))).flat()).to.include("GREW");
    });
  }

  it("what happens in the warm-up, and one bad minute, do not", () => {
    const early = (minute: number) => ({ heapBytes: (minute <= 6 ? 20 : 40) * megabyte });
    expect(failuresIn(evidence({ samples: halfAnHour(early) }))).to.deep.equal([]);
    const spike = (minute: number) => (minute === 28 ? { loopP99Ms: 300, heapBytes: 90 * megabyte } : {});
    expect(failuresIn(evidence({ samples: halfAnHour(spike) }))).to.deep.equal([]);
  });

  it("times are judged by the minutes in which the machine had nothing else to do", () => {
    const noisy = (minute: number) =>
      minute > 18 && minute % 2 === 0 ? { otherBusy: 0.9, loopP99Ms: 90, cpuUsPerOperation: 900 } : {};
    expect(failuresIn(evidence({ samples: halfAnHour(noisy) }))).to.deep.equal([]);
    const always = halfAnHour((minute) => ({ otherBusy: 1, loopP99Ms: minute }));
    expect(failuresIn(evidence({ samples: always }))).to.deep.equal([]);
    expect(notJudged(always)).to.deep.equal(["loop delay p99, ms", "CPU per operation, us"]);
    const leaking = halfAnHour((minute) => ({ otherBusy: 1, heapBytes: minute * megabyte }));
    expect(failuresIn(evidence({ samples: leaking }))).to.have.length(1);
  });

  it("a short run is not judged by its growth, but by everything else", () => {
    const samples = halfAnHour((minute) => ({ heapBytes: minute * megabyte })).slice(0, 8);
    expect(trendsOf(samples)).to.deep.equal([]);
    expect(failuresIn(evidence({ samples }))).to.deep.equal([]);
    expect(failuresIn(evidence({ samples, faults: { "drop: not within 10000 ms": 3 } }))).to.deep.equal([
      "drop: not within 10000 ms (3 times)",
    ]);
  });

  it("a lost operation, an error in the log, an idle minute and an idle run fail it", () => {
    const lost = evidence({ counts: [{ title: "drops", made: 9000, seen: 8999 }] });
    expect(failuresIn(lost)).to.deep.equal(["drops: 9000 made, 8999 counted by the server"]);
    expect(failuresIn(evidence({ errors: ["oh"] }))).to.deep.equal(["the server logged oh"]);
    const idle = halfAnHour((minute) => (minute === 9 ? { operations: 0 } : {}));
    expect(failuresIn(evidence({ samples: idle }))[0]).to.include("minute 9");
    expect(failuresIn(evidence({ counts: [] }))).to.deep.equal(["nothing was done"]);
  });

  it("the trend is the line through all samples, and a sample is one line", () => {
    expect(slope([1, 2, 3], [5, 7, 9])).to.equal(2);
    expect(slope([1], [5])).to.equal(0);
    expect(lineOf(sample(3)))
      .to.include("3.0 min  heap 40.0 MB")
      .and.to.include("0.1 / 2.0 / 20.0 ms");
  });
});

describe("loadtest: the soak's books", () => {
  const metrics = `# HELP holdfast_participants Participants
holdfast_participants{status="connected"} 3
holdfast_participants{status="temporarily_disconnected"} 2
holdfast_participants_other 7
holdfast_leaves_total{reason="consented"} 11
holdfast_leaves_total{reason="grace_expired"} 4
`;

  it("metrics are summed over the series that are meant", () => {
    expect(metricIn(metrics, "participants")).to.equal(5);
    expect(metricIn(metrics, "leaves_total", 'reason="grace_expired"')).to.equal(4);
    expect(metricIn(metrics, "events")).to.equal(0);
    const made = { join: 0, beat: 9, broadcast: 0, drop: 0, expiry: 4, leave: 12 };
    const counts = countsIn(metrics, { ...made, "return by token": 0, "return by join": 0 });
    const wrong = counts.filter((count) => count.made !== count.seen).map(({ title }) => title);
    expect(wrong).to.deep.equal(["leaves", "participants left over"]);
  });

  it("what is done by the second is neither lost nor done twice", () => {
    const rhythm = new Rhythm(50);
    let done = 0;
    for (let k = 0; k < 600; k++) done += rhythm.due("drop", 100);
    expect(done).to.be.within(59, 60);
  });

  it("a witness must be told of all that was done, in order of asking, and of nothing else", async () => {
    const faults: string[] = [];
    const town = new Town();
    const witness = new Guest(town, "e", "w");
    const venue = new Venue(witness, (fault) => faults.push(fault));
    town.open(venue);
    const [first, second] = [venue.told(kinds.away), venue.told(kinds.away)];
    witness.hear(kinds.away);
    await first;
    expect(venue.differences()).to.deep.equal(["1 of 2 told: drop"]);
    new Guest(town, "e", "somebody").hear(kinds.away, 5);
    witness.hear(kinds.away);
    await second;
    expect([venue.differences(), faults]).to.deep.equal([[], []]);
    witness.hear(kinds.left);
    expect(faults).to.deep.equal(["the witness was told of a leave that nobody made"]);
    expect(town).to.be.instanceOf(Crowd);
  });

  it("an expiry may be told when it is due, also before the timer that waits for it; not sooner", async () => {
    const faults: string[] = [];
    const town = new Town();
    const witness = new Guest(town, "e", "w");
    const venue = new Venue(witness, (fault) => faults.push(fault));
    town.open(venue);
    const due = venue.toldOfExpiry(performance.now() - 1);
    witness.hear(kinds.left);
    await due;
    expect([venue.differences(), faults]).to.deep.equal([[], []]);
    const later = venue.toldOfExpiry(performance.now() + 30);
    witness.hear(kinds.left);
    expect(faults).to.have.length(1);
    await later; // already told: nothing that follows is waited for
    expect(venue.differences()).to.deep.equal([]);
  });
});

describe("loadtest: the soak itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-soak-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("a small one goes through every operation, with nothing lost", function () {
    this.timeout(90_000);
    const json = join(folder, "soak.json");
    const size = ["--minutes", "0.2", "--participants", "60", "--events", "3", "--sample-seconds", "3"];
    const args = ["loadtest/soak.ts", "churn", ...size, "--grace-ms", "1500", "--json", json];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: 80_000,
    });
    expect(status, stdout + stderr).to.equal(0);
    expect(stdout).to.include("soak: ok (too few samples to judge: heap, MB, ");
    const report = JSON.parse(readFileSync(json, "utf8")) as {
      readonly operations: Readonly<Record<string, number>>;
      readonly samples: readonly Sample[];
      readonly failures: readonly string[];
    };
    expect(report.samples).to.have.length.within(2, 4);
    for (const [name, times] of Object.entries(report.operations)) expect(times, name).to.be.greaterThan(0);
    expect(report.failures).to.deep.equal([]);
  });
});
