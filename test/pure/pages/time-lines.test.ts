// Bars out of presence events and rosters: the model behind the host's time lines, with virtual time.
import { expect } from "chai";
import fc from "fast-check";
import type { RosterEntry } from "../../../src/client/types/index.ts";
import {
  type BarKind,
  begin,
  kindNow,
  prune,
  reconcile,
  type TimeLines,
  withEvents,
} from "../../../src/pages/core/time-lines.ts";
import { awayMsOf, timesAwayOf } from "../../../src/pages/core/seats/steadiness.ts";
import type { Announcement, LeaveReason } from "../../../src/protocol/messages.ts";

const entry = (deviceId: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
  deviceId,
  userId: `user of ${deviceId}`,
  displayName: `Name of ${deviceId}`,
  status: "connected",
  reason: "",
  joinedAt: 1000,
  disconnectedAt: 0,
  graceExpiresAt: 0,
  isMe: false,
  own: {},
  ...more,
});
const rosterOf = (...entries: RosterEntry[]) => new Map(entries.map((each) => [each.deviceId, each]));
const nobody = rosterOf();
const who = (device_id: string, at: number) => ({ device_id, user_id: `user of ${device_id}`, at });
const joined = (id: string, at: number): Announcement => ({
  type: "participant_joined",
  payload: who(id, at),
});
const back = (id: string, at: number): Announcement => ({
  type: "participant_reconnected",
  payload: who(id, at),
});
const away = (id: string, at: number): Announcement => ({
  type: "participant_temporarily_disconnected",
  payload: { ...who(id, at), reason: "connection_lost", grace_expires_at: at + 30_000 },
});
const left = (id: string, at: number, reason: LeaveReason = "grace_expired"): Announcement => ({
  type: "participant_left",
  payload: { ...who(id, at), reason },
});
const barsOf = (lines: TimeLines, id: string) =>
  lines.lines.get(id)?.bars.map(({ kind, from, to }) => [kind, from, to] as const);

