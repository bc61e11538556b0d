// Who started the server, and what their end means: real package managers and shells, and process tables of other systems.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import {
  isGone,
  packageManagersAbove,
  readProcesses,
  tableOfPs,
  tableOfWindows,
} from "../../../src/ops/starters.ts";
import { quiet, until } from "../../../harness/wait.ts";

const program = `node ${resolve("harness/servers/programs/served.ts")}`;
const scripts = {
  start: program,
  "through-a-shell": `true && ${program}; true`,
  nested: "npm run start",
  background: `${program} & echo left`,
  // A process manager: it starts the server, and the server is its own from then on.
  manager: "node manager.mjs",
};
const manager = `
import { spawn } from "node:child_process";
spawn(${JSON.stringify(program)}, { shell: true, stdio: ["ignore", 1, 2], detached: true }).unref();
`;
/** More than the server takes to ask twice whether its package manager is there. */
const twoQuestionsMs = 1500;

describe("who started the server", function () {
  this.timeout(60_000);
  let folder = "";
  const children: ChildProcess[] = [];
  const servers: number[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-started-"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "started", scripts }));
    await writeFile(join(folder, "manager.mjs"), manager);
  });
  afterEach(() => {
    for (const pid of servers.splice(0)) killed(pid);
    for (const { pid } of children.splice(0)) if (pid !== undefined) killed(pid);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function killed(pid: number): void {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it is gone already
    }
  }

  /** Runs a command, and waits until a server that it has started serves. */
  async function started(command: string, words: readonly string[], env: Record<string, string> = {}) {
    const child = spawn(command, words, {
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", HOME: folder, npm_config_update_notifier: "false", ...env },
    });
    children.push(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += bytes));
    const find = () => /served by (\d+)/.exec(output)?.[1];
    const pid = Number(await until(() => `a server: ${output}`, find, 20_000));
    servers.push(pid);
    return { child, pid, output: () => output };
  }
  // What a process wrote last may be read after it has gone.
  const hasDrained = (output: () => string) =>
    until("it says that it drained", () => output().includes("drained"));
  const ended = (pid: number) => until("the server ends", () => isGone(process, pid), 10_000);

  for (const signal of ["SIGTERM", "SIGKILL"] as const)
    for (const words of [["start"], ["run", "through-a-shell"], ["exec", "-c", program]])
      it(`[W9] npm ${words.slice(0, 2).join(" ")} is ended by ${signal}: the server drains`, async () => {
        const { child, pid, output } = await started("npm", words);
        child.kill(signal);
        await ended(pid);
        await hasDrained(output);
      });

  it("[W9] the outer of two is ended: the server drains, too, though the inner one lives", async () => {
    const { child, pid, output } = await started("npm", ["run", "nested"]);
    child.kill("SIGKILL");
    await ended(pid);
    await hasDrained(output);
  });

  it("[W9] its output has gone with its package manager: it ends all the same", async () => {
    const { child, pid } = await started("npm", ["start"]);
    child.kill("SIGKILL");
    child.stdout?.destroy();
    child.stderr?.destroy();
    await ended(pid);
  });

  it("[W10] a server that a script left in the background goes on when npm has ended", async () => {
    const { child, pid, output } = await started("npm", ["run", "background"]);
    await until("npm ends", () => child.exitCode !== null, 20_000);
    await quiet(twoQuestionsMs);
    expect([isGone(process, pid), output()]).to.satisfy(
      ([isOver, text]: [boolean, string]) => !isOver && !text.includes("drained"),
    );
  });

  it("[W10] a server of a process manager that npm started goes on when npm has ended", async () => {
    const { child, pid, output } = await started("npm", ["run", "manager"]);
    await until("npm ends", () => child.exitCode !== null, 20_000);
    await quiet(twoQuestionsMs);
    expect(isGone(process, pid)).to.equal(false);
    expect(output()).to.not.contain("drained");
  });

  for (const [what, env] of [
    ["without npm", {}],
    ["with npm's variables", { npm_lifecycle_event: "dev", npm_lifecycle_script: "bash" }],
  ] as const)
    it(`[W10] a server that node started goes on when its shell ends (${what})`, async () => {
      const { child, pid, output } = await started("sh", ["-c", `${program} & sleep 60`], env);
      child.kill("SIGKILL");
      await quiet(twoQuestionsMs);
      expect(isGone(process, pid)).to.equal(false);
      expect(output()).to.not.contain("drained");
    });

  it("[W9] one Ctrl-C is one signal, also where npm passes it on to a server that has it from the terminal", async () => {
    const words = ["start", "--script-shell=bash"]; // bash becomes the server that it was told to run
    const { pid, output } = await started("npm", words, { SLOW_END_MS: "500" });
    process.kill(pid, "SIGINT");
    await until("it stops", () => output().includes("stopping"));
    process.kill(pid, "SIGINT");
    await ended(pid);
    await hasDrained(output);
  });

  it("[W11] SIGHUP drains as SIGTERM does", async () => {
    const { child, output } = await started(process.execPath, [
      resolve("harness/servers/programs/served.ts"),
    ]);
    child.kill("SIGHUP");
    await until("it ends", () => child.exitCode !== null, 10_000);
    expect(child.exitCode).to.equal(0);
    await hasDrained(output);
  });
});

