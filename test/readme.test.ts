// The README promises: its commands exist, and its table of settings is the one the server reads.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { settingsTable } from "./support/settings-table.ts";

describe("README", () => {
  const readme = readFileSync("README.md", "utf8");

  it("[W5] documents every setting with its default, range and meaning", () => {
    expect(readme).to.contain(settingsTable());
  });

  it("[W5] names only scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1] as string);
    expect(named.length).to.be.greaterThan(0);
    for (const name of named) expect(scripts, name).to.have.property(name);
    expect(readme).to.contain("npm ci && npm start").and.contain("npm ci && npm test");
  });
});
