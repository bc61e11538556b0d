// What a browser has to load for our client: a budget, so that it cannot grow unnoticed.
import { expect } from "chai";
import { clientBundleSize } from "../../../harness/bundle-size.ts";

/** The SDK of 0.18.4 is 53.6 kB by itself: Schema brings its encoder into every browser. Ours may add this much to it (0.3 kB for going on from the state that it has). */
const ownBudgetBytes = 12_400;
const wholeBudgetBytes = 66_000;

describe("pages: the client's bundle", () => {
  it("adds at most 12.4 kB gzip to the SDK, and is at most 66 kB with it", async () => {
    const { gzipBytes, sdkGzipBytes, parts } = await clientBundleSize();
    expect(parts.map(([name]) => name)).to.include.members(["holdfast", "@colyseus/sdk", "@colyseus/schema"]);
    expect(sdkGzipBytes).to.be.greaterThan(10_000);
    expect(gzipBytes, JSON.stringify(parts)).to.be.at.most(wholeBudgetBytes);
    expect(gzipBytes - sdkGzipBytes).to.be.at.most(ownBudgetBytes);
  });
});
