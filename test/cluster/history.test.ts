// The history checker on a short history (npm run soak -- cluster: a long one), and the proof that it can fail.
// SECONDS and SEED choose; the seed is printed.
import { expect } from "chai";
import { isOrdered, violationsIn } from "../../loadtest/cluster/check.ts";
import type { Evidence, Span, Told } from "../../loadtest/cluster/evidence.ts";
import { runHistory } from "../../loadtest/cluster/history.ts";
import { describeWithRedis } from "../support/redis.ts";

const seconds = Number(process.env.SECONDS ?? 60);
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

describe("cluster: the checker's own judgement", () => {
  const told = (parts: Partial<Told>): Told => ({
    type: "participant_joined",
    device: "d",
    reason: "",
    epoch: 1,
    seq: 1,
    at: 0,
    graceExpiresAt: 0,
    ...parts,
  });
  const span = (heard: Told[], client = "c"): Span => ({
    client,
    event: "e",
    from: 0,
    to: 9,
    first: new Map(),
    heard,
  });
  const evidence = (parts: Partial<Evidence>): Evidence => ({
    graceMs: 1000,
    heardLateMs: 0,
    spans: [],
    stories: [],
    owned: [],
    rosters: [],
    ...parts,
  });

  it("knows which stories are in order after a first state", () => {
    for (const [story, first] of [
      ["JDRDL", undefined],
      ["DRL", "connected"],
      ["RDRDLJ", "connected"],
      ["DRD", "temporarily_disconnected"],
      ["RDL", "temporarily_disconnected"],
      ["", undefined],
    ] as const)
      expect(isOrdered(story, first), `${story} after ${first}`).to.equal(true);
    for (const [story, first] of [
      ["JJ", undefined],
      ["R", undefined],
      ["DLD", "connected"],
      ["DD", "connected"],
      ["RR", "temporarily_disconnected"],
      ["LL", "connected"],
    ] as const)
      expect(isOrdered(story, first), `${story} after ${first}`).to.equal(false);
  });

  it("finds two words in one place, a gap, a falling epoch, two owners, a lost seat, a false leave and a ghost", () => {
    const away = { type: "participant_temporarily_disconnected" };
    const stays = { device: "d", event: "e", kind: "stays", visits: [], absences: [] } as const;
    const cases: [string, Partial<Evidence>][] = [
      ["is both", { spans: [span([told({})]), span([told({ ...away })], "c2")] }],
      ["after 1", { spans: [span([told({}), told({ ...away, seq: 3 })])] }],
      ["heard epoch 1 after 2", { spans: [span([told({ epoch: 2 })]), span([told({ epoch: 1 })])] }],
      [
        "was owned by",
        {
          owned: [
            { process: "1", event: "e", epoch: 5 },
            { process: "2", event: "e", epoch: 5 },
          ],
        },
      ],
      [
        "lost its seat",
        {
          stories: [
            {
              ...stays,
              visits: [
                { at: 1, until: 1, joinedAt: 1 },
                { at: 2, until: 2, joinedAt: 2 },
              ],
            },
          ],
        },
      ],
      ["was always there", { stories: [stays], spans: [span([told({ type: "participant_left" })])] }],
      ["who are not there", { rosters: [{ event: "e", client: "c", devices: ["x"] }] }],
      ["misses d", { stories: [stays], rosters: [{ event: "e", client: "c", devices: [] }] }],
    ];
    for (const [word, parts] of cases) expect(violationsIn(evidence(parts)).join("\n")).to.contain(word);
    expect(violationsIn(evidence({ spans: [span([told({}), told({ ...away, seq: 2 })])] }))).to.deep.equal(
      [],
    );
  });

  it("knows that a return which was cut short is none", () => {
    const wanders = {
      device: "d",
      event: "e",
      kind: "wanders",
      absences: [{ from: 5000, to: 9000 }],
    } as const;
    const judged = (...at: number[]) => {
      const visits = at.map((instant, life) => ({
        at: instant,
        until: instant,
        joinedAt: life < 2 ? 1 : 2,
      }));
      return violationsIn(evidence({ stories: [{ ...wanders, visits }] }));
    };
    expect(judged(1000, 9100, 10_000)).to.deep.equal([]);
    expect(judged(1000, 9100, 14_000)).to.have.length(1);
  });

  it("knows from when a grace may count, and until when a leave may be told", () => {
    const left = (at: number, visits: [at: number, until: number, joinedAt: number][], heardLateMs = 0) => {
      const story = {
        device: "d",
        event: "e",
        kind: "wanders",
        absences: [{ from: 10_000, to: 14_000 }],
        visits: visits.map(([at, until, joinedAt]) => ({ at, until, joinedAt })),
      } as const;
      const heard = [told({ type: "participant_left", at })];
      return violationsIn(evidence({ graceMs: 3000, heardLateMs, stories: [story], spans: [span(heard)] }));
    };
    const early = "before its grace was over";
    const back = "while it was there";
    expect(left(12_100, [[1000, 10_000, 1]])).to.deep.equal([]);
    expect(left(11_900, [[1000, 10_000, 1]]).join("")).to.contain(early);
    // dropped at 9,000 and not back when it chose to go; or back for too short a time
    expect(left(11_100, [[1000, 9000, 1]])).to.deep.equal([]);
    expect(left(10_900, [[1000, 9000, 1]]).join("")).to.contain(early);
    const short = [9500, 10_000, 1] as [number, number, number];
    expect(left(11_100, [[1000, 9000, 1], short])).to.deep.equal([]);
    // the clients' process stood still, and read then what had been said before
    expect(left(11_900, [[1000, 10_000, 1]], 200)).to.deep.equal([]);
    expect(left(11_700, [[1000, 10_000, 1]], 200).join("")).to.contain(early);
    // a seat's first visit is complete at once
    expect(
      left(11_100, [
        [1000, 9000, 1],
        [9500, 10_000, 2],
      ]).join(""),
    ).to.contain(early);
    // the leave could not be stored at once: late, but before its device came again
    expect(
      left(15_900, [
        [1000, 10_000, 1],
        [16_000, 17_000, 16_000],
      ]),
    ).to.deep.equal([]);
    expect(
      left(16_100, [
        [1000, 10_000, 1],
        [16_000, 17_000, 16_000],
      ]).join(""),
    ).to.contain(back);
  });
});

