// What a page pays for the hooks on top of the client, React not counted.
import { expect } from "chai";
import { hooksSize } from "../../../harness/react/bundles.ts";

describe("the hooks' bundle", () => {
  it("[V15] adds less than 3 kB of gzip to the client", async () => {
    const bytes = await hooksSize();
    expect(bytes).to.be.within(500, 2999);
  });
});
