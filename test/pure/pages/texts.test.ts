// What the pages say: countdowns, statuses, reasons, remedies, names, and what addresses mean.
import { expect } from "chai";
import fc from "fast-check";
import type { EndReason, OutageReason } from "../../../src/client/types/index.ts";
import {
  clockface,
  fractionLeft,
  lengthWords,
  secondsLeft,
  timeOfDay,
} from "../../../src/pages/core/countdown.ts";
import {
  deviceOfToken,
  eventOf,
  fragmentValue,
  isOnlyThisMachine,
  joinLink,
  serverOf,
} from "../../../src/pages/core/places.ts";
import { awayReason, happening, leaveReason, ownTexts } from "../../../src/pages/core/texts.ts";
import { type Announcement, disconnectReasons, leaveReasons } from "../../../src/protocol/messages.ts";

describe("pages: countdowns", () => {
  it("show whole seconds, and 0 only when it is over", () => {
    expect([30_000, 29_999, 1001, 1000, 1, 0, -5000].map((until) => secondsLeft(until, 0))).to.deep.equal([
      30, 30, 2, 1, 1, 0, 0,
    ]);
    expect([0, 8, 59, 60, 65, 3600, 7210].map(clockface)).to.deep.equal([
      "0 s",
      "8 s",
      "59 s",
      "1:00",
      "1:05",
      "1:00:00",
      "2:00:10",
    ]);
  });

  it("run a ring from whole to gone, longer when a host extends it, and never break", () => {
    expect(fractionLeft(0, 30_000, 0)).to.equal(1);
    expect(fractionLeft(0, 30_000, 15_000)).to.equal(0.5);
    expect(fractionLeft(0, 60_000, 15_000)).to.equal(0.75);
    expect(fractionLeft(0, 30_000, 40_000)).to.equal(0);
    expect(fractionLeft(5, 5, 5)).to.equal(0);
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.double(), (since, until, now) => {
        const left = fractionLeft(since, until, now);
        expect(Number.isNaN(left) || (left >= 0 && left <= 1)).to.equal(true);
      }),
    );
  });

  it("say how long something took, and when", () => {
    expect(
      [-1, 0, 420, 6240, 9949, 9950, 45_000, 180_000, 3_600_000, 7_500_000].map(lengthWords),
    ).to.deep.equal([
      "0.0 s",
      "0.0 s",
      "0.4 s",
      "6.2 s",
      "9.9 s",
      "10 s",
      "45 s",
      "3 min",
      "1 h",
      "2 h 5 min",
    ]);
    expect(timeOfDay(Date.UTC(2026, 0, 1, 14, 3, 22), "en-GB", "UTC")).to.equal("14:03:22");
  });
});

describe("pages: words", () => {
  const who = { device_id: "d", user_id: "u" };

  it("there are some for every reason, and for one that this page does not know", () => {
    for (const reason of disconnectReasons) expect(awayReason(reason)).to.match(/\w \w/);
    expect(new Set(leaveReasons.map((reason) => leaveReason(reason))).size).to.equal(leaveReasons.length);
    for (const odd of ["", "boredom", "__proto__", "constructor"]) {
      expect(awayReason(odd)).to.equal("away");
      expect(leaveReason(odd)).to.equal("left");
    }
    expect(leaveReason(undefined)).to.equal("left");
  });

  it("what happened continues a sentence that begins with a name", () => {
    const events: Announcement[] = [
      { type: "participant_joined", payload: who },
      {
        type: "participant_temporarily_disconnected",
        payload: { ...who, reason: "connection_lost", grace_expires_at: 1 },
      },
      { type: "participant_reconnected", payload: who },
      { type: "participant_left", payload: { ...who, reason: "kicked" } },
    ];
    expect(events.map(happening)).to.deep.equal([
      "joined",
      "is away: connection lost",
      "came back",
      "was removed by a host",
    ]);
  });

  it("a session that is over offers what helps, and nothing that cannot", () => {
    const remedies: Record<EndReason, string | undefined> = {
      consented: "start_over",
      kicked: "start_over",
      event_closed: "start_over",
      closed: "start_over",
      refused: "start_over",
      replaced: "take_back",
      unreachable: "retry",
    };
    for (const [endReason, remedy] of Object.entries(remedies) as [EndReason, string][])
      expect(ownTexts({ status: "left", endReason }).action?.kind, endReason).to.equal(remedy);
    expect(ownTexts({ status: "connected" }).action).to.equal(undefined);
    expect(
      ownTexts({ status: "failed", endReason: "refused", sentence: "The event is full" }).detail,
    ).to.equal("The event is full");
    expect(ownTexts({ status: "left", endReason: "replaced", sentence: "replaced" }).detail).to.contain(
      "Another tab",
    );
  });

  it("an outage is told by its reason, without a number that would be read out every second", () => {
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
      return ownTexts({ status: "reconnecting", outage }).detail;
    });
    expect(new Set(details).size).to.equal(reasons.length);
    for (const detail of details) expect(detail).to.match(/^[A-Z][^\d]+\.$/);
  });
});

describe("pages: addresses", () => {
  it("an event's code goes into a link and comes out of it unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 128 }), (eventId) => {
        const link = new URL(joinLink("https://live.example/rooms/host?event=old#code=secret", eventId));
        expect(eventOf(link.search)).to.equal(eventId);
        expect(link.origin + link.pathname + link.hash).to.equal("https://live.example/rooms/");
      }),
    );
    expect(eventOf("")).to.equal(undefined);
    expect(eventOf("?event=")).to.equal(undefined);
  });

  it("know the server, the secrets of a fragment, and which links only this machine can open", () => {
    expect(serverOf("http://localhost:2567/host?x#y")).to.equal("http://localhost:2567");
    expect(serverOf("https://live.example/rooms/")).to.equal("https://live.example/rooms");
    expect(fragmentValue("#code=a-b_c", "code")).to.equal("a-b_c");
    expect(fragmentValue("", "token")).to.equal(undefined);
    for (const link of ["http://localhost:1/", "http://127.0.0.1/", "http://[::1]:2567/"])
      expect(isOnlyThisMachine(link), link).to.equal(true);
    for (const link of ["http://192.168.1.2/", "https://localhost.example/"])
      expect(isOnlyThisMachine(link), link).to.equal(false);
  });

  it("read the device of a token, and take nothing from what is not one", () => {
    const token = (claims: unknown) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
    expect(deviceOfToken(token({ device_id: "phone ü" }))).to.equal("phone ü");
    for (const odd of ["", "a.b.c", token({}), token(null), token({ device_id: 7 }), "x".repeat(5000)])
      expect(deviceOfToken(odd), odd.slice(0, 20)).to.equal(undefined);
  });
});
