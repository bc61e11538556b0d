// The examples as somebody has them who copies their folder and installs the packages: from the tarballs, by plain npm.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { dependenciesOnTarballs, install, shell } from "../../harness/project/packed.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { until } from "../../harness/wait.ts";

const run = promisify(execFile);
const examples = resolve(import.meta.dirname, "../../examples");
const names = ["quiz", "buzzer", "classroom", "react", "existing-app"];

interface Manifest {
  readonly dependencies: Record<string, string>;
}

const compilerOptions = {
  target: "es2024",
  lib: ["es2024", "dom", "dom.iterable"],
  module: "nodenext",
  types: ["node", "mocha"],
  jsx: "react-jsx",
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
};

describe("the examples, copied and installed from the packed packages", function () {
  this.timeout(300_000);
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-examples-"));
    const isOurs = (path: string) => !["node_modules", "dist", "data"].includes(basename(path));
    await cp(examples, folder, { recursive: true, filter: isOurs });
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
    const dependencies = { ...manifest.dependencies, ...(await dependenciesOnTarballs()) };
    await install(folder, { ...manifest, dependencies });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Runs a program in the folder. @throws Error with all that it printed */
  async function inFolder(program: string, ...words: string[]): Promise<void> {
    await run(program, words, { cwd: folder, env: shell }).catch(
      (error: { stdout: string; stderr: string }) => {
        throw new Error(`${words.join(" ")} failed:\n${error.stdout}${error.stderr}`);
      },
    );
  }

  it("compile under an author's settings", async () => {
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    await inFolder(process.execPath, "node_modules/typescript/bin/tsc");
  });

  it("pass their own tests", () => inFolder("npm", "test"));

  for (const name of names)
    it(`${name} starts with its one command, and serves its page`, async () => {
      const port = await freePort();
      const env = { ...shell, PORT: String(port), STORE_URL: "memory:" };
      const child = spawn(process.execPath, ["start.ts", name], { cwd: folder, env });
      try {
        let output = "";
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
        const page = await until(
          () => `an answer; it printed ${output}`,
          async () => {
            const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
            return answer?.ok && (await answer.text());
          },
          60_000,
        );
        const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
        expect((await fetch(`http://127.0.0.1:${port}${script}`)).status, page).to.equal(200);
        const exit = once(child, "exit");
        child.kill("SIGTERM");
        expect(await exit, output).to.deep.equal([0, null]);
      } finally {
        child.kill("SIGKILL");
      }
    });
});
