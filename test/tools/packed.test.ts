// What is published says of itself is true: the linters of packages are content, every link in its papers leads somewhere,
// every package that its code imports is named, and the licences of what the pages bundle are in it.
import { execFile } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { tarballs, type Tarballs } from "../../harness/project/packed.ts";
import { deadLinks } from "../../harness/documents/markdown-links.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const names = ["holdfast", "holdfast-client"] as const satisfies readonly (keyof Tarballs)[];

interface Manifest {
  readonly [kind: `${string}ependencies`]: Record<string, string> | undefined;
}

describe("what is published", function () {
  this.timeout(180_000);
  let unpacked = "";
  const folderOf = (name: (typeof names)[number]) => join(unpacked, name, "package");
  const manifestOf = (name: (typeof names)[number]) =>
    JSON.parse(readFileSync(join(folderOf(name), "package.json"), "utf8")) as Manifest &
      Record<string, unknown>;

  before(async () => {
    unpacked = await mkdtemp(join(tmpdir(), "holdfast-unpacked-"));
    const made = await tarballs();
    for (const name of names) {
      await run("mkdir", ["-p", join(unpacked, name)]);
      await run("tar", ["-xzf", made[name].path, "-C", join(unpacked, name)]);
    }
  });
  after(() => rm(unpacked, { recursive: true, force: true }));

  for (const name of names) {
    it(`[Z24] ${name}: publint finds nothing, not even a suggestion`, async () => {
      const pkg = manifestOf(name);
      const { messages } = await publint({ pkgDir: folderOf(name), strict: true, pack: false });
      expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).to.deep.equal([]);
    });

    it(`[Z24] ${name}: attw finds types of every entry, of the kind that its code is`, async () => {
      const tool = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
      const words = [tool, (await tarballs())[name].path, "--profile", "esm-only", "--format", "json"];
      const { stdout } = await run(process.execPath, words, { maxBuffer: 2 ** 28 });
      const { problems, analysis } = JSON.parse(stdout) as {
        problems: Record<string, unknown>;
        analysis: { entrypoints: Record<string, unknown> };
      };
      const entries = Object.keys(manifestOf(name).exports as object);
      expect(Object.keys(analysis.entrypoints).toSorted()).to.deep.equal(entries.toSorted());
      const ours = Object.entries(problems).filter(
        ([kind]) => !["NoResolution", "FalseESM", "CJSResolvesToESM"].includes(kind),
      );
      expect(ours).to.deep.equal([]);
    });

    it(`[Z24] ${name}: every package that its code imports is a dependency or a peer of it`, () => {
      const { dependencies = {}, peerDependencies = {} } = manifestOf(name);
      const named = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies), name]);
      const files = globSync("dist/**/*.js", { cwd: folderOf(name), exclude: (part) => part === "pages" });
      const unnamed = files.flatMap((file) => {
        const text = readFileSync(join(folderOf(name), file), "utf8");
        const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
        return imported.flatMap((specifier) => {
          const [, pack = ""] = /^((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? [];
          const isKnown = /^(?:\.|node:)/.test(specifier) || builtinModules.includes(pack) || named.has(pack);
          return isKnown ? [] : [`${file}: ${pack}`];
        });
      });
      expect(files.length).to.be.above(20);
      expect(unnamed).to.deep.equal([]);
    });

    it(`[Z26] ${name}: no paper in it points at a file that is not in it`, () => {
      const papers = globSync("**/*.md", { cwd: folderOf(name) });
      expect(papers).to.include("README.md");
      expect(papers.flatMap((paper) => deadLinks(folderOf(name), paper))).to.deep.equal([]);
    });

    it(`[Z24] ${name}: says what it is, and under which licence`, () => {
      const { keywords, sideEffects, license, description } = manifestOf(name);
      expect(keywords).to.include("colyseus");
      expect(sideEffects).to.not.equal(undefined);
      expect([license, typeof description]).to.deep.equal(["MIT", "string"]);
      expect(existsSync(join(folderOf(name), "LICENSE"))).to.equal(true);
    });
  }

  it("[Z26] a dead link is found, and one to a heading, an address or a folder is none", () => {
    const found = deadLinks(
      root,
      "README.md",
      '[a](docs/none.md) [b](#here) [c](docs) ![d](docs/seat.svg "e") [f](https://x.example) `[g](no)`',
    );
    expect(found).to.deep.equal(["README.md: docs/none.md"]);
    expect(deadLinks(root, "docs/x.md", '<img src="./gone.png">\n[one]: ../gone.md')).to.have.length(2);
  });

  it("[Z25] the pages' folder has the licence of every package and of every font that is in their bundle", async () => {
    const pages = join(folderOf("holdfast"), "dist/pages");
    const notices = readFileSync(join(pages, "licences/packages.txt"), "utf8");
    const { metafile } = await build({
      entryPoints: ["participant.ts", "host.tsx", "demo.ts", "phone.ts"].map((page) =>
        join(root, "src/pages", page),
      ),
      bundle: true,
      platform: "browser",
      format: "esm",
      jsx: "automatic",
      jsxImportSource: "preact",
      outdir: "out",
      define: { "process.env.NODE_ENV": '"production"' }, // as Vite builds: what is for development is left out
      minifySyntax: true,
      external: ["virtual:words/*"], // made by the build, of our own words
      loader: { ".css": "empty", ".woff2": "empty", ".svg": "empty" },
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
    const packages = new Set(
      inputs.flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? (/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []) : [],
      ),
    );
    expect([...packages].map((folder) => folder.replace(/.*node_modules\//, ""))).to.include.members([
      "preact",
      "uqr",
      "@lingui/core",
      "@colyseus/sdk",
      "@colyseus/schema",
    ]);
    for (const folder of packages) {
      const { name, version } = JSON.parse(
        readFileSync(join(root, folder, "package.json"), "utf8"),
      ) as Record<string, string>;
      expect(notices).to.contain(`${name} ${version} (`);
      const [licence] = globSync("LICEN[SC]E*", { cwd: join(root, folder) });
      expect(notices, name).to.contain(readFileSync(join(root, folder, licence as string), "utf8").trim());
    }
    const fonts = globSync("assets/*.woff2", { cwd: pages }).map((font) =>
      font.replace(/^assets\/|-latin.*$/g, ""),
    );
    expect(fonts).to.have.length(2);
    for (const font of fonts)
      expect(existsSync(join(pages, `licences/${font}-OFL.txt`)), font).to.equal(true);
  });
});
