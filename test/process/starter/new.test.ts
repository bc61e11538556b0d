// `holdfast new`: what is written, what is refused, and that what a project begins as is right in this repository.
import { type ExecFileException, execFile } from "node:child_process";
import { existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";

const program = resolve("src/index.ts");
const { version, dependencies, devDependencies, overrides, engines, allowScripts } = JSON.parse(
  readFileSync("package.json", "utf8"),
);
interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<Outcome> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      words,
      { cwd, env, timeout: 60_000 },
      (error: ExecFileException | null, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

describe("holdfast new", function () {
  this.timeout(90_000);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-new-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Without anything on the PATH: neither git nor npm. */
  const make = (...words: string[]) => run([program, "new", ...words], folder, { PATH: "" });
  const read = (name: string, file: string) => readFileSync(join(folder, name, file), "utf8");

  it("[X30] writes a project that needs nothing but its packages, and says in three lines what to do next", async () => {
    const { code, stdout, stderr } = await make("friday");
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(
      /^friday is there\. Next:\n\n {2}cd friday && .*\n {2}npm start .*\n {2}npm test .*\n$/,
    );
    const files = readdirSync(join(folder, "friday"), { recursive: true }).map(String);
    expect(files).to.include.members([
      ".dockerignore",
      ".gitignore",
      ".npmrc",
      "Dockerfile",
      "README.md",
      "build.ts",
      "package.json",
      "public/index.html",
      "src/QuizRoom.ts",
      "src/main.ts",
      "src/page.ts",
      "src/state.ts",
      "test/contract.test.ts",
      "test/quiz.test.ts",
      "tsconfig.json",
    ]);
    expect(files.filter((file) => /react|tsx/.test(file))).to.deep.equal([]);
    expect(read("friday", "package.json")).to.not.contain("react");
    const project = JSON.parse(read("friday", "package.json"));
    expect(project).to.include({ name: "friday", private: true, type: "module" });
    expect(project.dependencies.holdfast).to.equal(`^${version}`);
    expect(Object.keys(project.scripts)).to.include.members(["start", "test", "dev", "check", "build"]);
    for (const file of files.filter((each) => statSync(join(folder, "friday", each)).isFile()))
      expect(read("friday", file), file).to.not.contain("my-quiz");
  });

  it("[X42] --react makes its page one in React, which is built like the other, and nothing else another one", async () => {
    for (const template of ["quiz", "blank"]) {
      const [plain, react] = [`plain-${template}`, `react-${template}`];
      expect((await make(plain, "--template", template)).code).to.equal(0);
      expect((await make(react, "--react", "--template", template)).code).to.equal(0);
      const filesOf = (name: string) =>
        readdirSync(join(folder, name), { recursive: true }).map(String).toSorted();
      expect(filesOf(react)).to.deep.equal(
        filesOf(plain).map((file) => (file === "src/page.ts" ? "src/page.tsx" : file)),
      );
      for (const file of filesOf(react).filter((each) => statSync(join(folder, react, each)).isFile()))
        expect(read(react, file), file).to.not.match(/\bpage\.ts\b/);
      expect(read(react, "build.ts")).to.contain('"src/page.tsx"');
      expect(read(react, "public/index.html")).to.contain('<div id="root">').and.contain("./page.js");
      const { devDependencies: more, ...project } = JSON.parse(read(react, "package.json"));
      const { devDependencies: usual, ...same } = JSON.parse(read(plain, "package.json"));
      expect({ ...project, name: "" }).to.deep.equal({ ...same, name: "" });
      expect(Object.keys(more)).to.deep.equal(
        [...Object.keys(usual), "@types/react", "@types/react-dom", "react", "react-dom"].toSorted(),
      );
    }
  });

  it("[X30] an empty folder is filled, and our packages are taken from where they are said to lie", async () => {
    await mkdir(join(folder, "empty"));
    await mkdir(join(folder, "packed"));
    const packages = ["holdfast", "holdfast-client"].map((name) => `${name}-${version}.tgz`);
    for (const file of packages) await writeFile(join(folder, "packed", file), file);
    expect((await make("empty", "--from", "packed")).code).to.equal(0);
    for (const file of packages) expect(read("empty", `vendor/${file}`)).to.equal(file);
    expect(JSON.parse(read("empty", "package.json")).dependencies).to.include({
      holdfast: `file:vendor/${packages[0]}`,
      "holdfast-client": `file:vendor/${packages[1]}`,
    });
    expect(read("empty", "Dockerfile")).to.match(/COPY vendor \.\/vendor\nRUN npm ci\n/);
  });

  it("[X31] what cannot be is one sentence, exit code 2, and nothing written", async () => {
    await mkdir(join(folder, "full"));
    await writeFile(join(folder, "full", "mine.txt"), "mine");
    await writeFile(join(folder, "file"), "mine");
    const before = readdirSync(folder, { recursive: true }).map(String).toSorted();
    for (const [words, sentence] of [
      [[], /^new needs the name of the project/],
      [["a", "b"], /^new takes one name\./],
      [["Friday"], /^A project cannot be called "Friday": /],
      [["../up"], /^A project cannot be called "\.\.\/up": /],
      [[".hidden"], /^A project cannot be called "\.hidden": /],
      [["node_modules"], /^A project cannot be called "node_modules": /],
      [["a".repeat(215)], /^A project cannot be called "a+": /],
      [["holdfast"], /^A project cannot be called "holdfast": a package that it depends on is\./],
      [["typescript"], /^A project cannot be called "typescript": a package/],
      [["full"], /^"full" is there already, and is no empty folder\./],
      [["file"], /^"file" is there already, and is no empty folder\./],
      [["ok", "--template", "chess"], /^There is no template "chess": there is blank, quiz\./],
      [["ok", "--from", "nowhere"], /^".*nowhere" lacks holdfast-/],
      [["ok", "--tmplate", "quiz"], /^There is no option --tmplate\. Did you mean --template\?/],
    ] as const) {
      const { code, stdout, stderr } = await make(...words);
      expect([code, stdout], words.join(" ")).to.deep.equal([2, ""]);
      expect(stderr)
        .to.match(sentence)
        .and.to.match(/^.+ \(holdfast new --help\)\n$/);
    }
    expect(readdirSync(folder, { recursive: true }).map(String).toSorted()).to.deep.equal(before);
  });

  it("[X33] what a project begins as compiles under its own compiler settings", async () => {
    // In the repository, so that packages are found, and ours are its sources.
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    expect(await run([tsc, "-p", "templates"], process.cwd())).to.deep.equal({
      code: 0,
      stdout: "",
      stderr: "",
    });
    const strict = JSON.parse(readFileSync("templates/common/tsconfig.json", "utf8")).compilerOptions;
    const ours = JSON.parse(readFileSync("tsconfig.json", "utf8")).compilerOptions;
    for (const name of ["target", "module", "strict", "noUncheckedIndexedAccess", "erasableSyntaxOnly"])
      expect(ours[name], name).to.equal(strict[name]);
  });

  it("[X33] its own tests pass, the contract's rules among them, and none is skipped", async () => {
    const files = globSync("templates/*/test/*.test.ts");
    expect(files.length).to.be.at.least(1);
    const { stdout } = await run(
      ["--import", "./harness/from-source.ts", "--test", "--test-reporter", "tap", ...files],
      process.cwd(),
      { ...process.env, NODE_TEST_CONTEXT: undefined },
    );
    expect(stdout)
      .to.match(/^# fail 0$/m)
      .and.to.match(/^# skipped 0$/m)
      .and.to.match(/^# pass [1-9]/m)
      .and.to.contain("MyRoom keeps the contract")
      .and.to.contain("QuizRoom keeps the contract");
  });

  it("[X33] its versions, overrides and smallest Node are those that are used here", () => {
    const project = JSON.parse(readFileSync("templates/common/package.json", "utf8"));
    const react = JSON.parse(readFileSync("templates/react.json", "utf8"));
    const { holdfast, ...others } = {
      ...project.dependencies,
      ...project.devDependencies,
      ...react.devDependencies,
    };
    expect(holdfast).to.equal("0.0.0"); // replaced by the version of the package
    expect({ ...dependencies, ...devDependencies }).to.include(others);
    expect(overrides).to.include(project.overrides);
    expect(allowScripts).to.include(project.allowScripts);
    expect(project.engines).to.deep.equal(engines);
  });

  it("[X34] its Dockerfile copies what is there, writes to /data alone, and runs what npm start runs", async () => {
    await make("packaged");
    const text = read("packaged", "Dockerfile");
    const all = (name: string) =>
      [...text.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, rest]) => rest);
    for (const source of all("COPY").filter((rest) => !rest?.startsWith("--from"))) {
      // The lockfile is npm install's.
      for (const file of source?.split(" ").slice(0, -1) ?? [])
        if (file !== "package-lock.json")
          expect(existsSync(join(folder, "packaged", file)), file).to.equal(true);
    }
    const { scripts } = JSON.parse(read("packaged", "package.json"));
    expect(`node ${JSON.parse(all("CMD")[0] ?? "[]")[1]}`).to.equal(scripts.start);
    expect(scripts.prestart).to.equal("npm run build");
    expect(text).to.contain("npm ci").and.contain("npm run build && npm prune --omit=dev");
    expect(text).to.contain("NODE_ENV=production STORE_URL=file:/data/").and.contain("VOLUME /data");
    expect(Number(all("USER")[0]?.split(":")[0])).to.be.above(0);
    for (const file of ["node_modules", "data"])
      expect(read("packaged", ".dockerignore").split("\n")).to.include(file);
  });
});
