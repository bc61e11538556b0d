// What our client says of the event's details, and that an unmodified client is sent nothing of it: real sockets, a server that
// is killed (-9) in between.
import "../../../harness/clients/use-ws.ts";
import { expect } from "chai";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { temporaryStore } from "../../../harness/servers/temporary-store.ts";
import { until } from "../../../harness/wait.ts";
import { type EventSession, joinEvent, type SessionDetails } from "../../../src/client/index.ts";
import type { HostAction, HostActionResult } from "../../../src/protocol/session.ts";

describe("session.details", function () {
  this.timeout(60_000);
  let server: ServerProcess;
  let port: number;
  const storeUrl = temporaryStore();
  const sessions: EventSession[] = [];
  const eventId = newEvent();

  const start = () => startServer({ PORT: String(port), STORE_URL: storeUrl, LOG_LEVEL: "info" });
  before(async () => {
    port = await freePort();
    server = await start();
  });
  after(async () => {
    for (const session of sessions) session.close();
    await server.kill();
  });

  function join(options: {
    readonly deviceId?: string;
    readonly sessionToken?: string;
    readonly role?: "observer";
  }) {
    const session = joinEvent({ url: server.url, eventId, storage: new FakeStorage(), ...options });
    sessions.push(session);
    return session;
  }

  it("[W102] [W104] are there for a participant and a host, change with them, and survive a server's death", async () => {
    const code = /#code=([\w.-]+)/.exec(server.output())?.[1];
    const answer = await fetch(`${server.url}/host/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
    const { host_token } = (await answer.json()) as { host_token: string };
    const [ann, ben] = [join({ deviceId: "ann" }), join({ deviceId: "ben" })];
    expect(ann.details).to.equal(undefined);
    const seen: SessionDetails[] = [];
    ann.on("details", (details) => seen.push(details));
    await Promise.all([ann.joined(), ben.joined()]);
    const host = join({ role: "observer", sessionToken: host_token });
    await host.joined();
    await until("the first", () => ann.details !== undefined && host.details !== undefined);
    expect(ann.details).to.include({ event_id: eventId, title: "", is_locked: false });
    expect(ann.details).to.not.have.any.keys("removed", "expected_names");
    expect(host.details).to.deep.include({ removed: [], expected_names: [] });
    const act = (action: HostAction) => host.request<HostActionResult>("host_action", action);
    expect(await act({ action: "change", title: "Quiz", capacity: 30 })).to.deep.equal({ done: true });
    await until("the title", () => ann.details?.title === "Quiz");
    expect(ann.details).to.include({ capacity: 30 });
    await act({ action: "kick", device_id: "ben" });
    await until("who was removed", () => host.details?.removed?.[0]?.device_id === "ben");
    const known = host.details;

    const stock = await Phone.join(server.url, identity(eventId));
    await server.kill();
    server = await start();
    await until("everyone is back", () => ann.status === "connected" && host.status === "connected");
    expect(await act({ action: "lock" })).to.deep.equal({ done: true });
    await until("the lock", () => ann.details?.is_locked === true && host.details?.is_locked === true);
    expect({ ...host.details, is_locked: false }).to.deep.equal(known);
    expect(seen.map(({ title, is_locked }) => [title, is_locked])).to.deep.equal([
      ["", false],
      ["Quiz", false],
      ["Quiz", true],
    ]);
    expect(stock.heard.filter(({ type }) => type === "event_details")).to.deep.equal([]);
    await stock.room.leave();
  });
});
