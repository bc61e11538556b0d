// The docs promise: every block of code compiles against the package, every command, file and setting in it exists.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { settings } from "../../src/settings.ts";
import { ownNames } from "../../harness/from-source.ts";
import { type Block, blocksIn } from "../../harness/documents/markdown.ts";

const root = resolve(import.meta.dirname, "../..");
const pages = globSync("**/*.md", {
  cwd: root,
  exclude: (path) => /^(?:node_modules|dist|data|api|\..+)$/.test(basename(path)),
});
const textOf = (page: string) => readFileSync(join(root, page), "utf8");
const blocks = pages.flatMap((page) => blocksIn(page, textOf(page)));
const codeIn = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));
const placeOf = ({ file, line }: Block) => `${file}:${line}`;
const { scripts, bin } = JSON.parse(textOf("package.json")) as {
  scripts: Record<string, string>;
  bin: Record<string, string>;
};

/** By which names a file of ours is imported: what browsers load is also a package of its own, `holdfast-client`. */
function aliasesOf(name: string): string[] {
  const { exports } = JSON.parse(textOf("packages/client/package.json")) as {
    exports: Record<string, unknown>;
  };
  const path = name === "holdfast/client" ? "." : name.replace("holdfast", ".");
  const isOfClient = name !== "holdfast" && Object.hasOwn(exports, path);
  return isOfClient ? [name, `holdfast-client${path.slice(1)}`] : [name];
}

/** Of the repository, and of a project in it that the page belongs to. */
function scriptsNear(page: string): Record<string, string> {
  const [folder = ""] = page.split("/");
  const manifest = join(root, folder, "package.json");
  if (!page.includes("/") || !existsSync(manifest)) return scripts;
  return {
    ...scripts,
    ...(JSON.parse(readFileSync(manifest, "utf8")) as { scripts?: typeof scripts }).scripts,
  };
}

