// The judgement of the history checker, on stories that are made up.
import { expect } from "chai";
import { isOrdered, violationsIn } from "../../../harness/cluster-history/check.ts";
import type { Evidence, Span, Told } from "../../../harness/cluster-history/evidence.ts";

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
    words: [],
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
    const stays = { device: "d", event: "e", kind: "stays", visits: [], absences: [], goodbyes: [] } as const;
    const cases: [string, Partial<Evidence>][] = [
      ["is both", { spans: [span([told({})]), span([told({ ...away })], "c2")] }],
      ["after 1", { spans: [span([told({}), told({ ...away, seq: 3 })])] }],
      ["heard epoch 1 after 2", { spans: [span([told({ epoch: 2 })]), span([told({ epoch: 1 })])] }],
      [
        "was owned by",
        {
          owned: [
            { process: "1", event: "e", epoch: 5, at: 0 },
            { process: "2", event: "e", epoch: 5, at: 0 },
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
      goodbyes: [],
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
        goodbyes: [],
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

  it("knows what a goodbye is: one that was answered with 4000, and nothing else", () => {
    const leaver = (code: number | undefined, joinedAt: number) =>
      violationsIn(
        evidence({
          stories: [
            {
              device: "d",
              event: "e",
              kind: "leaves",
              absences: [],
              visits: [
                { at: 1000, until: 2000, joinedAt: 1 },
                { at: 6000, until: 7000, joinedAt },
              ],
              goodbyes: [{ from: 2000, to: 3000, code }],
            },
          ],
        }),
      ).join("");
    expect(leaver(4000, 1)).to.contain("found its seat again");
    expect(leaver(4000, 6000)).to.equal("");
    for (const code of [4001, 1006, undefined]) {
      expect(leaver(code, 1), "said into a process that stood still, it was not heard").to.equal("");
      expect(leaver(code, 6000), "or it was, and the answer was not").to.equal("");
    }
  });

  it("knows until when a word of an epoch may be said, and that a deadline may not be cut short", () => {
    const owned = [
      { process: "1", event: "e", epoch: 5, at: 1000 },
      { process: "2", event: "e", epoch: 6, at: 5000 },
    ];
    const word = (epoch: number, at: number) =>
      violationsIn(evidence({ owned, spans: [{ ...span([]), words: [{ epoch, at }] }] })).join("");
    expect(word(5, 5200)).to.equal("");
    expect(word(6, 9000)).to.equal("");
    expect(word(5, 5300)).to.contain("was said 300 ms after 6 began");
    const wanders = {
      device: "d",
      event: "e",
      kind: "wanders",
      visits: [],
      absences: [{ from: 0, to: 99_000 }],
      goodbyes: [],
    } as const;
    const leftAt = (at: number) => {
      const away = told({ type: "participant_temporarily_disconnected", at: 1, graceExpiresAt: 20_000 });
      const left = told({ type: "participant_left", reason: "grace_expired", at, epoch: 2 });
      const first = (status: string) => new Map([["d", status]]);
      const spans = [
        { ...span([away]), first: first("connected") },
        { ...span([left], "c2"), first: first("temporarily_disconnected") },
      ];
      return violationsIn(evidence({ stories: [wanders], spans })).join("");
    };
    expect(leftAt(20_000)).to.equal("");
    expect(leftAt(12_000)).to.contain("left 8000 ms before the deadline that was announced");
  });
});
