// When a way to go on is offered.
import { expect } from "chai";
import { isRetryOfUse } from "../../../src/react/retrying.ts";

describe("a way to go on", () => {
  it("[V13] is offered in an outage, after replaced and after a failure, and not where the answer would be the same", () => {
    expect(isRetryOfUse({ status: "reconnecting" })).to.equal(true);
    expect(isRetryOfUse({ status: "left", endReason: "replaced" })).to.equal(true);
    expect(isRetryOfUse({ status: "failed", endReason: "unreachable" })).to.equal(true);
    expect(isRetryOfUse({ status: "failed", endReason: "refused", code: 409, reason: "full" })).to.equal(
      true,
    );
    for (const reason of ["kicked", "closed"] as const)
      expect(isRetryOfUse({ status: "failed", endReason: "refused", reason }), reason).to.equal(false);
    for (const endReason of ["consented", "kicked", "event_closed", "closed"] as const)
      expect(isRetryOfUse({ status: "left", endReason }), endReason).to.equal(false);
    expect(isRetryOfUse({ status: "connected" })).to.equal(false);
    expect(isRetryOfUse({ status: "connecting" })).to.equal(false);
  });
});
