// The fuzz itself: what it draws, and how it judges answers.
import { expect } from "chai";
import { faultOf } from "../../../harness/fuzz/campaign.ts";
import { frameClasses } from "../../../harness/fuzz/frames.ts";
import { Random } from "../../../harness/fuzz/random.ts";
import { requestClasses } from "../../../harness/fuzz/requests.ts";

describe("the fuzz", () => {
  it("the same seed makes the same input", () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      const frames = Object.values(frameClasses).map(({ make }) => make(random).bytes.toString("hex"));
      return [...frames, ...Object.values(requestClasses).map(({ make }) => String(make(random, "e").body))];
    };
    expect(draw(7)).to.deep.equal(draw(7));
    expect(draw(7)).to.not.deep.equal(draw(8));
  });

  it("judges answers: codes, sentences, stacks and empty bodies", () => {
    const good = {
      status: 401,
      text: '{"code":401,"error":"There is no such seat any more","reason":"seat_gone"}',
    };
    expect(faultOf(good)).to.equal(undefined);
    expect(faultOf({ status: 200, text: '{"sessionId":"x"}' })).to.equal(undefined);
    const bad: [number, string][] = [
      [200, "{}"],
      [404, good.text],
      [500, ""],
      [521, '{"code":521,"error":"No seat"}'],
      [400, ""],
      [400, '{"code":401,"error":"There is no such seat"}'],
      [401, '{"code":401,"error":"There is no such seat any more"}'],
      [401, '{"code":401,"error":"There is no such seat any more","reason":"whim"}'],
      [400, '{"code":400,"error":"no","reason":"refused"}'],
      [400, '{"code":400,"error":"TypeError: x is undefined"}'],
      [400, '{"code":400,"error":"It broke at Room.join (room.ts:5)"}'],
    ];
    for (const [status, text] of bad) expect(faultOf({ status, text }), text).to.be.a("string");
  });
});
