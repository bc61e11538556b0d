// The server as a program that is told to stop: who is closed with what, who is refused how, and its exit code.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { ask, askToJoin, refusedBy } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";

describe("a server that is told to stop", function () {
  this.timeout(40_000);
  let server: ServerProcess;
  beforeEach(async () => {
    server = await startServer({ GRACE_PERIOD_MS: "60000" });
  });
  afterEach(() => server.kill());

  /** Another server, whose last commit takes a second: so long it drains. */
  const startSlow = async () => {
    await server.kill();
    const env = { GRACE_PERIOD_MS: "60000", SLOW_END_MS: "1000" };
    server = await startServer(env, "harness/servers/programs/board-server.ts");
  };
  const drains = () => until("it drains", async () => (await ask(server.url, "/readyz")).status === 503);

  /** Two who are there and do not come back, and one who is away. */
  const gather = async () => {
    const event = newEvent();
    const [ann, bob, away] = [identity(event), identity(event), identity(event)];
    const phones = [await Phone.join(server.url, ann), await Phone.join(server.url, bob)];
    for (const phone of phones) phone.room.reconnection.enabled = false;
    const third = await Phone.join(server.url, away);
    third.drop();
    for (const phone of phones) await phone.hears("participant_temporarily_disconnected", away.device_id);
    return { event, phones, awayToken: third.room.reconnectionToken };
  };
  const exit = async () => {
    if (server.child.exitCode === null) await once(server.child, "exit");
    return { code: server.child.exitCode, signal: server.child.signalCode };
  };

  it("[W22] an author's server whose port is in use says so, and exits with 1", async () => {
    const env = {
      PATH: process.env.PATH ?? "",
      STORE_URL: "memory:",
      HOST: "127.0.0.1",
      PORT: String(server.port),
    };
    const second = spawn(process.execPath, ["harness/servers/programs/broken-author-server.ts"], { env });
    let output = "";
    second.stdout.on("data", (bytes) => (output += bytes));
    try {
      await until(
        () => `its end; it printed ${output}`,
        () => second.exitCode !== null,
        30_000,
      );
      expect(second.exitCode).to.equal(1);
      await until("why", () => output.includes("EADDRINUSE"));
    } finally {
      second.kill("SIGKILL");
    }
  });

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    it(`[W8] [W11] ${signal}: closes with 4010, announces nothing, and exits with 0`, async () => {
      const { phones } = await gather();
      const heard = phones.map((phone) => phone.heard.length);
      server.child.kill(signal);
      await until("closed", () => phones.every(({ closedWith }) => closedWith !== undefined));
      expect(phones.map(({ closedWith }) => closedWith)).to.deep.equal([4010, 4010]);
      expect(await exit()).to.deep.equal({ code: 0, signal: null });
      expect(
        phones.map((phone) => phone.heard.length),
        "nobody is said to have left or dropped",
      ).to.deep.equal(heard);
      expect(server.output()).to.not.match(/participant_left|grace_expired|"where"/);
    });
  }

  it("[W8] while it drains, joins and returns are 503 with a hint, and it says that it is not ready", async () => {
    await startSlow();
    const { event, awayToken } = await gather();
    server.child.kill("SIGTERM");
    await drains();
    const [roomId, token] = awayToken.split(":");
    const answers = await Promise.all([
      askToJoin(server.url, identity(event)),
      askToJoin(server.url, identity()),
      askToJoin(server.url, { reconnectionToken: token }, {}, `/matchmake/reconnect/${roomId}`),
    ]);
    for (const answer of answers) {
      const { code, message } = refusedBy(answer);
      expect(code).to.equal(503);
      expect(message).to.match(/^The server is restarting; retry in \d+ ms$/);
    }
    const [alive, ready] = [await ask(server.url, "/healthz"), await ask(server.url, "/readyz")];
    expect([alive.status, ready.status]).to.deep.equal([200, 503]);
    expect((await exit()).code).to.equal(0);
  });

  it("[W8] a seat that is reserved, and whose socket has not come, does not hold up the end", async () => {
    const { event } = await gather();
    for (const join of [identity(event), identity()])
      expect((await askToJoin(server.url, join)).status).to.equal(200);
    const toldAt = performance.now();
    server.child.kill("SIGTERM");
    expect((await exit()).code).to.equal(0);
    expect(performance.now() - toldAt).to.be.lessThan(5000);
  });

  it("[W8] a second signal means now", async () => {
    await startSlow();
    await gather();
    server.child.kill("SIGTERM");
    await drains();
    server.child.kill("SIGTERM");
    expect(await exit()).to.deep.equal({ code: 1, signal: null });
  });

  it("[W8] a server without anyone stops as well, whatever an idle HTTP connection does", async () => {
    expect((await ask(server.url, "/healthz", { headers: { connection: "keep-alive" } })).status).to.equal(
      200,
    );
    server.child.kill("SIGTERM");
    expect((await exit()).code).to.equal(0);
  });
});
