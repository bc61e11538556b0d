// What the participant's page says of its own seat in every state there is.
import { expect } from "chai";
import { speakFrom } from "../../../harness/pages/words.ts";
import type { EndReason, OutageReason, SessionState } from "../../../src/client/types/index.ts";
import { afterRemoval, afterOutage, afterReload } from "../../../src/pages/core/participant/own-facts.ts";
import { askAgainAfterMs, refusalIn } from "../../../src/pages/core/participant/refusals.ts";
import { isReturning, type OwnFacts, ownSaying } from "../../../src/pages/core/participant/own-status.ts";
import { refusalReasons } from "../../../src/protocol/refusal.ts";

const now = 1_000_000;
const keptSeat = { since: now - 5000, atLeastUntil: now + 25_000, joinedAt: 7 };

function facts(state: SessionState, more: Partial<OwnFacts> = {}): OwnFacts {
  return {
    state,
    isAnswering: true,
    lastReceivedAt: now - 5000,
    isOnline: true,
    openedAt: now,
    comeback: undefined,
    askingAgain: undefined,
    ...more,
  };
}
const say = (state: SessionState, more: Partial<OwnFacts> = {}, at = now) =>
  ownSaying(facts(state, more), at);
const reconnecting = (more: Partial<SessionState> = {}): SessionState => ({
  status: "reconnecting",
  outage: { reason: "silence", since: now - 5000, attempts: 2, seatUntil: now + 25_000 },
  keptSeat,
  ...more,
});
const seconds = (clock: string) => clock.replace(/.*?(\d+:\d+:\d+).*/u, "$1");

