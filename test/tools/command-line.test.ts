// The command lines of all programs: their help, their version, and one sentence for what makes no sense.
import { type ExecFileException, execFile } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { expect } from "chai";
import {
  type Command,
  flag,
  number,
  type Options,
  packageVersion,
  readCommandLine,
  type Terminal,
  text,
  whole,
} from "../../src/command-line.ts";

const { scripts, version } = JSON.parse(readFileSync("package.json", "utf8")) as {
  scripts: Record<string, string>;
  version: string;
};

/** What a program printed and ended with. */
interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      words,
      { timeout: 30_000 },
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Reads these words as a program would, without a process. */
function read<O extends Options>(command: Omit<Command<O>, "name" | "summary">, ...words: string[]) {
  let [stdout, stderr] = ["", ""];
  const terminal: Terminal = {
    argv: ["node", "tool", ...words],
    stdout: { write: (part: string) => (stdout += part) },
    stderr: { write: (part: string) => (stderr += part) },
    exit(code) {
      throw new Exit(code);
    },
  };
  try {
    return {
      ...readCommandLine({ name: "tool", summary: "It does things.", ...command }, terminal),
      code: undefined,
    };
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return { code: error.code, stdout, stderr, values: undefined, words: undefined };
  }
}

describe("command lines", () => {
  const options = {
    loud: flag("Louder"),
    name: text("Whose"),
    out: text("Where to", "here"),
    share: number("How much", 0.5, 0, 1),
    count: whole("How many", 3, 1, 9),
    limit: whole("At most", undefined, 1, 9),
  };

  it("[W16] options have their defaults, or what is given", () => {
    const defaults = { loud: false, name: undefined, out: "here", share: 0.5, count: 3, limit: undefined };
    expect(read({ options }).values).to.deep.equal(defaults);
    const given = ["--loud", "--name", "Ann", "--out=there", "--share", ".25", "--count=9", "--limit", "1"];
    const values = { loud: true, name: "Ann", out: "there", share: 0.25, count: 9, limit: 1 };
    expect(read({ options }, ...given).values).to.deep.equal(values);
  });

  it("[W16] what makes no sense is one sentence and exit code 2", () => {
    for (const [words, sentence] of [
      [["--laud"], "There is no option --laud. Did you mean --loud?"],
      [["--quiet"], "There is no option --quiet."],
      [["-x"], "There is no option -x."],
      [["--no-loud"], "There is no option --no-loud."],
      [["--loud=yes"], "--loud takes no value."],
      [["--name"], "--name needs a value."],
      [["word"], 'tool takes options only, and "word" is none.'],
      [["--", "word"], 'tool takes options only, and "word" is none.'],
      [["--count", "ten"], '--count must be a whole number from 1 to 9, and is "ten".'],
      [["--count", "1.5"], '--count must be a whole number from 1 to 9, and is "1.5".'],
      [["--count", ""], '--count must be a whole number from 1 to 9, and is "".'],
      [["--count=-1"], '--count must be a whole number from 1 to 9, and is "-1".'],
      [["--share", "2"], '--share must be a number from 0 to 1, and is "2".'],
      [["--constructor"], "There is no option --constructor."],
    ] as const) {
      const outcome = read({ options }, ...words);
      expect(outcome, words.join(" ")).to.include({
        code: 2,
        stdout: "",
        stderr: `${sentence} (tool --help)\n`,
      });
    }
    const hint = (option: string) => (option === "port" ? "Set PORT in the environment." : undefined);
    expect(read({ options, hint }, "--port", "1").stderr).to.match(
      /^There is no option --port\. Set PORT in/,
    );
  });

  it("[W16] help names every option with its meaning and default; it and the version end with 0", () => {
    for (const word of ["--help", "-h"]) {
      const { code, stdout, stderr } = read({ options, more: "And more." }, "--loud", word);
      expect([code, stderr]).to.deep.equal([0, ""]);
      expect(stdout)
        .to.match(/^It does things\.\n\n {2}tool \[OPTIONS\]\n/)
        .and.to.contain("\nAnd more.\n");
      for (const [name, { meaning }] of Object.entries(options))
        expect(stdout).to.match(new RegExp(`^ {2}--${name}.* {2}${meaning}`, "m"));
      expect(stdout).to.contain("How many (3)");
    }
    for (const word of ["--version", "-v"])
      expect(read({ options }, word)).to.include({ code: 0, stdout: `${version}\n`, stderr: "" });
    expect(packageVersion()).to.equal(version);
  });

  it("[W16] words, where there may be some; behind the first one another program's options", () => {
    expect(read({ options, words: "[FILE...]" }, "a", "--loud", "b").words).to.deep.equal(["a", "b"]);
    const step = { options, words: "[STEP]", isFirstWordLast: true };
    const { values, words } = read(step, "--loud", "churn", "--minutes", "1", "--help");
    expect([values?.loud, words]).to.deep.equal([true, ["churn", "--minutes", "1", "--help"]]);
    expect(read(step, "--minutes").code).to.equal(2);
  });
});

