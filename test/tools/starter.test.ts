// A newcomer's first minutes: both packages from their tarballs, `npx holdfast new`, and then what it says to do next, in an
// empty folder, with the registry for everything else. Nothing of this checkout helps.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { identity, Phone } from "../../harness/clients/phone.ts";
import { shell, type Tarball, tarballs } from "../../harness/project/packed.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { until } from "../../harness/wait.ts";

const run = promisify(execFile);

describe("a new project", function () {
  this.timeout(300_000);
  let folder = "";
  let project = "";
  const took: string[] = [];
  const children: ChildProcess[] = [];

  /** Runs a command, and notes how long it took. @throws Error with all that it printed */
  async function step(name: string, cwd: string, command: string, ...words: string[]): Promise<string> {
    const before = performance.now();
    try {
      const { stdout, stderr } = await run(command, words, { cwd, env: shell });
      took.push(`${name} ${((performance.now() - before) / 1000).toFixed(1)} s`);
      return stdout + stderr;
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${command} ${words.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
    }
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-starter-"));
    for (const { path } of Object.values<Tarball>({ ...(await tarballs()) }))
      await copyFile(path, join(folder, basename(path)));
    project = join(folder, "my-quiz");
  });
  after(async () => {
    for (const child of children)
      if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
    await rm(folder, { recursive: true, force: true });
  });

  it("[X32] is written by npx, installs from the registry, type-checks and passes its own test", async () => {
    const tarballs = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
    expect(tarballs).to.have.length(2);
    const packages = tarballs.flatMap((file) => ["--package", join(folder, file)]);
    await step("new", folder, "npx", "--yes", ...packages, "holdfast", "new", "my-quiz", "--from", ".");
    await step("install", project, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund");
    await step("check", project, "npm", "run", "check");
    const output = await step("test", project, "npm", "test");
    expect(output)
      .to.match(/pass [1-9]/)
      .and.to.match(/fail 0/);
    expect(existsSync(join(project, "package-lock.json"))).to.equal(true);
    expect(existsSync(join(project, "node_modules", "uWebSockets.js"))).to.equal(false);
  });

  it("[X32] starts: its page and its script answer, and a participant comes back to its seat", async () => {
    const port = await freePort();
    const before = performance.now();
    const child = spawn("npm", ["start"], { cwd: project, env: { ...shell, PORT: String(port) } });
    children.push(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
    await until(
      () => `an address; it printed ${output}`,
      () => output.includes(`http://localhost:${port}`),
      60_000,
    );
    took.push(`start ${((performance.now() - before) / 1000).toFixed(1)} s`);
    const url = `http://127.0.0.1:${port}`;
    expect(await (await fetch(url)).text()).to.contain('src="./page.js"');
    const script = await fetch(`${url}/page.js`);
    expect([script.status, script.headers.get("content-type")]).to.deep.equal([
      200,
      "text/javascript; charset=utf-8",
    ]);
    expect((await fetch(`${url}/host`)).status).to.equal(200);
    const me = identity();
    const phone = await Phone.join(url, me);
    phone.drop({ reconnect: true });
    await phone.hears("participant_reconnected", me.device_id);
    await phone.room.leave();
    child.kill("SIGTERM"); // npm passes it on to its shell alone: the server notices that npm has gone
    await until(
      "the server has gone",
      async () =>
        await fetch(`${url}/healthz`).then(
          () => false,
          () => true,
        ),
      20_000,
    );
  });

  it("[X34] is packed without its tools, and its health check says 0 for a server that answers", async () => {
    await step("prune", project, "npm", "prune", "--omit=dev", "--no-audit", "--no-fund");
    const { port, ...server } = await startPacked();
    const dockerfile = readFileSync(join(project, "Dockerfile"), "utf8");
    const [, , words = "[]"] = /^HEALTHCHECK (.*) CMD (.*)$/m.exec(dockerfile) ?? [];
    const [, ...check] = JSON.parse(words) as string[];
    const ask = async (at: number) => {
      const asking = spawn(process.execPath, check, { env: { ...shell, PORT: String(at) } });
      const [code] = await once(asking, "exit");
      return code as number;
    };
    expect([await ask(port), await ask(await freePort())]).to.deep.equal([0, 1]);
    server.child.kill("SIGTERM");
    expect(await server.exit).to.deep.equal([0, null]);
    console.log(`      ${took.join(", ")}`);
  });

  it("[X42] with a page in React it installs, type-checks, passes its tests and is built, too", async () => {
    const react = join(folder, "in-react");
    const packages = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
    const words = packages.flatMap((file) => ["--package", join(folder, file)]);
    await step(
      "new",
      folder,
      "npx",
      "--yes",
      ...words,
      "holdfast",
      "new",
      "in-react",
      "--react",
      "--from",
      ".",
    );
    await step("install", react, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund");
    await step("check", react, "npm", "run", "check");
    expect(await step("test", react, "npm", "test")).to.match(/fail 0/);
    await step("build", react, "npm", "run", "build");
    expect(readFileSync(join(react, "public/page.js"), "utf8")).to.contain("seat kept for");
  });

  /** Starts it as the image does. */
  async function startPacked() {
    const port = await freePort();
    const env = { ...shell, NODE_ENV: "production", AUTH_MODE: "open", PORT: String(port) };
    const child = spawn(process.execPath, ["src/main.ts"], {
      cwd: project,
      env: { ...env, STORE_URL: "memory:" },
    });
    children.push(child);
    const exit = once(child, "exit");
    await until(
      "the server answers",
      async () =>
        await fetch(`http://127.0.0.1:${port}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      20_000,
    );
    return { port, child, exit };
  }
});
