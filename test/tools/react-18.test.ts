// `holdfast/react` with React 18, which cannot be installed beside 19: from a folder and a lockfile of its own, copied to where nothing
// else looks for packages. Where the registry does not answer, it says loudly that it did not run.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { reactSuite } from "../../harness/contracts/react-contract.ts";

const run = promisify(execFile);

describeWithChromium("holdfast/react with React 18", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-react-18-"));

  before(async function () {
    this.timeout(180_000);
    cpSync("harness/react-18", folder, { recursive: true });
    try {
      await run("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: folder });
    } catch (error) {
      console.warn(`NOT RUN: React 18 could not be installed: ${(error as Error).message}`);
      this.skip();
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is what is tested here", () => {
    const manifest = readFileSync(join(folder, "node_modules/react-dom/package.json"), "utf8");
    expect((JSON.parse(manifest) as { version: string }).version).to.match(/^18\./);
  });

  reactSuite(folder);
});
