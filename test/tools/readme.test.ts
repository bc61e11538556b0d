// The README promises: its commands exist, and its table of settings is the one the server reads.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { settingsTable } from "../../harness/settings-table.ts";

describe("README", () => {
  const readme = readFileSync("README.md", "utf8");

  it("[W5] documents every setting with its default, range and meaning", () => {
    expect(readme).to.contain(settingsTable());
  });

  it("[W5] begins with the commands that install, start and test", () => {
    expect(readme).to.contain("npm ci && npm start").and.contain("npm ci && npm test");
  });
});
