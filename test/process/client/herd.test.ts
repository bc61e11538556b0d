// Many of our clients lose one server at once.
import { expect } from "chai";
import { runHerd } from "../../../harness/crashes/herd.ts";

const stoodStillMs = 250;

describe("a herd of our clients", function () {
  this.timeout(120_000);

  it("[C16] 500 whose server is killed and listens again after 2 s come spread, and are back in their seats in 8 s", async () => {
    let figures = await runHerd(500);
    // All of them share one event loop here. Where that stood still, attempts that were to be spread came together.
    for (let again = 0; again < 2 && figures.loopHeldUpMs > stoodStillMs; again++)
      figures = await runHerd(500);
    const all = JSON.stringify(figures);
    expect(figures.back, all).to.equal(500);
    expect(figures.newSeats, all).to.equal(0);
    expect(figures.attemptsAfter, all).to.be.at.least(500);
    expect(figures.lastBackMs, all).to.be.at.most(8000);
    expect(figures.fullestWindowShare, all).to.be.at.most(0.1);
  });
});
