// A process whose SDK uses the `ws` package, because there is no global WebSocket in it (an older Node, a test that took it
// away): the server in the same process asks for no global either.
import { expect } from "chai";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

describe("without a global WebSocket", () => {
  let app: TestApp;
  const { WebSocket } = globalThis;
  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 60_000 } });
    Reflect.deleteProperty(globalThis, "WebSocket");
  });
  after(async () => {
    Reflect.set(globalThis, "WebSocket", WebSocket);
    await app.close();
  });

  it("[R7] the SDK's reconnection, client.reconnect and a takeover come back to the seat", async () => {
    const me = identity();
    const witness = await Phone.join(app.url, identity(me.event_id));
    const phone = await Phone.join(app.url, me);
    for (let turn = 1; turn <= 2; turn++) {
      phone.drop({ reconnect: true });
      await until("back, or given up", () => phone.reconnections === turn || phone.closedWith !== undefined);
      expect(phone.closedWith).to.equal(undefined);
      await witness.hears("participant_reconnected", me.device_id);
      witness.forget();
    }
    phone.room.reconnection.enabled = false;
    const newer = await Phone.reconnect(app.url, phone.room.reconnectionToken);
    await until("replaced", () => phone.closedWith === 4501);
    expect(newer.sees(me.device_id)?.status).to.equal("connected");
  });
});
