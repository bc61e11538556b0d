// The program and its settings: what it says, and how it ends, when one is wrong.
import { spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { expect } from "chai";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program until it ends by itself. */
function run(env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, ["src/index.ts"], {
    env: { PATH: process.env.PATH ?? "", STORE_URL: "memory:", ...env },
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), 15_000);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (bytes) => (stdout += bytes));
  child.stderr.on("data", (bytes) => (stderr += bytes));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearTimeout(limit);
      resolve({ code, stdout, stderr });
    });
  });
}

describe("the program and its settings", function () {
  this.timeout(60_000);

  const bad: [Record<string, string>, RegExp][] = [
    [
      { GRACE_PERIOD_MS: "half a minute" },
      /^GRACE_PERIOD_MS="half a minute" is not allowed: .*100 to 86400000/,
    ],
    [{ SESSION_SECRET: "hunter2" }, /^SESSION_SECRET=\(not shown\)/],
    [{ NODE_ENV: "production" }, /^AUTH_MODE is not set/],
  ];
  for (const [env, sentence] of bad) {
    it(`[W5] stops with exit code 1 and one line: ${Object.keys(env).join()}`, async () => {
      const { code, stdout, stderr } = await run({ PORT: "0", ...env });
      expect(stderr.trimEnd()).to.match(sentence).and.not.contain("\n");
      expect(stderr).to.not.contain("hunter2");
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
    });
  }

  it("[W5] a port that is taken stops it with a sentence too", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await run({ HOST: "127.0.0.1", PORT: String(port) });
    other.close();
    expect(stderr).to.match(new RegExp(`^Holdfast cannot listen on 127\\.0\\.0\\.1:${port}: .+\n$`));
    expect(code).to.equal(1);
  });
});
