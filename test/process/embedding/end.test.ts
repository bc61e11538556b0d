// The end of somebody's server, and its owner's test kit: in processes, because a signal ends one and the kit changes one.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { expect } from "chai";
import { Client } from "@colyseus/sdk";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { temporaryStore } from "../../../harness/servers/temporary-store.ts";
import { until } from "../../../harness/wait.ts";

describe("somebody's server", function () {
  this.timeout(60_000);

  const end = async (server: ServerProcess, signal: NodeJS.Signals) => {
    const exit = once(server.child, "exit");
    server.child.kill(signal);
    return (await exit) as [number | null, string | null];
  };

  for (const signal of ["SIGTERM", "SIGINT"] as const)
    it(`[X11] ${signal} of the framework's own listen(app) stores, closes events with 4010, and calls what its owner gave`, async () => {
      const env = { STORE_URL: temporaryStore(), GRACE_PERIOD_MS: "30000" };
      const first = await startServer(env, "harness/servers/programs/stock-app.ts");
      const me = identity();
      const phone = await Phone.join(first.url, me);
      phone.room.reconnection.enabled = false;
      const chat = await new Client(first.url).create("chat");
      chat.reconnection.enabled = false;
      const chatClosed = new Promise((resolve) => chat.onLeave(resolve));
      expect(await end(first, signal)).to.deep.equal([0, null]);
      await until("closed", () => phone.closedWith === 4010);
      expect(await chatClosed).to.equal(4001);
      expect(first.output()).to.contain("the owner's own, before").and.to.contain("the owner's own, after");
      const second = await startServer(env, "harness/servers/programs/stock-app.ts");
      const witness = await Phone.join(second.url, identity(me.event_id));
      expect(witness.sees(me.device_id)?.status).to.equal("temporarily_disconnected");
      await Phone.join(second.url, me);
      await until("back", () => witness.sees(me.device_id)?.status === "connected");
      await second.kill();
    });

  it("[X12] @colyseus/testing boots it, makes rooms, connects to them, cleans up and shuts down", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["harness/servers/embedded-kit.ts"]);
    const line = stdout.split("\n").find((each) => each.startsWith('{"echo"')) ?? stdout;
    expect(JSON.parse(line)).to.deep.equal({
      echo: "hi",
      isQuiz: true,
      which: "quiz",
      isSameRoom: true,
      seats: 2,
      withoutEvent: "An event needs an event_id",
      ofAnother: "Invalid event_id: the room of this id is another event's",
      closedWith: 4010,
    });
  });
});
