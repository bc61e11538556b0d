import { expect } from "chai";
import type { Attempt, Evidence, Heard, Journal, ReturnPath } from "../../../loadtest/demo/evidence.ts";
import { judge, shortfalls, type Verdict } from "../../../loadtest/demo/verdict.ts";

const graceMs = 30_000;
const startedAt = 1_000_000;
const at = (ms: number) => startedAt + ms;

const heard = (type: string, ms: number, more: Partial<Heard> = {}): Heard => ({
  type: `participant_${type}`,
  device: "d1",
  reason: undefined,
  graceExpiresAt: undefined,
  at: at(ms),
  ...more,
});
const joined = (ms: number) => heard("joined", ms);
const away = (ms: number) =>
  heard("temporarily_disconnected", ms, { reason: "connection_lost", graceExpiresAt: at(ms) + graceMs });
const back = (ms: number) => heard("reconnected", ms);
const left = (ms: number, reason = "grace_expired") => heard("left", ms, { reason });

const attempt = (path: ReturnPath, from: number, to: number, more: Partial<Attempt> = {}): Attempt => ({
  path,
  startedAt: at(from),
  endedAt: at(to),
  isIn: true,
  confirmedAt: null,
  lostAt: null,
  ...more,
});
const journal = (more: Partial<Journal> = {}): Journal => ({
  device: "d1",
  attempts: [attempt("join", 0, 5, { lostAt: at(10_000) })],
  outages: [{ from: at(10_000), to: at(15_000) }],
  closes: [],
  mustBeAway: [],
  segments: [],
  complaints: [],
  ...more,
});

/** d1 joins, is away from 10 s to 15 s, comes back by the SDK and says goodbye at 90 s. */
const goodStory = [joined(5), away(10_010), back(15_020), left(90_000, "consented")];
const goodJournal = () => {
  const mine = journal();
  mine.attempts.push(attempt("sdk", 10_000, 15_010, { confirmedAt: at(15_015) }));
  return mine;
};
/** d1 drops at 10 s for good. */
const lostJournal = () => journal({ outages: [{ from: at(10_000), to: at(100_000) }] });

function verdictOn(
  witness: Heard[],
  journals: Journal[] = [goodJournal()],
  more: Partial<Evidence> = {},
): Verdict {
  return judge({ graceMs, startedAt, endedAt: at(100_000), witness, journals, ...more });
}
const departures = (...args: Parameters<typeof verdictOn>) => verdictOn(...args).departures.join("\n");

