// `server.simulateLatency()`: a longer way, for development.
import { expect } from "chai";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

describe("simulated latency", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 60_000 } });
  });
  after(() => app.close());

  const ping = (phone: Phone) => new Promise<number>((done) => void phone.room.ping(done));
  /** The shortest of some: a machine that stands still makes one long, and not all. */
  const shortestPing = async (phone: Phone) =>
    Math.min(await ping(phone), await ping(phone), await ping(phone), await ping(phone));

  it("[R15] delays a round trip of those who connect after it, in order, and can be taken back", async () => {
    const event = newEvent();
    const before = await Phone.join(app.url, identity(event));
    app.server.simulateLatency(300);
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    expect(await ping(phone)).to.be.within(295, 2000);
    expect(await shortestPing(before)).to.be.lessThan(250);
    const answers: number[] = [];
    phone.room.onMessage("heartbeat_ack", () => answers.push(performance.now()));
    const askedAt = performance.now();
    phone.room.send("heartbeat");
    await until("acknowledged", () => answers.length === 1);
    expect((answers[0] as number) - askedAt).to.be.greaterThan(290);
    app.server.simulateLatency(0);
    expect(await shortestPing(phone)).to.be.lessThan(250);
    app.server.simulateLatency(-1); // as the framework has it: none
    expect(await shortestPing(phone)).to.be.lessThan(250);
  });

  it("[R15] a slow way costs nobody a seat: drops, the SDK's reconnection, takeovers and leaves work over it", async () => {
    app.server.simulateLatency(200);
    const event = newEvent();
    const witness = await Phone.join(app.url, identity(event));
    const me = identity(event);
    const id = me.device_id;
    const phone = await Phone.join(app.url, me);
    phone.room.reconnection.minDelay = 1000; // the drop is heard first; a return before it would be told to the returner alone
    phone.drop({ reconnect: true });
    await witness.hears("participant_reconnected", id);
    phone.room.reconnection.enabled = false;
    const newer = await Phone.join(app.url, me);
    await until("replaced", () => phone.closedWith === 4501);
    await newer.room.leave();
    await witness.hears("participant_left", id);
    expect(witness.story(id)).to.deep.equal([
      "participant_joined",
      "participant_temporarily_disconnected{connection_lost}",
      "participant_reconnected",
      "participant_left{consented}",
    ]);
    app.server.simulateLatency(0);
  });
});
