// Many of our clients lose one server at once.
import { expect } from "chai";
import { runHerd } from "../../../harness/herd.ts";

describe("a herd of our clients", function () {
  this.timeout(90_000);

  it("[C16] 500 whose server is killed and listens again after 2 s come spread, and are back in their seats in 8 s", async () => {
    const figures = await runHerd(500);
    const all = JSON.stringify(figures);
    expect(figures.back, all).to.equal(500);
    expect(figures.newSeats, all).to.equal(0);
    expect(figures.attemptsAfter, all).to.be.at.least(500);
    expect(figures.lastBackMs, all).to.be.at.most(8000);
    expect(figures.fullestWindowShare, all).to.be.at.most(0.1);
  });
});
