// The test kit and its suite under the runners that authors have, each in a process of its own as they start it.
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { expect } from "chai";

const root = resolve(import.meta.dirname, "../../..");
/** The package's names mean the files of src. */
const names = ["--import", "./harness/from-source.ts"];

interface Ran {
  readonly code: number;
  readonly text: string;
}

function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const { NODE_TEST_CONTEXT: _ours, ...others } = process.env;
  return new Promise((done) =>
    execFile(process.execPath, args, { cwd: root, env: { ...others, ...env } }, (error, out, err) =>
      done({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, text: out + err }),
    ),
  );
}

const underNode = (file: string, env = {}, ...flags: readonly string[]) =>
  run([...names, "--test", "--test-reporter=tap", ...flags, `harness/runners/${file}`], env);
const underMocha = (file: string, env = {}) =>
  run(
    [...names, "node_modules/mocha/bin/mocha.js", "--no-config", "--reporter=tap", `harness/runners/${file}`],
    env,
  );

/** The ids of the tests that failed, of what a reporter has written in TAP. */
const failed = ({ text }: Ran): string[] =>
  [...text.matchAll(/^ *not ok \d+ (?:- )?.*?\[(\w+)\]/gm)].map(([, id]) => id as string);
const passed = ({ text }: Ran): number =>
  [...text.matchAll(/^ *ok \d+ (?:- )?.*?\[\w+\](?!.*# SKIP)/gm)].length;

describe("the test kit under a runner", function () {
  this.timeout(120_000);

  for (const [runner, ran] of [
    ["mocha", underMocha],
    ["node --test", underNode],
    [
      "node --test without processes",
      (file: string, env = {}) => underNode(file, env, "--test-isolation=none"),
    ],
  ] as const) {
    it(`[V84] ${runner}: the suite registers itself, one test for each rule`, async () => {
      const sound = await ran("suite.test.ts");
      expect([failed(sound), sound.code], sound.text).to.deep.equal([[], 0]);
      expect(passed(sound), sound.text).to.be.at.least(20);
    });

    it(`[V84] ${runner}: what is broken fails by its rule's name`, async () => {
      const careless = await ran("suite.test.ts", { ROOM: "CarelessRoom" });
      expect(failed(careless), careless.text).to.have.members(["P14", "G16", "D6"]);
      expect(careless.code).not.to.equal(0);
    });
  }

  it("[V84] without a runner one sentence says what to do", async () => {
    const { code, text } = await run([...names, "harness/runners/suite.test.ts"]);
    expect(code).to.equal(1);
    expect(text).to.match(
      /Error: conformance\(\) registers tests with a runner, and there is none: run the file with mocha/,
    );
  });

  it("[V85] events of the kit's work under Node's own runner", async () => {
    const { code, text } = await underNode("kit.test.ts");
    expect(code, text).to.equal(0);
  });

  it("[V85] and in a project that has @colyseus/testing, after a server of that", async () => {
    const { code, text } = await underNode("beside-colyseus-testing.test.ts");
    expect(code, text).to.equal(0);
  });
});
