// [J11] in small: the fuzz of `npm run test:fuzz`, a few thousand frames and joins, against a server of its own.
import { expect } from "chai";
import { frameClasses } from "../../../harness/fuzz/frames.ts";
import { requestClasses } from "../../../harness/fuzz/requests.ts";
import { runFuzz, tableOf } from "../../../harness/fuzz/campaign.ts";

describe("hostile input", () => {
  it("[J11] thousands of hostile frames and joins hurt nobody: every beat of a bystander is answered", async function () {
    this.timeout(120_000);
    const seed = Date.now() % 1_000_000;
    const report = await runFuzz({ count: 3000, seed, hugeBodies: 1 });
    expect(report.faults, tableOf(report)).to.deep.equal([]);
    expect(report.sent).to.equal(3001);
    expect(report.reached * 2, tableOf(report)).to.be.at.least(report.sent);
    expect(report.beats).to.be.greaterThan(1); // one in 250 ms: a fast machine is through in a second
    const classes = [...Object.keys(frameClasses), ...Object.keys(requestClasses), "bodies of 30 MB"];
    expect([...report.classes.keys()], `seed ${seed}`).to.include.members(classes);
  });
});
