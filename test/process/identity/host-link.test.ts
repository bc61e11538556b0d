// `holdfast host-link`, and hosts over a restart: real processes, one store.
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { startServer, type ServerProcess } from "../../../harness/servers/server-process.ts";
import { temporaryStore } from "../../../harness/servers/temporary-store.ts";
import { until } from "../../../harness/wait.ts";

const run = (words: string[], env: Record<string, string>) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["src/index.ts", ...words], {
    env: { PATH: process.env.PATH ?? "", ...env },
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
};
const codeIn = (text: string) => /\/host#code=(\S+)/.exec(text)?.[1] ?? expect.fail(`no link in ${text}`);

const redeem = async ({ url }: ServerProcess, code: string) => {
  const response = await fetch(`${url}/host/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });
  const { host_token = "" } = (await response.json()) as { host_token?: string };
  return { status: response.status, token: host_token };
};
const isHost = async ({ url }: ServerProcess, token: string) => {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/host/events`, { headers })).status === 200;
};

describe("a host's link", function () {
  this.timeout(120_000);
  const env = { STORE_URL: temporaryStore() };
  let server: ServerProcess | undefined;
  const start = async (): Promise<ServerProcess> => {
    server = await startServer(env);
    return server;
  };
  afterEach(() => server?.kill());

  it("[A30] [A31] a token outlives kill -9; links come from the running server and without one; revoke takes all back", async () => {
    const first = await start();
    const printed = codeIn(first.output());
    const { token } = await redeem(first, printed);
    expect(await isHost(first, token)).to.equal(true);
    expect((await redeem(first, printed)).status, "it works once").to.equal(401);
    const asked = run(["host-link"], env);
    expect(asked).to.include({ status: 0, stderr: "" });
    const second = await redeem(first, codeIn(asked.stdout));
    expect(await isHost(first, second.token)).to.equal(true);
    await first.kill();

    const offline = run(["host-link"], env);
    expect(offline).to.include({ status: 0, stderr: "" });
    expect(offline.stdout).to.match(/^http:\/\/localhost:2567\/host#code=\S+\n$/);
    const next = await start();
    for (const each of [token, second.token]) expect(await isHost(next, each)).to.equal(true);
    expect((await redeem(next, printed)).status, "a spent link stays spent").to.equal(401);
    expect((await redeem(next, codeIn(offline.stdout))).status).to.equal(200);

    const unused = codeIn(next.output());
    const revoked = run(["host-link", "revoke"], env);
    expect(revoked).to.include({ status: 0, stderr: "" });
    await until("nobody is a host any more", async () => !(await isHost(next, token)));
    expect(await isHost(next, second.token)).to.equal(false);
    expect((await redeem(next, unused)).status).to.equal(401);
    const newest = await redeem(next, codeIn(revoked.stdout));
    expect(await isHost(next, newest.token)).to.equal(true);
  });

  it("[A30] where there is none, it says why in one sentence", () => {
    const cases: [string[], Record<string, string>, number, RegExp][] = [
      [["host-link"], { STORE_URL: "memory:" }, 1, /^STORE_URL=memory: keeps nothing/],
      [["host-link"], { STORE_URL: "file:/nowhere/at/all.db" }, 1, /^STORE_URL: there is no store at/],
      [
        ["host-link"],
        { ...env, AUTH_MODE: "token", SESSION_SECRET: "x".repeat(32) },
        1,
        /^AUTH_MODE=token: hosts come with a token/,
      ],
      [["host-link", "again"], env, 2, /^host-link takes nothing, or the word revoke/],
      [["host-links"], env, 2, /^There is no command "host-links"/],
    ];
    for (const [words, given, status, why] of cases) {
      const answer = run(words, given);
      expect(answer, String(why)).to.include({ status, stdout: "" });
      expect(answer.stderr).to.match(why);
      expect(answer.stderr.trim().split("\n")).to.have.length(1);
    }
  });
});
