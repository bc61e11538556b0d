// Readers find their way: every link of a page leads to a file and a heading that there are, and the index has every page.
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect } from "chai";
import { deadAnchors, deadLinks } from "../../harness/documents/markdown-links.ts";

const root = resolve(import.meta.dirname, "../..");
const pages = globSync(["*.md", "{docs,examples,packages,templates,loadtest}/**/*.md"], { cwd: root }).filter(
  (page) => !page.includes("node_modules"),
);

describe("the docs' links", () => {
  it("[X37] lead to a file and a heading that there are", () => {
    expect(pages.length).to.be.above(15);
    const dead = pages.flatMap((page) => [...deadLinks(root, page), ...deadAnchors(root, page)]);
    expect(dead).to.deep.equal([]);
  });

  it("[X37] one to a heading that there is not is found", () => {
    const text =
      "[a](SPEC.md#nothing) [b](README.md#settings) [c](https://a.example#x) [d](#the-docs) [e](#no)";
    expect(deadAnchors(root, "README.md", text)).to.deep.equal([
      "README.md: SPEC.md#nothing",
      "README.md: #no",
    ]);
  });

  it("[X37] the index names every page of the docs", () => {
    const index = readFileSync("docs/README.md", "utf8");
    for (const page of globSync("docs/*.md", { exclude: ["docs/README.md"] }))
      expect(index, page).to.contain(`](${page.replace("docs/", "")})`);
  });
});
