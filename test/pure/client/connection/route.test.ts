// What the client makes of every answer and every silence.
import { expect } from "chai";
import type { RefusalReason } from "../../../../src/protocol/refusal.ts";
import {
  endingOf,
  type Failure,
  failureOfClose,
  nextStep,
  type Trail,
} from "../../../../src/client/connection/route.ts";

const half = () => 0.5;
const trail = (over: Partial<Trail> = {}): Trail => ({
  path: "join",
  hasCredentials: false,
  hasBeenIn: false,
  failures: 1,
  canRenew: false,
  waitsForPlace: false,
  ...over,
});
const refused = (code: number, sentence = "No"): Failure => ({ type: "refused", code, sentence });
/** As the server says it since version 0.2. */
const refusedAs = (code: number, reason: RefusalReason, retryAfterMs?: number): Failure => ({
  type: "refused",
  code,
  sentence: "No",
  reason,
  retryAfterMs,
});
const closed = (code: number): Failure => ({ type: "closed", code, sentence: "" });

describe("client route", () => {
  it("[C3] a refusal of a path by somebody who is there is followed by the next path, at once", () => {
    for (const failure of [
      closed(4003),
      closed(4002),
      closed(4001),
      closed(1009),
      refused(401),
      refused(404),
    ]) {
      const onSocket = nextStep(failure, trail({ path: "socket", hasCredentials: true }), half);
      expect(onSocket, JSON.stringify(failure)).to.deep.equal({ type: "try", path: "token", delayMs: 0 });
      const onToken = nextStep(failure, trail({ path: "token", hasCredentials: true }), half);
      expect(onToken, JSON.stringify(failure)).to.deep.equal({
        type: "try",
        path: "join",
        delayMs: 0,
        forgetCredentials: true,
      });
    }
  });

  it("[C3] a path that dies or is silent is tried again, later, and over HTTP, which says why", () => {
    for (const failure of [{ type: "unreachable" }, { type: "timed_out" }, closed(4010)] as const) {
      const step = nextStep(failure, trail({ path: "socket", hasCredentials: true }), half);
      expect(step).to.include({ type: "try", path: "token" });
      expect((step as { delayMs: number }).delayMs).to.be.above(0);
      const fresh = nextStep(failure, trail({ path: "join" }), half);
      expect(fresh).to.include({ type: "try", path: "join" });
      const afterGrace = nextStep(failure, trail({ path: "join", hasCredentials: true }), half);
      expect(afterGrace, "a seat that is given up has no token to go back to").to.include({ path: "join" });
    }
  });

  it("[C3] a server that cannot now is asked again when it says, with jitter, and the token is kept", () => {
    const later = refusedAs(503, "draining", 1000);
    const step = nextStep(later, trail({ path: "token", hasCredentials: true }), half);
    expect(step).to.deep.equal({ type: "try", path: "token", delayMs: 1500 });
    expect(nextStep(refusedAs(429, "too_many", 1000), trail(), half)).to.deep.equal({
      type: "try",
      path: "join",
      delayMs: 1500,
    });
    for (const code of [408, 500, 502, 504, 522])
      expect(nextStep(refused(code), trail(), half), String(code)).to.include({ type: "try", path: "join" });
  });

  it("[C4] a refused join ends the session with the server's code and sentence", () => {
    for (const code of [400, 401, 403, 404, 409, 410, 413]) {
      expect(nextStep(refused(code, "Because"), trail(), half)).to.deep.equal({
        type: "end",
        ending: { status: "failed", endReason: "refused", code, sentence: "Because" },
      });
    }
  });

  it("[C25] whoever was in is sent away for good only by a refusal with a reason", () => {
    const been = trail({ hasBeenIn: true, failures: 3 });
    for (const code of [400, 401, 403, 404, 409, 410, 413]) {
      expect(nextStep(refused(code), been, half), String(code)).to.deep.equal({
        type: "try",
        path: "join",
        delayMs: 2500,
      });
      expect(nextStep(refusedAs(code, "refused"), been, half), String(code)).to.deep.equal({
        type: "end",
        ending: { status: "failed", endReason: "refused", code, sentence: "No", reason: "refused" },
      });
    }
    for (const [code, reason, endReason] of [
      [403, "kicked", "kicked"],
      [410, "closed", "event_closed"],
    ] as const) {
      const step = nextStep(refusedAs(code, reason), been, half);
      expect(step).to.have.nested.property("ending.endReason", endReason);
      const never = nextStep(refusedAs(code, reason), trail(), half);
      expect(never).to.have.nested.property("ending.endReason", "refused");
    }
  });

  it("[C4] an expired proof that can be asked for again is, once", () => {
    expect(nextStep(refused(401), trail({ canRenew: true }), half)).to.include({ type: "try", path: "join" });
    expect(nextStep(refused(401), trail({ canRenew: false }), half)).to.include({ type: "end" });
    expect(nextStep(refused(403), trail({ canRenew: true }), half)).to.include({ type: "end" });
  });

  it("[C4] four closes end the session, each with its reason; every other close ends the connection only", () => {
    const reasons = [4000, 4500, 4501, 4502].map((code) => endingOf(code)?.endReason);
    expect(reasons).to.deep.equal(["consented", "kicked", "replaced", "event_closed"]);
    for (const code of [1000, 1001, 1006, 1009, 1011, 4001, 4002, 4003, 4010, 4503, 4999])
      expect(endingOf(code), String(code)).to.equal(undefined);
    for (const path of ["socket", "token", "join"] as const)
      expect(nextStep(closed(4500), trail({ path }), half)).to.have.nested.property(
        "ending.endReason",
        "kicked",
      );
    expect(failureOfClose(1006)).to.deep.equal({ type: "unreachable" });
    expect(failureOfClose(4500)).to.include({ type: "closed", code: 4500 });
  });
});
