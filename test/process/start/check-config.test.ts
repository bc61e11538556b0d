// `holdfast --check-config`, and what the program says of a command or an option that is almost one.
import { type ExecFileException, execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { expect } from "chai";

const program = resolve("src/index.ts");
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

describe("holdfast --check-config", function () {
  this.timeout(30_000);
  const check = (env: NodeJS.ProcessEnv, ...words: string[]) =>
    run([program, "--check-config", ...words], tmpdir(), { PATH: process.env.PATH, ...env });

  it("[X35] settings that are good are said to be, and nothing is started or written", async () => {
    const before = readdirSync(tmpdir());
    expect(await check({ STORE_URL: "redis://user:hidden@nowhere:1" })).to.deep.equal({
      code: 0,
      stdout: "The settings are good: development, open mode, seats in redis://nowhere:1.\n",
      stderr: "",
    });
    expect(readdirSync(tmpdir()).includes("data")).to.equal(before.includes("data"));
  });

  it("[X35] one that is not allowed, or not meant, is named", async () => {
    for (const [env, sentence] of [
      [{ GRACE_PERIOD_MS: "30s" }, /^GRACE_PERIOD_MS="30s" is not allowed: .*\n$/],
      [{ GRACE_PERIOD: "30" }, /^GRACE_PERIOD is not a setting; did you mean GRACE_PERIOD_MS\?\n$/],
      [{ NODE_ENV: "production" }, /^AUTH_MODE is not set: .*\n$/],
      [{ HEARTBEAT_TIMEOUT_MS: "5000" }, /^HEARTBEAT_TIMEOUT_MS=5000 is not more than .*\n$/],
    ] as const) {
      const { code, stdout, stderr } = await check(env);
      expect([code, stdout]).to.deep.equal([1, ""]);
      expect(stderr).to.match(sentence);
    }
  });

  it("[X36] what is almost an option or a command is refused with the nearest that there is", async () => {
    for (const [words, sentence] of [
      [
        ["--chek-config"],
        "There is no option --chek-config. Did you mean --check-config? (holdfast --help)\n",
      ],
      [["--halp"], "There is no option --halp. Did you mean --help? (holdfast --help)\n"],
      [["bakcup", "x"], 'There is no command "bakcup". Did you mean backup? (holdfast --help)\n'],
      [["--check-config", "backup", "x"], "--check-config goes with no command. (holdfast --help)\n"],
    ] as const)
      expect(await run([program, ...words], tmpdir())).to.deep.equal({
        code: 2,
        stdout: "",
        stderr: sentence,
      });
  });
});
