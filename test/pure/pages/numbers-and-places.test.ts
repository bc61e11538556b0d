// Countdowns as numbers, and what addresses mean.
import { expect } from "chai";
import fc from "fast-check";
import { fractionLeft, secondsLeft } from "../../../src/pages/core/countdown.ts";
import {
  deviceOfToken,
  eventOf,
  fragmentValue,
  isOnlyThisMachine,
  joinLink,
  serverOf,
} from "../../../src/pages/core/places.ts";

describe("pages: countdowns", () => {
  it("show whole seconds, and 0 only when it is over", () => {
    expect([30_000, 29_999, 1001, 1000, 1, 0, -5000].map((until) => secondsLeft(until, 0))).to.deep.equal([
      30, 30, 2, 1, 1, 0, 0,
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
    expect(eventOf(`?event=${"x".repeat(257)}`)).to.equal(undefined);
  });

  it("know the server, the secrets of a fragment, and which links only this machine can open", () => {
    expect(serverOf("http://localhost:2567/host?x#y")).to.equal("http://localhost:2567");
    expect(serverOf("https://live.example/rooms/")).to.equal("https://live.example/rooms");
    expect(fragmentValue("#code=a-b_c", "code")).to.equal("a-b_c");
    expect(fragmentValue("", "token")).to.equal(undefined);
    const local = ["localhost:1", "quiz.localhost", "127.0.0.1", "0.0.0.0:2567", "[::1]:2567", "[::]:2567"];
    for (const link of local.map((host) => `http://${host}/`))
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