describe("package managers above a process", () => {
  const script = { npm_lifecycle_event: "start", npm_lifecycle_script: "node src/index.ts" };
  const above = (rows: readonly string[], env: Record<string, string> = script) => {
    const table = new Map(
      rows.map((command, index) => [index + 1, { parent: index, command }] as const), // 1 is everybody's ancestor
    );
    return packageManagersAbove(table, rows.length, env);
  };
  const server = "node src/index.ts";

  it("[W9] finds npm, npx, yarn, pnpm and bun, by title or program, with a shell in between or without", () => {
    for (const name of [
      "npm start",
      "npm run start",
      "npm exec holdfast",
      "node /usr/bin/npm start",
      "node /usr/lib/node_modules/npm/bin/npm-cli.js start",
      "/usr/bin/node /home/u/.cache/node/corepack/v1/yarn/4.1.0/yarn.js start",
      "node /app/.yarn/releases/yarn-4.1.0.cjs start",
      "node /usr/local/bin/pnpm start",
      "node /usr/lib/node_modules/pnpm/bin/pnpm.cjs run start",
      "/home/u/.bun/bin/bun run start",
      "bun run start",
      '"C:\\Program Files\\nodejs\\node.exe"  "C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js" start',
    ])
      for (const shell of [
        undefined,
        "sh -c node src/index.ts",
        "/bin/bash -c -- node src/index.ts",
        "C:\\Windows\\system32\\cmd.exe /d /s /c node src/index.ts",
      ]) {
        const rows = ["init", name, ...(shell === undefined ? [] : [shell]), server];
        expect(above(rows), rows.join(" > ")).to.deep.equal([2]);
      }
  });

  it("[W9] finds all of several, one in the other", () => {
    const rows = ["init", "npm run all", "sh -c npm start", "npm start", "sh -c node src/index.ts", server];
    expect(above(rows)).to.deep.equal([4, 2]);
  });

  it("[W10] nothing that runs the server on its own account is passed over", () => {
    for (const between of [
      "bash", // a person types into it
      "-zsh",
      "bash ./start.sh",
      "node launcher.mjs",
      "PM2 v6.0.8: God Daemon (/home/pm2/.pm2)",
      "node /app/node_modules/.bin/nodemon src/index.ts",
      "tmux new-session",
      "sh -c nohup node src/index.ts",
      "sh -c node src/index.ts & wait",
      "sh -c setsid node src/index.ts",
      'cmd.exe /d /s /c start "" node src/index.ts',
    ])
      expect(above(["init", "npm start", between, server]), between).to.deep.equal([]);
    expect(above(["init", "node /srv/npm-watcher.js", server])).to.deep.equal([]);
  });

  it("[W10] none without npm's own word for it, and none where the script leaves its program behind", () => {
    const rows = ["init", "npm start", server];
    expect(above(rows)).to.deep.equal([2]);
    expect(above(rows, {})).to.deep.equal([]);
    const behind = { ...script, npm_lifecycle_script: "node src/index.ts &" };
    expect(above(rows, behind)).to.deep.equal([]);
    const ahead = { ...script, npm_lifecycle_script: "npm run build 2>&1 && node src/index.ts" };
    expect(above(rows, ahead)).to.deep.equal([2]);
  });

  it("[W9] reads the table of each kind of system", async () => {
    const mac = tableOfPs(
      "    1     0 /sbin/launchd\n 4711     1 npm start  \n 4712  4711 sh -c node src/index.ts\n 4713  4712 node src/index.ts\n",
    );
    expect(packageManagersAbove(mac, 4713, script)).to.deep.equal([4711]);
    const windows = tableOfWindows(
      JSON.stringify([
        { ProcessId: 4, ParentProcessId: 0, CommandLine: null },
        {
          ProcessId: 8,
          ParentProcessId: 4,
          CommandLine:
            '"C:\\Program Files\\nodejs\\node.exe" "C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js" start',
        },
        {
          ProcessId: 12,
          ParentProcessId: 8,
          CommandLine: 'C:\\WINDOWS\\system32\\cmd.exe /d /s /c "node src/index.ts"',
        },
        { ProcessId: 16, ParentProcessId: 12, CommandLine: "node  src/index.ts" },
      ]),
    );
    expect(packageManagersAbove(windows, 16, script)).to.deep.equal([8]);
    const platforms = process.platform === "linux" ? ["linux", "darwin"] : [process.platform];
    for (const platform of platforms) {
      const table = await readProcesses(platform, process.pid);
      expect(table.get(process.pid), platform).to.deep.include({ parent: process.ppid });
      expect(table.get(process.pid)?.command, platform).to.match(/mocha/);
    }
  });
});
