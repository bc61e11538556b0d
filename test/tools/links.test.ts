// Readers find their way: every link of a page leads to a file and a heading that there are, and the index has every page.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect } from "chai";

const pages = globSync(["*.md", "docs/**/*.md", "examples/**/*.md", "templates/**/*.md"]).filter(
  (page) => !page.includes("node_modules"),
);
const textOf = (page: string) => readFileSync(page, "utf8");
/** Without blocks of code, in which nothing is a link or a heading. */
const proseOf = (page: string) => textOf(page).replace(/^(`{3,})[\s\S]*?^\1$/gm, "");

/** As GitHub and npm make them of headings. */
function anchorsOf(page: string): Set<string> {
  const headings = [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
  const counts = new Map<string, number>();
  return new Set(
    headings.map((heading) => {
      const before = counts.get(heading) ?? 0;
      counts.set(heading, before + 1);
      return before === 0 ? heading : `${heading}-${before}`;
    }),
  );
}

/** The links of a page that lead to nothing. */
function lostIn(page: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
    ([, md, html]) => md ?? html ?? "",
  );
  return links
    .filter((link) => !/^(?:https?:|mailto:)/.test(link))
    .filter((link) => {
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? page : normalize(join(dirname(page), path));
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).has(anchor));
    });
}

describe("the docs' links", () => {
  it("[X37] lead to a file and a heading that there are", () => {
    expect(pages.length).to.be.above(15);
    for (const page of pages) expect(lostIn(page, proseOf(page)), page).to.deep.equal([]);
  });

  it("[X37] one that leads nowhere is found", () => {
    const text =
      "[a](nothing.md) [b](SPEC.md#nothing) [c](SPEC.md) [d](README.md#settings) [e](https://a.example)";
    expect(lostIn("README.md", text)).to.deep.equal(["nothing.md", "SPEC.md#nothing"]);
  });

  it("[X37] the index names every page of the docs", () => {
    const index = textOf("docs/README.md");
    for (const page of globSync("docs/*.md", { exclude: ["docs/README.md"] }))
      expect(index, page).to.contain(`](${page.replace("docs/", "")})`);
  });
});
