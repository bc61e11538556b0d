// Somebody's project of the framework's own shape gets events: a few lines of its settings file change, and everything that
// it had goes on. From the packed package, by plain npm, under the compiler settings of the framework's starter.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { identity, Phone } from "../../harness/clients/phone.ts";
import { addedLines, changedLines, projectFiles } from "../../harness/project/files.ts";
import { dependenciesOnTarballs, install, shell } from "../../harness/project/packed.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { until } from "../../harness/wait.ts";

const run = promisify(execFile);

const versions = {
  dependencies: {
    "@colyseus/schema": "^5.0.14",
    "@colyseus/tools": "^0.18.1",
    colyseus: "^0.18.2",
    express: "^5.2.1",
  },
  devDependencies: {
    "@colyseus/sdk": "^0.18.1",
    "@colyseus/testing": "^0.18.3",
    "@types/express": "^5.0.6",
    "@types/mocha": "^10.0.1",
    mocha: "^11.7.5",
    typescript: "^5.0.4",
  },
  overrides: { "uWebSockets.js": "npm:empty-npm-package@1.0.0" },
};

describe("a project of the framework's shape", function () {
  this.timeout(240_000);
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-project-"));
    const dependencies = { ...versions.dependencies, ...(await dependenciesOnTarballs()) };
    await install(folder, { name: "project", ...versions, dependencies });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Writes the project, and compiles it with its own compiler. */
  async function build(hasEvents: boolean): Promise<void> {
    await rm(join(folder, "build"), { recursive: true, force: true });
    for (const part of ["src", "test"]) await rm(join(folder, part), { recursive: true, force: true });
    for (const [path, text] of Object.entries(projectFiles(hasEvents))) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await inFolder("node_modules/typescript/bin/tsc");
  }

  /** Runs a program of the folder's. @throws Error with all that it printed */
  async function inFolder(...words: string[]): Promise<string> {
    try {
      return (await run(process.execPath, words, { cwd: folder, env: shell })).stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${words.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
    }
  }

  const ownTests = () => inFolder("node_modules/mocha/bin/mocha.js", "build/test/app.test.js", "--exit");

  it("[Y11] compiles, and its own tests pass, as it is", async () => {
    await build(false);
    expect(await ownTests()).to.match(/2 passing/);
  });

  it("[Y11] with three lines changed, one import and one line for each room it has two types of events, and its tests pass", async () => {
    expect(changedLines).to.have.length(3);
    expect(addedLines).to.have.length(1 + 2 + 3); // one import of ours, two of new rooms, and three rooms
    await build(true);
    expect(await ownTests()).to.match(/4 passing/);
  });

  it("[Y11] started as it always was it serves them beside each other, and ends at SIGTERM with 4010", async () => {
    await build(true);
    const port = await freePort();
    const child = spawn(process.execPath, ["build/src/index.js"], {
      cwd: folder,
      env: { ...shell, PORT: String(port) },
    });
    try {
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
      const url = `http://127.0.0.1:${port}`;
      await until(
        () => `an answer; it printed ${output}`,
        async () => (await fetch(`${url}/about`).catch(() => undefined))?.ok,
        30_000,
      );
      const phone = await Phone.join(url, identity());
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      expect(await exit).to.deep.equal([0, null]);
      await until("the participant is told", () => phone.drops.length > 0);
      expect(phone.drops[0]).to.equal(4010);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
