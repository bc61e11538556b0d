// The quiet time on real sockets: what a bystander with a stock SDK sees of a blip, and of an absence that lasts.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { expect } from "chai";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { quiet, until } from "../../../harness/wait.ts";

describe("quiet time, on the wire", () => {
  const quietTimeMs = 600;
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { quietTimeMs, gracePeriodMs: 1500 } });
  });
  after(() => app.close());

  it("[F1] a blip is seen by nobody; the one who came back is told so, and everyone agrees on the state", async () => {
    const event = newEvent();
    const me = identity(event);
    const witness = await Phone.join(app.url, identity(event));
    const phone = await Phone.join(app.url, me);
    await witness.hears("participant_joined", me.device_id);
    const seen: unknown[] = [];
    witness.room.onStateChange(() => seen.push(witness.sees(me.device_id)?.status));
    phone.drop();
    await until("noticed", () => (app.room(event)?.participants.graceRemainingMs(me.device_id) ?? 0) > 0);
    const back = await Phone.join(app.url, me);
    await back.hears("participant_reconnected", me.device_id);
    await quiet(quietTimeMs + 300);
    expect(witness.story(me.device_id)).to.deep.equal(["participant_joined"]);
    expect(seen.filter((status) => status !== "connected")).to.deep.equal([]);
    expect(app.room(event)?.participants.counts).to.include({ connected: 2, held: 0 });
  });

  it("[F1] an absence that lasts is told when the quiet time is over, state first, and ends at its deadline", async () => {
    const event = newEvent();
    const me = identity(event);
    const witness = await Phone.join(app.url, identity(event));
    const phone = await Phone.join(app.url, me);
    await witness.hears("participant_joined", me.device_id);
    phone.drop();
    await until("noticed", () => (app.room(event)?.participants.graceRemainingMs(me.device_id) ?? 0) > 0);
    expect(witness.sees(me.device_id)?.status).to.equal("connected");
    const told = await witness.hears("participant_temporarily_disconnected", me.device_id);
    const { disconnected_at: at, status } = witness.sees(me.device_id) as {
      disconnected_at: number;
      status: string;
    };
    expect(status).to.equal("temporarily_disconnected");
    expect(told.payload.grace_expires_at).to.equal(at + 1500);
    expect(told.at - at).to.be.within(quietTimeMs - 1, quietTimeMs + 500);
    const left = await witness.hears("participant_left", me.device_id);
    expect(left.at - at).to.be.within(1499, 2500);
  });
});
