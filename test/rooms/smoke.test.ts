import { expect } from "chai";
import { type TestApp, startApp } from "../support/app.ts";
import { Phone, identity, newEvent } from "../support/phone.ts";
import { until } from "../support/wait.ts";

describe("disconnect tracking: the event room with a stock SDK", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  it("[E4] join, drop, SDK reconnection, consented leave", async () => {
    const event = newEvent();
    const a = identity(event);
    const b = identity(event);
    const ann = await Phone.join(app.url, a);
    expect(ann.sees(a.device_id)).to.include({ status: "connected" });
    const bob = await Phone.join(app.url, b);
    await ann.hears("participant_joined", b.device_id);
    bob.drop({ reconnect: true });
    await ann.hears("participant_temporarily_disconnected", b.device_id);
    await ann.hears("participant_reconnected", b.device_id);
    await bob.hears("participant_reconnected", b.device_id);
    bob.room.leave();
    await ann.hears("participant_left", b.device_id);
    expect(ann.story(b.device_id)).to.deep.equal([
      "participant_joined",
      "participant_temporarily_disconnected{connection_lost}",
      "participant_reconnected",
      "participant_left{consented}",
    ]);
    await until("gone from the state", () => ann.sees(b.device_id) === undefined);
  });

  it("[S11] expiry", async () => {
    const event = newEvent();
    const a = identity(event);
    const b = identity(event);
    const ann = await Phone.join(app.url, a);
    const bob = await Phone.join(app.url, b);
    bob.drop();
    const td = await ann.hears("participant_temporarily_disconnected", b.device_id);
    const left = await ann.hears("participant_left", b.device_id);
    expect(left.payload.reason).to.equal("grace_expired");
    expect(left.at).to.be.within(Number(td.payload.grace_expires_at), Number(td.payload.grace_expires_at) + 1000);
  });
});
