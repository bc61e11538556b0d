// Who is alive, and who may be judged when: silent pages, on the test kit; half-open sockets and clocks that jump, on real ones.
import { expect } from "chai";
import { EventRoom } from "../../../src/holdfast.ts";
import { type TestApp, startApp } from "../../../harness/servers/app.ts";
import { testEvent } from "../../../src/testing/index.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { now, quiet } from "../../../harness/wait.ts";

const away = "participant_temporarily_disconnected{connection_lost}";
const joined = "participant_joined";

describe("grace period: the default", () => {
  it("[E14] is 30 s: the seat is held until then and not after, for observers and for the one who is away", async () => {
    const event = await testEvent();
    try {
      const witness = await event.join("witness", { client: "stock" });
      const ann = await event.join("ann", { client: "stock" });
      const droppedAt = event.clock.now();
      await ann.drop();
      expect(witness.received.at(-1)?.payload).to.include({ grace_expires_at: droppedAt + 30_000 });
      await event.advance(29_999);
      expect(event.room.participants.isGraceExpired("ann")).to.equal(false);
      await ann.reload();
      expect(witness.saw().at(-1)).to.deep.equal({ type: "participant_reconnected", device_id: "ann" });
      await ann.drop();
      expect(witness.roster.ann?.status).to.equal("temporarily_disconnected");
      await event.advance(29_999);
      expect(witness.saw().at(-1)?.type).to.equal("participant_temporarily_disconnected");
      await event.advance(1);
      const left = { type: "participant_left", device_id: "ann", reason: "grace_expired" };
      expect(witness.saw().at(-1)).to.deep.equal(left);
      expect(witness.roster.ann).to.equal(undefined);
    } finally {
      await event.close();
    }
  });
});

describe("disconnect tracking: liveness of a page", () => {
  it("[S13] a page that beat and then falls silent is dropped as heartbeat_timeout, closed with 4010, and may return", async () => {
    const [heartbeatTimeoutMs, pingIntervalMs] = [900, 200];
    const config = { gracePeriodMs: 3000, pingIntervalMs, pingMaxRetries: 2, heartbeatTimeoutMs };
    const event = await testEvent(EventRoom, { config });
    try {
      const witness = await event.join("witness", { client: "stock" });
      const ann = await event.join("ann", { client: "stock" });
      const joined = { type: "participant_joined", device_id: "ann" };
      const silent = {
        type: "participant_temporarily_disconnected",
        device_id: "ann",
        reason: "heartbeat_timeout",
      };
      const back = { type: "participant_reconnected", device_id: "ann" };
      await ann.send("heartbeat");
      await event.advance(heartbeatTimeoutMs - 1);
      expect(witness.saw()).to.deep.equal([joined]);
      await event.advance(1 + pingIntervalMs); // it is looked for with each round of pings
      expect(witness.saw()).to.deep.equal([joined, silent]);
      expect(ann.closedWith).to.equal(4010);
      await ann.return();
      expect(ann.saw("participant_reconnected")).to.deep.equal([back]);
      expect(witness.saw()).to.deep.equal([joined, silent, back]);
      await event.advance(heartbeatTimeoutMs - 1);
      expect(witness.saw()).to.have.length(3);
      await event.advance(1 + pingIntervalMs);
      expect(witness.saw(), "it is judged again, as the same page").to.deep.equal([
        joined,
        silent,
        back,
        silent,
      ]);
    } finally {
      await event.close();
    }
  });
});

describe("disconnect tracking: liveness", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({
      config: { gracePeriodMs: 3000, pingIntervalMs: 200, pingMaxRetries: 2, heartbeatTimeoutMs: 900 },
    });
  });
  after(() => app.close());

  it("[L1] a closed or reset socket is noticed at once, a half-open one within its pings", async () => {
    for (const how of ["close", "reset", "black hole"] as const) {
      const event = newEvent();
      const me = identity(event);
      const witness = await Phone.join(app.url, identity(event));
      const proxy = await app.proxy();
      const raw = await RawClient.join(proxy.url, me);
      await witness.hears("participant_joined", me.device_id);
      const at = now();
      if (how === "close") raw.socket.close(1001);
      else if (how === "reset") proxy.reset();
      else proxy.strand();
      const drop = await witness.hears("participant_temporarily_disconnected", me.device_id);
      const boundMs = how === "black hole" ? 3 * 200 + 250 : 250;
      expect(drop.at - at, how).to.be.lessThan(boundMs);
      expect(drop.payload.reason).to.equal("connection_lost");
    }
  });

  it("[L1] a hole in one direction only is a lost connection too", async () => {
    const event = newEvent();
    const me = identity(event);
    const witness = await Phone.join(app.url, identity(event));
    const proxy = await app.proxy();
    await RawClient.join(proxy.url, me);
    await witness.hears("participant_joined", me.device_id);
    proxy.strand("up"); // what the server says arrives; what the client says does not
    await witness.hears("participant_temporarily_disconnected", me.device_id, 1000);
  });

  it("[L2] one that sends frames but no pongs lives; one that pongs but sends nothing lives if it never beat", async () => {
    const event = newEvent();
    const witness = await Phone.join(app.url, identity(event));
    const [a, b] = [identity(event), identity(event)];
    const beatsOnly = await RawClient.join(app.url, a, { autoPong: false });
    await RawClient.join(app.url, b);
    const beating = setInterval(() => beatsOnly.beat(), 150);
    await quiet(1500);
    clearInterval(beating);
    expect(witness.story(a.device_id)).to.deep.equal([joined]);
    expect(witness.story(b.device_id)).to.deep.equal([joined]);
    await witness.hears("participant_temporarily_disconnected", a.device_id, 1200);
  });

  it("[L5] a wall clock that jumps changes nothing", async () => {
    const event = newEvent();
    const witness = await Phone.join(app.url, identity(event));
    const me = identity(event);
    const phone = await Phone.join(app.url, me);
    const realNow = Date.now;
    try {
      phone.drop();
      const drop = await witness.hears("participant_temporarily_disconnected", me.device_id);
      Date.now = () => realNow() + 3_600_000;
      await quiet(600);
      expect(witness.story(me.device_id).at(-1)).to.equal(away);
      Date.now = () => realNow() - 3_600_000;
      const left = await witness.hears("participant_left", me.device_id, 4000);
      expect(left.at).to.be.within(
        Number(drop.payload.grace_expires_at),
        Number(drop.payload.grace_expires_at) + 1000,
      );
    } finally {
      Date.now = realNow;
    }
  });
});
