// A server in a process without a global WebSocket (an older Node, a bundler that took it away): it asks for none.
import { expect } from "chai";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

describe("without a global WebSocket", () => {
  let server: ServerProcess;
  before(async () => {
    server = await startServer(
      { GRACE_PERIOD_MS: "60000" },
      "harness/servers/programs/no-websocket-server.ts",
    );
  });
  after(() => server.kill());

  it("[R7] the SDK's reconnection, client.reconnect and a takeover come back to the seat", async () => {
    const me = identity();
    const witness = await Phone.join(server.url, identity(me.event_id));
    const phone = await Phone.join(server.url, me);
    for (let turn = 1; turn <= 2; turn++) {
      phone.drop({ reconnect: true });
      await until("back, or given up", () => phone.reconnections === turn || phone.closedWith !== undefined);
      expect(phone.closedWith).to.equal(undefined);
      await witness.hears("participant_reconnected", me.device_id);
      witness.forget();
    }
    phone.room.reconnection.enabled = false;
    const newer = await Phone.reconnect(server.url, phone.room.reconnectionToken);
    await until("replaced", () => phone.closedWith === 4501);
    expect(newer.sees(me.device_id)?.status).to.equal("connected");
  });
});
