// A server that is ended by what its owner has: SIGTERM under @colyseus/tools, or the shutdown of @colyseus/testing. Its
// events are stored, and whoever is in one is asked to come back.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@colyseus/sdk";
import { expect } from "chai";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";

const script = "harness/stock/holdfast-main.ts";

describe("a server with events is ended by what its owner has", function () {
  this.timeout(60_000);
  let folder = "";
  let env: Record<string, string> = {};
  const servers: ServerProcess[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-ending-"));
    env = { STORE_URL: `file:${join(folder, "store.db")}`, PORT: String(await freePort()) };
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.kill();
    rmSync(folder, { recursive: true });
  });

  async function start(listen: string): Promise<ServerProcess> {
    const server = await startServer({ ...env, LISTEN: listen }, script);
    servers.push(server);
    return server;
  }

  /** Two in an event, one in a plain room. */
  async function guests({ url }: ServerProcess) {
    const event = newEvent();
    const [me, other] = [identity(event), identity(event)];
    const phone = await Phone.join(url, me);
    const away = await Phone.join(url, other);
    away.drop();
    await phone.hears("participant_temporarily_disconnected", other.device_id);
    const plain = await new Client(url).create("chat");
    const closed = new Promise<number>((resolve) => plain.onLeave((code) => resolve(code)));
    await until("the plain room says hello", () => plain.connection.isOpen);
    return { me, other, phone, closed };
  }

  /** The same event on the server that comes after. */
  async function isKept({ me, other, phone }: Awaited<ReturnType<typeof guests>>): Promise<void> {
    await until("the SDK has brought them back", () => phone.reconnections === 1, 20_000);
    await until("they are seen as here", () => phone.sees(me.device_id)?.status === "connected");
    expect(phone.sees(other.device_id)?.status).to.equal("temporarily_disconnected");
    expect(phone.heard.map(({ type }) => type)).to.not.include("participant_left");
  }

  it("[Y10] SIGTERM of a listen(app): closed with 4010, stored, exit 0; plain rooms end as on a stock server", async () => {
    const server = await start("tools");
    const there = await guests(server);
    const exit = once(server.child, "exit");
    server.child.kill("SIGTERM");
    expect(await there.closed).to.equal(4001);
    expect(await exit).to.deep.equal([0, null]);
    await until("the participant is told", () => there.phone.drops.length > 0);
    expect(there.phone.drops).to.deep.equal([4010]);
    await start("tools");
    await isKept(there);
  });

  it("[Y10] the shutdown of @colyseus/testing: the same, and the process may go on", async () => {
    const server = await start("testing");
    const there = await guests(server);
    server.child.kill("SIGUSR2");
    await until("the shutdown has resolved", () => server.output().includes("shut down"));
    expect(await there.closed).to.equal(4001);
    await until("the participant is told", () => there.phone.drops.length > 0);
    expect(there.phone.drops).to.deep.equal([4010]);
    await server.kill();
    await start("");
    await isKept(there);
  });
});
