// Which state goes on over connections: never one whose number is not known, and nothing of it beside a whole new one.
import { expect } from "chai";
import { StateTracker } from "../../../../src/client/connection/sdk/kept-state.ts";

const [whole, patch, data] = [14, 15, 13];

describe("a state that is kept over connections", () => {
  it("[C21] is kept once the room has sent its number, which every patch counts on", () => {
    const tracker = new StateTracker<string>(undefined);
    tracker.frameReceived(whole);
    expect(tracker.kept("state")).to.equal(undefined);
    tracker.located({ epoch: 3, patch: 7 });
    for (const kind of [patch, data, patch, undefined]) expect(tracker.frameReceived(kind)).to.equal(false);
    expect(tracker.kept("state")).to.deep.equal({ epoch: 3, patch: 9, decoder: "state" });
    expect(tracker.kept(undefined), "there is none yet").to.equal(undefined);
    tracker.located({ epoch: 3 });
    expect(tracker.kept("state"), "a room that does not number them").to.equal(undefined);
  });

  it("[C21] goes on as it was through connections that die before their first state", () => {
    const before = { epoch: 3, patch: 9, decoder: "old" };
    const tracker = new StateTracker(before);
    expect(tracker.before).to.equal(before);
    tracker.frameReceived(data);
    tracker.closed("old");
    expect(tracker.kept("old")).to.equal(before);
  });

  it("[C21] is another one from the first frame of the state's on", () => {
    const tracker = new StateTracker({ epoch: 3, patch: 9, decoder: "old" });
    expect(tracker.frameReceived(patch)).to.equal(false);
    expect([tracker.before, tracker.kept("old")]).to.deep.equal([undefined, undefined]);
  });

  it("[C22] begins anew with a whole state, when there was one before", () => {
    const tracker = new StateTracker({ epoch: 3, patch: 9, decoder: "old" });
    expect(tracker.frameReceived(whole)).to.equal(true);
    expect(tracker.frameReceived(whole), "the second, too, of one connection").to.equal(true);
    const first = new StateTracker(undefined);
    expect([first.frameReceived(whole), first.frameReceived(whole)]).to.deep.equal([false, true]);
  });

  it("[C21] stays what it was when the socket closed, and is nothing when it could not be decoded", () => {
    const tracker = new StateTracker<string>(undefined);
    tracker.located({ epoch: 1, patch: 1 });
    tracker.closed("state");
    tracker.frameReceived(patch);
    expect(tracker.kept("cleared")).to.deep.equal({ epoch: 1, patch: 1, decoder: "state" });
    tracker.broken();
    expect(tracker.kept("state")).to.equal(undefined);
  });
});
