// What comes before everything else: an old Node's one sentence, the cache of compiled code, and what is loaded late.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import ts from "typescript";
import { ask } from "../../../harness/clients/http.ts";
import { startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";

const boot = "src/boot.cjs";
const { scripts, engines } = JSON.parse(readFileSync("package.json", "utf8")) as {
  scripts: Record<string, string>;
  engines: { node: string };
};
const least = engines.node.replace(">=", "");

/** Runs it as if Node had this version. */
function bootWith(version: string) {
  const outcome = {
    code: undefined as number | undefined,
    printed: [] as string[],
    cache: undefined as string | undefined,
  };
  const modules: Record<string, unknown> = {
    path: { sep: "/", join: (...parts: string[]) => parts.join("/") },
    "../package.json": { engines },
    module: { enableCompileCache: (folder: string) => (outcome.cache = folder) },
  };
  const exit = (code: number) => {
    outcome.code = code;
    throw new Error("exit");
  };
  try {
    runInNewContext(readFileSync(boot, "utf8"), {
      require: (name: string) => modules[name],
      __dirname: "/app/src",
      console: { error: (line: string) => outcome.printed.push(line) },
      process: { versions: { node: version }, execPath: "/usr/bin/node", exit },
    });
  } catch (error) {
    if ((error as Error).message !== "exit") throw error;
  }
  return outcome;
}

describe("an old Node", function () {
  this.timeout(30_000);

  it("[W17] gets one sentence and exit code 1", () => {
    for (const version of ["4.9.1", "12.22.12", "20.20.2", "22.17.1", "22.6.0", "9.0.0"]) {
      const { code, printed } = bootWith(version);
      expect(code, version).to.equal(1);
      expect(printed).to.deep.equal([
        `Holdfast needs Node ${least} or newer, and this is Node ${version} (/usr/bin/node).`,
      ]);
    }
    for (const version of [`${least}.0`, "22.20.0", "24.0.0", "24.21.0", "100.1.0"])
      expect(bootWith(version), version).to.deep.include({ code: undefined, printed: [] });
  });

  it("[W17] can read what says so: nothing newer than 2009 is in it", () => {
    const source = ts.createSourceFile(boot, readFileSync(boot, "utf8"), ts.ScriptTarget.Latest, true);
    const old = ts.transpileModule(source.text, {
      compilerOptions: { target: ts.ScriptTarget.ES5, removeComments: true, ignoreDeprecations: "5.0" },
    });
    const now = ts.transpileModule(source.text, {
      compilerOptions: { target: ts.ScriptTarget.ESNext, removeComments: true },
    });
    expect(old.outputText.trim()).to.equal(now.outputText.trim());
  });

  it("[W17] comes to it first: every script of npm's, and both programs of the package", async () => {
    for (const [name, script] of Object.entries(scripts))
      if (/^node (?!-e ).*(?:src|loadtest|examples|scripts|mutants)\//.test(script))
        expect(script, name).to.match(/^node -r \.\/src\/boot\.cjs (?:--import \S+ )?\S+\.ts/);
    for (const entry of ["src/index.ts", "src/identity/mint.ts"]) {
      const text = readFileSync(entry, "utf8");
      // Static imports are linked before anything runs: there is only this one.
      expect([...text.matchAll(/^import .*$/gm)].map(([line]) => line)).to.match(
        /^import "\.\.?\/boot\.cjs";$/,
      );
      // Node 12 knows import(), and no await outside of functions.
      expect(text).to.not.match(/^\s*(?:\w+ )*await/m);
    }
    const folder = await mkdtemp(join(tmpdir(), "holdfast-old-"));
    try {
      await mkdir(join(folder, "dist"));
      await copyFile("package.json", join(folder, "package.json"));
      await copyFile(boot, join(folder, "dist/boot.cjs"));
      const { outputText } = ts.transpileModule(readFileSync("src/index.ts", "utf8"), {
        compilerOptions: {
          target: ts.ScriptTarget.ES2024,
          module: ts.ModuleKind.ESNext,
          rewriteRelativeImportExtensions: true,
        },
      });
      await writeFile(join(folder, "dist/index.js"), outputText);
      await writeFile(
        join(folder, "dist/main.js"),
        "export const main = () => { new syntax of a later year };",
      );
      for (const node of oldNodes()) {
        for (const words of [["dist/index.js"], ["-r", "./dist/boot.cjs", "src/index.ts"]]) {
          const { status, stdout, stderr } = spawnSync(node, words, { cwd: folder, encoding: "utf8" });
          expect([status, stdout], node).to.deep.equal([1, ""]);
          expect(stderr).to.match(
            /^Holdfast needs Node [\d.]+ or newer, and this is Node [\d.]+ \(.+\)\.\n$/,
          );
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Every Node on the PATH that is too old; often there is none. */
function oldNodes(): string[] {
  const found = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "node"));
  return [...new Set(found)].filter((path) => {
    if (!existsSync(path)) return false;
    const { stdout } = spawnSync(path, ["-p", "process.versions.node"], { encoding: "utf8" });
    const [major = 0, minor = 0] = stdout.split(".").map(Number);
    return stdout !== "" && bootWith(`${major}.${minor}.0`).code === 1;
  });
}

describe("what is compiled", function () {
  this.timeout(60_000);
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-cache-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** The package as it is installed, with a program in place of the server. */
  async function install(program: string): Promise<string> {
    const home = join(folder, "node_modules", "holdfast");
    await mkdir(join(home, "dist"), { recursive: true });
    await copyFile("package.json", join(home, "package.json"));
    await copyFile(boot, join(home, "dist/boot.cjs"));
    const path = join(home, "dist/index.js");
    await writeFile(path, `import "./boot.cjs";\n${program}`);
    return path;
  }
  const run = (path: string, env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [path], { encoding: "utf8", env: { PATH: process.env.PATH ?? "", ...env } });
  const report = "import module from 'node:module';\nconsole.log(module.getCompileCacheDir() ?? 'none');";

  it("[W18] is kept in node_modules/.cache/holdfast, and the environment's word comes first", async () => {
    const path = await install(report);
    const cache = join(folder, "node_modules", ".cache", "holdfast");
    expect(run(path).stdout).to.contain(cache);
    expect(readdirSync(cache)).to.have.length(1);
    const other = join(folder, "other");
    expect(run(path, { NODE_COMPILE_CACHE: other }).stdout).to.contain(other);
    expect(run(path, { NODE_DISABLE_COMPILE_CACHE: "1" }).stdout).to.equal("none\n");
    expect(bootWith("24.0.0").cache).to.equal("/app/src/../node_modules/.cache/holdfast");
  });

  it("[W18] where nothing can be written the program runs all the same, in silence", async () => {
    const path = await install(report);
    await writeFile(join(folder, "node_modules", ".cache"), "a file where the folder should be");
    expect(run(path)).to.include({ status: 0, stdout: "none\n", stderr: "" });
  });

  it("[W18] a server that serves has kept what it compiled, and not loaded what it does not need", async () => {
    const cache = join(folder, "cache");
    const hook = join(folder, "hook.mjs");
    await writeFile(
      hook,
      `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) { if (/jose|monitor\\/build|mint-token/.test(url)) console.log("loads", url); return next(url, context); } });`,
    );
    const server = await startServer({ NODE_COMPILE_CACHE: cache, NODE_OPTIONS: `--import=${hook}` });
    try {
      await until(
        "what was compiled is kept",
        () => existsSync(cache) && readdirSync(cache, { recursive: true }).length > 100,
        15_000,
      );
      expect(server.output()).to.not.contain("loads ");
      const monitor = await ask(server.url, "/monitor/api");
      expect(monitor.status).to.equal(200);
      await until("it says what it loads", () => /loads \S*monitor/.test(server.output()));
    } finally {
      await server.kill();
    }
  });
});
