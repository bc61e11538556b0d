// `holdfast/react` with React 19, the project's own.
import { expect } from "chai";
import { version } from "react";
import { describeWithChromium } from "../../../harness/browsers/browser.ts";
import { reactSuite } from "../../../harness/contracts/react-contract.ts";

describeWithChromium("holdfast/react with React 19", () => {
  it("is what is tested here", () => expect(version).to.match(/^19\./));
  reactSuite(process.cwd());
});
