// What the pages' sources may say by themselves: nothing that a person reads, no message that nobody shows, and no side of
// a page that is another one in Arabic.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { wordsOf } from "../../../scripts/words.ts";
import { areas } from "../../../src/pages/languages/words.ts";

const folder = join(import.meta.dirname, "../../../src/pages");

/** All sources of the pages with one of these endings, by their path. */
function sourcesOf(...endings: readonly string[]): Map<string, string> {
  const names = readdirSync(folder, { recursive: true }) as string[];
  const wanted = names.filter((name) => endings.some((ending) => name.endsWith(ending)));
  return new Map(wanted.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Messages whose key no source names, neither whole nor as a pattern: t(`seats.is.${kind}`). */
function unusedKeys(keys: readonly string[], text: string): string[] {
  const asked = new Set([...text.matchAll(/["{]([\w.-]+)["}]/g)].map(([, key = ""]) => key));
  const patterns = [...text.matchAll(/`((?:[a-z-]+\.|\$\{)[^`\s]*)`/g)].map(([, template = ""]) => {
    const fixed = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(".", "\\."));
    return new RegExp(`^${fixed.join("(.+)")}$`);
  });
  // What fills a pattern is written somewhere, as a string or as a name of a property.
  const isFilling = (word: string) => asked.has(word) || new RegExp(`\\b${word}["]?:`).test(text);
  return keys.filter(
    (key) =>
      !asked.has(key) &&
      !patterns.some(
        (pattern) => pattern.source !== "^(.+)$" && pattern.exec(key)?.slice(1).every(isFilling),
      ),
  );
}

const spokenAttributes = new Set(["aria-label", "aria-description", "title", "placeholder", "alt", "label"]);

/** What a page would say in the same words in every language: texts between tags, and attributes that are read. */
function ownWords(name: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && /\p{L}{2}/u.test(node.text)) found.push(node.text.trim());
    if (
      ts.isJsxAttribute(node) &&
      spokenAttributes.has(node.name.getText()) &&
      node.initializer !== undefined &&
      ts.isStringLiteral(node.initializer) &&
      /\p{L}/u.test(node.initializer.text)
    )
      found.push(node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return found;
}

const side =
  /(?:^|[\s;{])(?:(?:left|right|float|clear)\s*:|text-align\s*:\s*(?:left|right)|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b|border-(?:top|bottom)-(?:left|right)-radius)/;
const fourSides = /(?:margin|padding|inset)\s*:\s*([^;]+);/g;

/** Parts of a shorthand, a function with its commas and spaces being one. */
function partsOf(value: string): string[] {
  let depth = 0;
  let text = "";
  for (const letter of value) {
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    text += letter === " " && depth > 0 ? "_" : letter;
  }
  return text.trim().split(/\s+/);
}

/** Lines of a stylesheet that name a left or a right side, or give the two sides of a shorthand different sizes. */
function sidesIn(text: string): string[] {
  const uneven = [...text.matchAll(fourSides)]
    .filter(([, value = ""]) => {
      const [, right, , left] = partsOf(value);
      return left !== undefined && left !== right;
    })
    .map(([whole]) => whole);
  return [...text.split("\n").filter((line) => side.test(line)), ...uneven];
}

describe("the pages' sources", () => {
  it("[B152] every message of the catalogues is used", () => {
    const text = [...sourcesOf(".ts", ".tsx", ".html").values()].join("\n");
    expect(unusedKeys(["own.here", "own.nowhere"], "t(`own.${where}`); where = { here: 1 }")).to.deep.equal([
      "own.nowhere",
    ]);
    expect(
      unusedKeys(
        areas.flatMap((area) => Object.keys(wordsOf("en", area))),
        text,
      ),
    ).to.deep.equal([]);
  });

  it("[B153] no source says something to a person by itself, but for the product's name and what is typed into a shell", () => {
    expect(ownWords("x.tsx", `<b title="All of it">{t("x")} gone</b>`)).to.deep.equal(["All of it", "gone"]);
    const found = [...sourcesOf(".tsx")].flatMap(([name, text]) =>
      ownWords(name, text).map((words) => `${name}: ${words}`),
    );
    expect(found).to.deep.equal(["host/sign-in.tsx: holdfast host-link", "ui/wordmark.tsx: Holdfast"]);
  });

  it("[B154] no stylesheet names a left or a right side", () => {
    expect(sidesIn(".a { left: 0;\n}\n.b {\n  padding: 1px 2px 3px 4px;\n}")).to.have.length(2);
    expect(sidesIn(".a {\n  padding: 0 max(1px, 2px) 3px max(1px, 2px);\n}")).to.deep.equal([]);
    const found = [...sourcesOf(".css")].flatMap(([name, text]) =>
      sidesIn(text).map((line) => `${name}: ${line.trim()}`),
    );
    expect(found).to.deep.equal([]);
  });
});