/** As an author's project is set up, with the package's own sources behind its names. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2024.d.ts", "lib.dom.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
  strict: true,
  noImplicitOverride: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
  allowJs: true,
  checkJs: true,
  jsx: ts.JsxEmit.ReactJSX,
  jsxImportSource: "react",
  skipLibCheck: true,
  noEmit: true,
  paths: Object.fromEntries(
    [...ownNames].flatMap(([name, file]) => aliasesOf(name).map((each) => [each, [file]])),
  ),
};

/** What the compiler says of these, with the page and line that it is said of. */
function mistakesIn(code: readonly Block[]): string[] {
  // In a folder of their own inside the project, so that its packages are found; nothing is written.
  const files = new Map(
    code.map((block, index) => [join(root, "docs", `block-${index}.${block.language}`), block] as const),
  );
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  const sourceOf = ({ prelude, text }: Block) => `${prelude}\n${text}\nexport {};\n`;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => {
    const block = files.get(path);
    return block === undefined ? readFile(path) : sourceOf(block);
  };
  host.getSourceFile = (path, version, ...rest) => {
    const block = files.get(path);
    if (block === undefined) return getSourceFile(path, version, ...rest);
    return ts.createSourceFile(path, sourceOf(block), version, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([path, block]) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const { line } = (source as ts.SourceFile).getLineAndCharacterOfPosition(start);
      return `${block.file}:${block.line + line - 1}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

/** What the linter says of React's hooks in these: the compiler does not see one that is called after a `return`. */
function hookMistakesIn(code: readonly Block[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-docs-"));
  try {
    for (const [index, { text }] of code.entries()) writeFileSync(join(folder, `${index}.tsx`), text);
    const linter = join(root, "node_modules/.bin/oxlint");
    const rules = ["--react-plugin", "-A", "all", "-D", "react/rules-of-hooks", "--format", "unix"];
    const { status, stdout } = spawnSync(linter, [...rules, "."], { cwd: folder, encoding: "utf8" });
    const found = [...stdout.matchAll(/^(?:\.\/)?(\d+)\.tsx:(\d+):\d+: (.*)$/gm)].map(
      ([, index, line, what]) => {
        const block = code[Number(index)] as Block;
        return `${block.file}:${block.line + Number(line) - 1}: ${what}`;
      },
    );
    expect(status, stdout).to.equal(found.length === 0 ? 0 : 1);
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the docs", function () {
  this.timeout(120_000);

  it("[W20] no page is left out", () => {
    expect(pages).to.include.members([
      "README.md",
      "CONTRIBUTING.md",
      "docs/rooms.md",
      "examples/quiz/README.md",
    ]);
    expect(pages.filter((page) => page.includes("node_modules"))).to.deep.equal([]);
  });

  it("[W20] every block of code compiles", () => {
    const code = codeIn("ts", "tsx", "js", "jsx");
    expect(code.filter(({ file }) => file === "README.md").length).to.be.at.least(3);
    expect(mistakesIn(code)).to.deep.equal([]);
  });

  it("[W20] a block that does not compile is found, with its page and line", () => {
    const block = (text: string, prelude = ""): Block => ({
      file: "a.md",
      line: 7,
      language: "ts",
      text,
      prelude,
    });
    const [wrong, ...more] = mistakesIn([block('import { t } from "holdfast";\nconst x: number = t;')]);
    expect(wrong).to.match(/^a\.md:8: Type .* is not assignable to type 'number'/);
    expect(more).to.deep.equal([]);
    expect(mistakesIn([block("show(1);")])).to.deep.equal(["a.md:7: Cannot find name 'show'."]);
    expect(mistakesIn([block("show(1);", "declare function show(what: number): void;")])).to.deep.equal([]);
    const page =
      "text\n\n<!-- prelude: let a = 1; -->\n```ts\na;\n```\n\n    npm test\n\n    npm start\n\nmore";
    expect(blocksIn("b.md", page)).to.deep.equal([
      { file: "b.md", line: 5, language: "ts", text: "a;", prelude: "let a = 1;" },
      { file: "b.md", line: 8, language: "indented", text: "    npm test\n\n    npm start\n", prelude: "" },
    ]);
    expect(() => blocksIn("b.md", "```ts\na;")).to.throw("b.md:1");
  });

  it("[W20] hooks of React are called in the same order by each render", () => {
    const text = "function App({ is }: { is: boolean }) {\n  if (is) return null;\n  return useMe();\n}";
    const block: Block = { file: "a.md", line: 7, language: "tsx", text, prelude: "" };
    const [wrong, ...more] = hookMistakesIn([block]);
    expect(wrong).to.match(/^a\.md:9: React Hook "useMe" is called conditionally/);
    expect(more).to.deep.equal([]);
    const code = codeIn("tsx", "jsx");
    expect(code.length).to.be.at.least(4);
    expect(hookMistakesIn(code)).to.deep.equal([]);
  });

  it("[W20] code is marked as such, and nothing else is: no block of it is left out", () => {
    const known = ["ts", "tsx", "js", "jsx", "json", "sh", "text", "mermaid", "", "indented"];
    for (const block of blocks) expect(known, placeOf(block)).to.include(block.language);
    for (const block of codeIn("", "text", "indented", "sh"))
      expect(block.text, placeOf(block)).to.not.match(
        /^\s*(?:import|export|const|let|await|class|function) |=>/m,
      );
  });

  it("[W20] JSON is JSON", () => {
    for (const block of codeIn("json")) expect(() => JSON.parse(block.text), placeOf(block)).to.not.throw();
  });

  it("[W20] what is for a shell can be read by one", () => {
    for (const block of codeIn("sh")) {
      const { status, stderr } = spawnSync("sh", ["-n"], { input: block.text, encoding: "utf8" });
      expect(status, `${placeOf(block)}: ${stderr}`).to.equal(0);
    }
  });

  it("[W20] scripts, programs and files that are named exist", () => {
    const named = { scripts: 0, files: 0 };
    for (const page of pages) {
      const text = textOf(page);
      for (const [, name = ""] of text.matchAll(/\bnpm run ([\w:-]+)/g)) {
        expect(scriptsNear(page), page).to.have.property(name);
        named.scripts += 1;
      }
      for (const [, name = ""] of text.matchAll(/\bnpm (start|test)\b/g))
        expect(scripts).to.have.property(name);
      for (const [, path = ""] of text.matchAll(
        /\b(?:node|npx mocha) ((?:src|test|loadtest|examples|scripts)\/\S+?\.ts)\b/g,
      )) {
        expect(existsSync(join(root, path)), `${page}: ${path}`).to.equal(true);
        named.files += 1;
      }
      for (const [, name = ""] of text.matchAll(/\bnpx (holdfast[\w-]*)/g))
        expect(bin, page).to.have.property(name);
    }
    expect(named.scripts).to.be.above(10);
    expect(named.files).to.be.at.least(5);
  });

  it("[W20] settings in a command are settings", () => {
    const commands = codeIn("", "sh", "indented").flatMap(({ text }) => text.split("\n"));
    const names = commands
      .filter((line) => /\b(?:npm (?:start|run)|npx holdfast|node )/.test(line))
      .flatMap((line) => [...line.matchAll(/(?:^|\s)([A-Z][A-Z0-9_]+)=/g)].map(([, name]) => name as string));
    expect(names).to.include("REDIS_URL");
    for (const name of names) expect(settings).to.have.property(name);
  });
});