describe("pages: one's own seat", () => {
  before(() => speakFrom("en"));

  it("[B71] that is on its way in says so, and says more when it takes long or there is no network", () => {
    expect(say({ status: "connecting" })).to.include({
      status: "joining",
      tone: "well",
      detail: "One moment.",
    });
    expect(say({ status: "connecting" }, {}, now + 4000).detail).to.match(/^Nobody has answered yet/);
    expect(say({ status: "connecting" }, { isOnline: false })).to.include({ tone: "trouble" });
  });

  it("[B71] that is here needs a word only, and nothing can be done", () => {
    const saying = say({ status: "connected" });
    expect(saying).to.include({ status: "here", tone: "well", title: "You are here", detail: "" });
    expect(saying.actions).to.deep.equal([]);
    expect(saying.kept).to.equal(undefined);
  });

  it("[B72] nobody is here whose server does not answer: since when, and that nothing is lost", () => {
    const saying = say({ status: "connected" }, { isAnswering: false });
    expect(saying).to.include({ status: "no-answer", tone: "trouble", title: "No answer" });
    expect(saying.counting?.since).to.equal(now - 5000);
  });

  it("[B72] in the dark the seat is kept at least until; once the server has said until when, until then", () => {
    const dark = say(reconnecting());
    expect(dark).to.include({ status: "reconnecting", tone: "trouble" });
    expect(dark.kept?.text).to.match(/at least until \d/);
    expect(dark.kept).to.include({ until: now + 25_000, since: now - 5000 });
    const told = say(reconnecting({ keptSeat: { ...keptSeat, deadline: now + 28_000 } }));
    expect(told.kept?.text).to.match(/kept until \d/);
    expect(told.kept?.until).to.equal(now + 28_000);
    expect(seconds(told.kept?.text ?? "")).not.to.equal(seconds(dark.kept?.text ?? ""));
  });

  it("[B72] when that is over the seat may be free, and no countdown runs", () => {
    const saying = say(reconnecting(), {}, now + 25_000);
    expect(saying.kept?.text).to.match(/may be free/);
    expect(saying.kept?.until).to.equal(undefined);
  });

  it("[B73] while the server restarts no time is taken: it says so, and no countdown runs", () => {
    const saying = say(reconnecting({ keptSeat: { ...keptSeat, deadline: "paused" } }), {}, now + 99_000);
    expect(saying.detail).to.equal("The server is restarting.");
    expect(saying.kept?.text).to.match(/No time is taken/);
    expect(saying.kept?.until).to.equal(undefined);
  });

  it("[B72] every outage has its sentence, without a number that would be read out every second", () => {
    const reasons: OutageReason[] = [
      "connection_lost",
      "silence",
      "wake",
      "offline",
      "server_restart",
      "asked",
    ];
    const details = reasons.map((reason) => {
      const outage = { reason, since: 0, attempts: 3, seatUntil: 30_000 };
      return say(reconnecting({ outage })).detail;
    });
    expect(new Set(details).size).to.equal(reasons.length);
    for (const detail of details) expect(detail).to.match(/^[A-Z][^\d]+\.$/);
    expect(say(reconnecting(), { isOnline: false }).detail).to.equal("This device has no network.");
  });

  it("[B74] a page that was loaded again without a network comes back to the seat that it had", () => {
    const saying = say({ status: "connecting", keptSeat });
    expect(saying).to.include({ status: "coming-back", title: "Coming back", tone: "trouble" });
    expect(saying.kept?.text).to.match(/at least until/);
    expect(say({ status: "connecting", keptSeat }, {}, now + 99_000).kept?.text).to.match(/may be free/);
  });

  it("[B75] a return is a moment; that it is another seat is said for longer", () => {
    const comeback = afterOutage({ path: "token", outageMs: 17_400, resumed: true, isNewSeat: false }, now);
    const detail = (at: number) => say({ status: "connected" }, { comeback }, at).detail;
    expect(detail(now)).to.equal("Back after 17 seconds. Nothing was missed.");
    expect(detail(now + 6000)).to.equal("");
    expect([isReturning(comeback, now + 5999), isReturning(comeback, now + 6000)]).to.deep.equal([
      true,
      false,
    ]);
    const other = { ...comeback, isNewSeat: true };
    expect(say({ status: "connected" }, { comeback: other }, now + 6000).detail).to.match(/a new one/);
    expect(say({ status: "connected" }, { comeback: other }, now + 30_000).detail).to.equal("");
    const asIs = { ...comeback, isWhole: false, awayMs: 200 };
    expect(say({ status: "connected" }, { comeback: asIs }).detail).to.match(
      /^Back after 1 second\. The list/,
    );
  });

  it("[B75] a reload that nobody noticed is no return; a long one, or into another seat, is", () => {
    const me = (joinedAt: number) => ({ joinedAt }) as never;
    expect(afterReload(undefined, me(7), now)).to.equal(undefined);
    expect(afterReload({ ...keptSeat, since: now - 900 }, me(7), now)).to.equal(undefined);
    expect(afterReload(keptSeat, me(7), now)).to.include({ awayMs: 5000, isNewSeat: false });
    expect(afterReload({ ...keptSeat, since: now - 900 }, me(8), now)).to.include({ isNewSeat: true });
  });

  it("[B76] every end says what it means, and offers what helps", () => {
    const ends: Record<EndReason, [string, string[]]> = {
      consented: ["left", ["another"]],
      closed: ["left", ["another"]],
      kicked: ["kicked", ["retry", "another"]],
      event_closed: ["closed", ["another"]],
      replaced: ["replaced", ["take-back"]],
      refused: ["refused", ["retry", "another"]],
      unreachable: ["unreachable", ["retry", "another"]],
    };
    for (const [endReason, [status, actions]] of Object.entries(ends)) {
      const saying = say({ status: "left", endReason: endReason as EndReason });
      expect(saying.status, endReason).to.equal(status);
      expect(
        saying.actions.map(({ kind }) => kind),
        endReason,
      ).to.deep.equal(actions);
      expect(saying.tone).to.equal("over");
    }
  });

  it("[B77] every refusal says what to do next, also one of a newer server", () => {
    const refused = (reason: string, code = 403) =>
      say({
        status: "failed",
        endReason: "refused",
        code,
        reason: reason as never,
        sentence: "Members only",
      });
    const next: Record<string, [string, string]> = {
      full: ["full", "another"],
      locked: ["refused", "retry"],
      not_listed: ["refused", "change-name"],
      no_such_event: ["refused", "change-code"],
      kicked: ["kicked", "retry"],
      closed: ["closed", "another"],
      bad_token: ["refused", "retry"],
      wrong_event: ["refused", "retry"],
    };
    for (const [reason, [status, action]] of Object.entries(next)) {
      const saying = refused(reason);
      expect([saying.status, saying.actions[0]?.kind], reason).to.deep.equal([status, action]);
      expect(saying.reason).to.equal(reason);
      expect(saying.detail, reason).not.to.equal("Members only");
    }
    for (const reason of [...refusalReasons, "of tomorrow", "__proto__", "constructor"]) {
      const { title, detail, actions } = refused(reason);
      expect(title, reason).to.match(/\w/);
      expect(detail, reason).to.match(/\w/);
      expect(actions, reason).not.to.have.length(0);
    }
    expect(refused("of tomorrow")).to.include({ detail: "Members only", isServersSentence: true });
    const old = say({ status: "failed", endReason: "refused", code: 401, sentence: "No" });
    expect(old.title).to.equal("Use the link that you were given");
  });

  it("[B77] who waits for a place, or for the lock to go, sees that steadily while the page asks", () => {
    expect(say({ status: "connecting", reason: "full" }).status).to.equal("full");
    expect(say(reconnecting({ reason: "full" })).status).to.equal("full");
    expect(say({ status: "connecting" }, { askingAgain: "locked" }).reason).to.equal("locked");
  });

  it("[B105] who was removed sees that steadily while the page asks again, and is told when it is let in", () => {
    const removed = say({ status: "left", endReason: "kicked" });
    expect(removed).to.include({ status: "kicked", reason: "kicked" });
    expect(say(reconnecting(), { askingAgain: "kicked" })).to.deep.equal(removed);
    expect(say({ status: "connecting" }, { askingAgain: "kicked" })).to.deep.equal(removed);
    const back = { comeback: afterRemoval(now) };
    expect(say({ status: "connected" }, back).detail).to.equal("The host has let you in again.");
    expect(say({ status: "connected" }, back, now + 30_000).detail).to.equal("");
  });

  it("[B105] after a removal it asks less and less often, after another refusal that may pass steadily, else not at all", () => {
    const waits = (reason: string | undefined, ...times: number[]) =>
      times.map((each) => askAgainAfterMs(reason, each));
    expect(waits("kicked", 0, 1, 2, 9, 9999)).to.deep.equal([12_000, 24_000, 48_000, 300_000, 300_000]);
    expect(waits("locked", 0, 9)).to.deep.equal([10_000, 10_000]);
    expect([...waits("closed", 0), ...waits(undefined, 0), ...waits("__proto__", 0)]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect(refusalIn({ status: "left", endReason: "kicked" })).to.equal("kicked");
    expect(refusalIn({ status: "failed", endReason: "refused", reason: "locked" })).to.equal("locked");
    expect(refusalIn({ status: "connecting", reason: "full" }), "it waits by itself").to.equal(undefined);
    expect(refusalIn({ status: "left", endReason: "consented" })).to.equal(undefined);
  });
});