describe("pages: time lines", () => {
  it("begin with what the roster knows: presumed since the join, seen from now on", () => {
    const lines = begin(
      rosterOf(
        entry("a"),
        entry("b", { status: "temporarily_disconnected", disconnectedAt: 4000, graceExpiresAt: 34_000 }),
      ),
      5000,
    );
    expect(barsOf(lines, "a")).to.deep.equal([
      ["connected", 1000, 5000],
      ["connected", 5000, undefined],
    ]);
    expect(barsOf(lines, "b")).to.deep.equal([
      ["connected", 1000, 4000],
      ["away", 4000, undefined],
    ]);
    expect(lines.lines.get("a")?.bars.map(({ isPresumed }) => isPresumed)).to.deep.equal([true, false]);
    expect(lines.since).to.equal(5000);
  });

  it("turn with every event, at its own time, and remember why somebody left", () => {
    const events = [joined("a", 100), away("a", 200), back("a", 300), away("a", 400), left("a", 500)];
    const lines = withEvents(begin(nobody, 0), events, rosterOf(entry("a")), 600);
    expect(barsOf(lines, "a")).to.deep.equal([
      ["connected", 100, 200],
      ["away", 200, 300],
      ["connected", 300, 400],
      ["away", 400, 500],
      ["left", 500, undefined],
    ]);
    expect(lines.lines.get("a")).to.include({ leaveReason: "grace_expired", displayName: "Name of a" });
    const again = withEvents(lines, [joined("a", 700)], nobody, 800);
    expect(again.lines.get("a")).to.include({ leaveReason: undefined, displayName: "Name of a" });
  });

  it("do not turn twice: an event whose effect is already shown changes nothing", () => {
    const lines = begin(rosterOf(entry("a")), 5000);
    expect(barsOf(withEvents(lines, [joined("a", 5001), back("a", 5002)], nobody, 6000), "a")).to.deep.equal(
      barsOf(lines, "a"),
    );
  });

  it("never run backwards, nor into the future, whatever times an event claims", () => {
    const lines = withEvents(
      begin(rosterOf(entry("a")), 5000),
      [away("a", 10), back("a", 99_999)],
      nobody,
      6000,
    );
    expect(barsOf(lines, "a")).to.deep.equal([
      ["connected", 1000, 5000],
      ["away", 5000, 6000],
      ["connected", 6000, undefined],
    ]);
  });

  it("agree with the roster again when events were missed", () => {
    const lines = begin(rosterOf(entry("gone"), entry("drops"), entry("stays")), 5000);
    const roster = rosterOf(
      entry("drops", { status: "temporarily_disconnected", disconnectedAt: 7000, graceExpiresAt: 37_000 }),
      entry("stays"),
      entry("new", { joinedAt: 8000 }),
    );
    const after = reconcile(lines, roster, 9000);
    const kinds = [...after.lines.values()].map((line) => [line.deviceId, kindNow(line)]);
    expect(kinds).to.deep.equal([
      ["gone", "left"],
      ["drops", "away"],
      ["stays", "connected"],
      ["new", "connected"],
    ]);
    expect(barsOf(after, "drops")?.at(-1)).to.deep.equal(["away", 7000, undefined]);
    expect(barsOf(after, "gone")?.at(-1)).to.deep.equal(["left", 9000, undefined]);
  });

  it("take any device id: __proto__ is a participant like any other", () => {
    const ids = ["__proto__", "constructor", "hasOwnProperty"];
    const lines = withEvents(
      begin(rosterOf(...ids.map((id) => entry(id))), 2000),
      [away("__proto__", 3000)],
      nobody,
      4000,
    );
    expect([...lines.lines.values()].map(kindNow)).to.deep.equal(["away", "connected", "connected"]);
  });

  it("[B101] forget what is long over, and nobody: how often they were away stays, and who has left", () => {
    const events = [joined("a", 100), away("a", 200), back("a", 300), joined("b", 100), left("b", 150)];
    const lines = withEvents(begin(nobody, 0), events, nobody, 400);
    expect(prune(lines, 50)).to.equal(lines);
    const pruned = prune(lines, 250);
    expect([...pruned.lines.keys()]).to.deep.equal(["a", "b"]);
    expect(barsOf(pruned, "b")).to.deep.equal([["left", 150, undefined]]);
    expect(barsOf(pruned, "a")).to.deep.equal([
      ["away", 200, 300],
      ["connected", 300, undefined],
    ]);
    const later = prune(pruned, 350);
    const a = later.lines.get("a");
    expect(a && [timesAwayOf(a), awayMsOf(a, 400)], "also what is not kept any more").to.deep.equal([1, 100]);
  });

  it("[B101] of those who have left the latest are kept, when they are more than can be", () => {
    const events = Array.from({ length: 5003 }, (_, number) => left(`d${number}`, number < 3 ? 10 : 1000));
    const lines = withEvents(begin(rosterOf(entry("a")), 0), events, nobody, 2000);
    const kept = prune(lines, 0).lines;
    expect(kept.size).to.equal(5001);
    expect(kept.has("a") && kept.has("d3") && kept.has("d5002")).to.equal(true);
    expect(kept.has("d1"), "left first").to.equal(false);
  });

  it("are gapless, ordered, alternating, and end as the last event says, for any history", () => {
    const step = fc.record({
      id: fc.constantFrom("a", "b", "__proto__"),
      kind: fc.nat(3),
      gap: fc.nat(50),
      late: fc.nat(80),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const last = new Map<string, BarKind>();
        let lines = begin(nobody, 0);
        let now = 0;
        for (const { id, kind, gap, late } of steps) {
          now += gap;
          const make = [joined, away, back, left][kind] as typeof joined;
          lines = withEvents(lines, [make(id, now - late)], nobody, now);
          last.set(id, (["connected", "away", "connected", "left"] as const)[kind] as BarKind);
        }
        for (const [id, kind] of last) {
          const line = lines.lines.get(id);
          expect(line && kindNow(line)).to.equal(kind);
          const bars = line?.bars ?? [];
          for (const [index, bar] of bars.entries()) {
            expect(bar.to).to.equal(bars[index + 1]?.from);
            expect(bar.from).to.be.at.most(now);
            if (bar.to !== undefined) expect(bar.to).to.be.greaterThan(bar.from);
          }
        }
      }),
    );
  });
});
