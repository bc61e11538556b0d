// The README promises: its commands exist, and its table of settings is the one the server reads.
import { globSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { settingsTable } from "../../harness/documents/settings-table.ts";
import { settings } from "../../src/config.ts";

describe("README", () => {
  const readme = readFileSync("README.md", "utf8");

  it("[W5] documents every setting with its default, range and meaning", () => {
    expect(readme).to.contain(settingsTable());
  });

  it("[W5] names a setting's default in no other page than as it is", () => {
    const form = /`([A-Z][A-Z_]+)`(?: \(|, )(\d[\d,.]*)( s| ms)?[),;]/g;
    const found = globSync(["*.md", "docs/*.md"], { exclude: ["CHANGELOG.md"] }).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(form)].map(([text, name = "", digits = "", unit]) => {
        const value = Number(digits.replace(",", "")) * (unit === " s" ? 1000 : 1);
        return { where: `${file}: ${text}`, value, setting: Reflect.get(settings, name) as unknown };
      }),
    );
    const named = found.filter(({ setting }) => setting !== undefined);
    expect(named.length).to.be.greaterThan(3);
    const wrong = named.filter(({ setting, value }) => (setting as { fallback: unknown }).fallback !== value);
    expect(wrong.map(({ where }) => where)).to.deep.equal([]);
  });

  it("[B173] its chart shows the figures of its table, to scale", () => {
    const svg = readFileSync("docs/headline.svg", "utf8");
    const row = /^\| 2,000: 600 drop at once, everyone told \|(.*)\|$/m.exec(readme)?.[1] ?? "";
    const figures = row
      .split("|")
      .map((cell) => cell.trim())
      .slice(0, 3);
    expect([...svg.matchAll(/class="value"[^>]*>([^<]+)</g)].map(([, text]) => text)).to.deep.equal(figures);
    const widths = [...svg.matchAll(/width="(\d+)" height="28"/g)].map(([, width]) => Number(width));
    const pixelsPerS = 75;
    const wanted = figures.map((figure) => Number.parseFloat(figure) * pixelsPerS);
    for (const [i, width] of widths.entries()) expect(width).to.be.closeTo(wanted[i] ?? 0, 1);
  });

  it("[W5] begins with the commands that install, start and test", () => {
    expect(readme).to.contain("npm ci && npm start").and.contain("npm ci && npm test");
  });
});
