import { expect } from "chai";
import type { RosterEntry } from "../../../src/client/index.ts";
import { countEvent, neverCame, plainName } from "../../../src/pages/core/event-counts.ts";
import { begin, withEvents } from "../../../src/pages/core/time-lines.ts";

function entry(deviceId: string, displayName: string, status: "connected" | "temporarily_disconnected") {
  const isAway = status !== "connected";
  return {
    deviceId,
    userId: deviceId,
    displayName,
    status,
    reason: isAway ? "connection_lost" : "",
    joinedAt: 1,
    disconnectedAt: isAway ? 5 : 0,
    graceExpiresAt: isAway ? 60_000 : 0,
    isMe: false,
    own: {},
  } as RosterEntry;
}

const rosterOf = (...entries: RosterEntry[]) => new Map(entries.map((each) => [each.deviceId, each]));

describe("pages: an event's numbers", () => {
  it("[B90] whoever left and came back is here, and is not counted as left any more", () => {
    const ann = entry("a", "Ann", "connected");
    const bob = entry("b", "Bob", "temporarily_disconnected");
    const both = rosterOf(ann, bob);
    const bobAlone = rosterOf(bob);
    const left = {
      type: "participant_left",
      payload: { device_id: "a", reason: "consented", at: 20 },
    } as never;
    const joined = { type: "participant_joined", payload: { device_id: "a", at: 30 } } as never;
    const begun = begin(both, 10);
    const gone = withEvents(begun, [left], bobAlone, 20);
    expect(countEvent(bobAlone, gone, [])).to.deep.equal({
      connected: 0,
      away: 1,
      left: 1,
      "never-came": 0,
    });
    const back = withEvents(gone, [joined], both, 30);
    expect(countEvent(both, back, [])).to.deep.equal({ connected: 1, away: 1, left: 0, "never-came": 0 });
  });

  it("[B90] an expected name has come whatever its case, accents and spaces", () => {
    expect(neverCame(["José Núñez", "Ann", "Zoë"], ["jose  nunez", "\u202eANN"])).to.deep.equal(["Zoë"]);
    expect(plainName(" Ａｎｎ\u200b")).to.equal("ann");
  });
});
