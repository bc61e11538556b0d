// Many of our clients lose one server at once. The whole count is `npm run soak -- herd`.
import { expect } from "chai";
import { runHerd } from "../../loadtest/herd.ts";

describe("a herd of our clients", function () {
  this.timeout(90_000);

  it("[C16] 150 whose server is killed and listens again after 2 s come spread, and are back in their seats in 8 s", async () => {
    const figures = await runHerd(150);
    const all = JSON.stringify(figures);
    expect(figures.back, all).to.equal(150);
    expect(figures.newSeats, all).to.equal(0);
    expect(figures.lastBackMs, all).to.be.at.most(8000);
    // Chance weighs more in a small herd; without jitter all of it comes in one window.
    expect(figures.fullestWindowShare, all).to.be.at.most(0.2);
  });
});