describe("loadtest: the demo's verdict", () => {
  it("finds nothing wrong with a true story, and counts it", () => {
    const verdict = verdictOn(goodStory);
    expect(verdict.departures).to.deep.equal([]);
    expect(verdict).to.deep.include({
      outages: 1,
      disconnects: 1,
      returns: { sdk: 1, token: 0, join: 0 },
      left: { consented: 1 },
    });
  });

  it("accepts an expiry, and a new story after it", () => {
    const mine = lostJournal();
    mine.attempts.push(attempt("join", 60_000, 60_010));
    const story = [joined(5), away(10_010), left(40_030), joined(60_010), left(90_000, "consented")];
    const verdict = verdictOn(story, [mine]);
    expect(verdict.departures).to.deep.equal([]);
    expect(verdict.left).to.deep.equal({ grace_expired: 1, consented: 1 });
    expect(verdict.slowestExpiryMs).to.equal(20);
  });

  it("catches a false left: the phone was back before its deadline", () => {
    const story = [joined(5), away(10_010), left(40_020)];
    expect(departures(story, [goodJournal()])).to.contain("left although it was back");
  });

  it("catches a left from connected that nobody asked for", () => {
    expect(departures([joined(5), left(20_000)])).to.contain("out of order");
  });

  it("catches a duplicate of each kind", () => {
    for (const [place, event] of goodStory.entries()) {
      const doubled = goodStory.toSpliced(place, 0, event);
      expect(departures(doubled), event.type).to.contain("out of order");
    }
  });

  it("catches a missing left", () => {
    expect(departures([joined(5), away(10_010)], [lostJournal()])).to.contain("never left");
  });

  it("catches a missing goodbye", () => {
    expect(departures(goodStory.slice(0, -1))).to.contain("still in the event");
  });

  it("catches an early expiry, by 1 ms", () => {
    const story = [joined(5), away(10_010), left(40_009)];
    expect(departures(story, [lostJournal()])).to.contain("before its deadline");
  });

  it("catches a late expiry; a return in flight may delay it by 5 s, not more", () => {
    const story = (ms: number) => [joined(5), away(10_010), left(40_010 + ms)];
    expect(departures(story(1000), [lostJournal()])).to.equal("");
    expect(departures(story(1001), [lostJournal()])).to.contain("after its deadline");
    const trying = lostJournal();
    trying.attempts.push(attempt("token", 39_000, 45_000, { isIn: false }));
    expect(departures(story(5000), [trying])).to.equal("");
    expect(departures(story(6001), [trying])).to.contain("after its deadline");
  });

  it("catches an out-of-order story", () => {
    expect(departures([joined(5), back(15_020), away(15_030), left(90_000, "consented")])).to.contain(
      "out of order",
    );
    expect(departures([away(10_010), joined(5), back(15_020)])).to.contain("out of order");
  });

  it("catches a deadline that is not the grace after the drop", () => {
    const wrong = { ...away(10_010), graceExpiresAt: at(10_010) + graceMs + 2000 };
    expect(departures(goodStory.with(1, wrong))).to.contain("deadline");
  });

  it("catches a drop without a cause and a cut that nobody was told of", () => {
    const calm = goodJournal();
    calm.outages.length = 0;
    expect(departures(goodStory, [calm])).to.contain("without a cause");
    const cut = { ...goodJournal(), mustBeAway: [{ from: at(50_000), to: at(51_000) }] };
    expect(departures(goodStory, [cut])).to.contain("was not seen as away");
  });

  it("catches a return that nobody made, and one that nobody was told of", () => {
    expect(departures(goodStory, [journal()])).to.contain("no phone made");
    const silent = [joined(5), left(90_000, "consented")];
    const untold = goodJournal();
    (untold.attempts[1] as Attempt).confirmedAt = null;
    expect(departures(silent, [untold])).to.contain("was not told");
  });

  it("counts a takeover that only the returner hears, and calls it no departure", () => {
    const verdict = verdictOn([joined(5), left(90_000, "consented")]);
    expect(verdict.departures).to.deep.equal([]);
    expect(verdict.takeovers).to.equal(1);
  });

  it("holds what each phone heard against what the witness heard", () => {
    const listener = (...segment: Heard[]) =>
      journal({ device: "d2", attempts: [], outages: [], segments: [segment] });
    const others = (...segment: Heard[]) => [goodJournal(), listener(...segment)];
    expect(departures(goodStory, others(...goodStory.slice(1, 3)))).to.equal("");
    const hole = [goodStory[0], goodStory[2]] as Heard[];
    expect(departures(goodStory, others(...hole))).to.contain("d2 heard another story");
    const twice = [goodStory[1], goodStory[1]] as Heard[];
    expect(departures(goodStory, others(...twice))).to.contain("d2 heard another story");
  });

  it("hears of strangers and of complaints", () => {
    expect(departures([...goodStory, { ...joined(50_000), device: "nobody" }])).to.contain("nobody");
    expect(departures(goodStory, [{ ...goodJournal(), complaints: ["a join hung"] }])).to.contain(
      "a join hung",
    );
  });

  it("asks for enough drops, returns by each path and expiries", () => {
    const enough: Verdict = {
      ...verdictOn(goodStory),
      disconnects: 30,
      returns: { sdk: 10, token: 10, join: 10 },
      left: { grace_expired: 5 },
    };
    expect(shortfalls(enough)).to.deep.equal([]);
    expect(shortfalls({ ...enough, disconnects: 29 })).to.have.length(1);
    expect(shortfalls({ ...enough, returns: { sdk: 10, token: 9, join: 9 } })).to.have.length(2);
    expect(shortfalls({ ...enough, left: {} })).to.have.length(1);
  });
});