describe("the programs' command lines", function () {
  this.timeout(60_000);
  const sources = globSync(["src/**/*.ts", "loadtest/**/*.ts", "test/mutants/*.ts", "scripts/*.ts"]);
  /** What is started by the scripts, and by hand. */
  const programs = [
    "src/index.ts",
    "src/identity/mint.ts",
    "loadtest/bench/main.ts", // reads in given.ts
    ...sources.filter(
      (file) =>
        /^(?:loadtest|test)\//.test(file) &&
        !file.endsWith("given.ts") &&
        readFileSync(file, "utf8").includes("readCommandLine("),
    ),
  ];

  it("[W16] no program reads its command line in another way", () => {
    const others = sources.filter((file) =>
      /\bparseArgs\b|\bprocess\.argv\.slice/.test(readFileSync(file, "utf8")),
    );
    expect(others).to.deep.equal(["src/command-line.ts"]);
    const started = Object.values(scripts).flatMap(
      (script) => /(?:src|loadtest|test\/mutants)\/\S+\.ts/.exec(script)?.[0] ?? [],
    );
    // The tool itself, @colyseus/loadtest, reads the command line of the scenario.
    for (const file of started) if (file !== "loadtest/scenario.ts") expect(programs).to.include(file);
  });

  it("[W16] all are found", () => {
    for (const program of programs) expect(existsSync(program), program).to.equal(true);
    expect(programs).to.include.members([
      "src/index.ts",
      "src/identity/mint.ts",
      "loadtest/demo/main.ts",
      "loadtest/bench/main.ts",
      "loadtest/soak.ts",
      "loadtest/headless.ts",
      "loadtest/fuzz.ts",
    ]);
  });

  for (const program of programs)
    it(`[W16] ${program} has a help and a version, and refuses an option that there is not`, async () => {
      const [help, itsVersion, refused] = await Promise.all([
        run([program, "--help"]),
        run([program, "--version"]),
        run([program, "--no-such-option"]),
      ]);
      expect([help.code, help.stderr]).to.deep.equal([0, ""]);
      expect(help.stdout)
        .to.match(/^[A-Z0-9].+[.?]\n\n {2}\S/)
        .and.to.contain("--version");
      expect(itsVersion).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: "" });
      expect([refused.code, refused.stdout]).to.deep.equal([2, ""]);
      expect(refused.stderr).to.match(/^There is no option --no-such-option\. \(.+ --help\)\n$/);
    });

  it("[W16] the server's help names every setting, and its options are told to be settings", async () => {
    const { stdout } = await run(["src/index.ts", "--help"]);
    for (const name of ["PORT", "GRACE_PERIOD_MS", "STORE_URL", "LOG_LEVEL"])
      expect(stdout).to.match(new RegExp(`^ {2}${name} +\\S`, "m"));
    const { stderr } = await run(["src/index.ts", "--grace-period-ms", "1000"]);
    expect(stderr).to.contain("Set GRACE_PERIOD_MS in the environment.");
    const unknown = await run(["src/index.ts", "restore"]);
    expect(unknown).to.include({
      code: 2,
      stdout: "",
      stderr: 'There is no command "restore". (holdfast --help)\n',
    });
  });
});