describeWithRedis("cluster: histories", function () {
  this.timeout(10 * 60_000);
  const lines: string[] = [];
  const log = process.env.VERBOSE ? console.log : (line: string) => void lines.push(`${Date.now()} ${line}`);
  const options = {
    processes: 4,
    healMs: 60_000,
    wandererPart: 0.1,
    isStallsOnly: false,
    maxStallMs: 6000,
    log,
    seed,
  };

  it(`[K9] ${seconds} s of kills, stalls, restarts and pauses: no violation`, async () => {
    const report = await runHistory({ ...options, seconds, events: 10, clients: 200, fence: true });
    console.log(`      SEED=${seed}; ${report.summary}`);
    if (report.violations.length > 0) console.log(lines.join("\n")); // no seed brings the same history again
    expect(report.violations.slice(0, 10)).to.deep.equal([]);
    // A cluster in which nothing happens has no violation either.
    const { connections, announcements, epochs, troubles } = report.counts;
    expect(connections, "everyone, and many more than once").to.be.greaterThan(2 * 200);
    expect(announcements).to.be.greaterThan(20 * 200);
    expect(epochs, "events have moved").to.be.greaterThan(2 * 10);
    expect([...troubles.keys()]).to.include.members(["kill", "stall"]);
  });

  it("[K9] without the fence the checker finds violations", async () => {
    const report = await runHistory({
      ...options,
      seconds: 30,
      events: 4,
      clients: 40,
      fence: false,
      healMs: 20_000,
      isStallsOnly: true,
      wandererPart: 0,
      seed: 2,
    });
    console.log(`      ${report.violations.length} violations; ${report.summary}`);
    const seen = report.violations.filter((violation) => !violation.startsWith("after")); // not the lateness alone
    expect(seen.length).to.be.greaterThan(10);
  });
});
