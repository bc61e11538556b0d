// Sessions that are closed and begun again on a real server: what a witness in the event sees of it, and what becomes of
// what was published.
import { expect } from "chai";
import { z } from "zod";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";
import { joinEvent, type JoinEventOptions } from "../../../src/client/index.ts";
import { EventRoom } from "../../../src/rooms/EventRoom.ts";

const taken: string[] = [];

class Talking extends EventRoom {
  override onEventOpened() {
    this.onPublish("say", z.string(), (_participant, text) => void taken.push(text));
  }
}

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fulfilled",
    (error: { reason?: string; message: string }) => error.reason ?? error.message,
  );

describe("closing a session", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ room: Talking, config: { gracePeriodMs: 30_000 } });
  });
  after(() => app.close());

  for (const times of [1, 20])
    it(`[V3] and joining again at once, ${times} in a row, while it is connected: the last one is in the same seat`, async () => {
      const options = { url: app.url, eventId: newEvent(), deviceId: "d", storage: new FakeStorage() };
      const witness = await Phone.join(app.url, identity(options.eventId));
      let session = joinEvent(options);
      await session.joined();
      const since = session.roster.get("d")?.joinedAt;
      for (let time = 0; time < times; time++) {
        session.close();
        session = joinEvent(options);
      }
      await session.joined();
      expect(session.roster.get("d")?.joinedAt).to.equal(since);
      await session.leave();
      await witness.hears("participant_left", "d");
      expect(witness.story("d").filter((word) => word.startsWith("participant_left"))).to.deep.equal([
        "participant_left{consented}",
      ]);
    });

  it("[V3] 20 in a row before the first is in, each at another moment of its join: all promises settle, one is in", async () => {
    const byToken = newEvent();
    const ways: JoinEventOptions[] = [
      { url: app.url, eventId: newEvent(), deviceId: "d", storage: new FakeStorage() },
      { url: app.url, eventId: byToken, deviceId: "d", sessionToken: "a-proof-of-its-own" },
    ];
    for (const options of ways) {
      const ended: Promise<string>[] = [];
      for (let time = 0; time < 20; time++) {
        const session = joinEvent(options);
        ended.push(reasonOf(session.joined()));
        await new Promise((resolve) => setTimeout(resolve, time % 5));
        session.close();
      }
      const last = joinEvent(options);
      await last.joined();
      for (const reason of await Promise.all(ended)) expect(reason).to.be.oneOf(["closed", "fulfilled"]);
      await until("the seat is connected", () => last.roster.get("d")?.status === "connected");
      expect(last.status).to.equal("connected");
      await last.leave();
    }
  });

  it("[V2] [V3] what was published takes effect once, whichever session delivers it", async () => {
    const options = { url: app.url, eventId: newEvent(), deviceId: "d", storage: new FakeStorage() };
    const names: string[] = [];
    const ends: Promise<string>[] = [];
    for (let time = 0; time < 20; time++) {
      const session = joinEvent(options);
      names.push(`closing ${time}`);
      ends.push(reasonOf(session.publish("say", `closing ${time}`)));
      if (time % 3 === 0) await session.joined();
      session.close();
    }
    const last = joinEvent(options);
    await last.publish("say", "closing last");
    for (const reason of await Promise.all(ends)) expect(reason).to.be.oneOf(["closed", "fulfilled"]);
    expect(taken.filter((text) => text.startsWith("closing"))).to.deep.equal([...names, "closing last"]);
    await last.leave();
  });

  it("[V4] sessions that ask for their proof with functions of their own are one participant's", async () => {
    const session = () =>
      joinEvent({ url: app.url, eventId, deviceId: "d", sessionToken: () => "the-same-proof" });
    const eventId = newEvent();
    for (let time = 0; time < 10; time++) {
      const older = session();
      const newer = session();
      await newer.joined();
      expect([older.state.endReason, newer.status]).to.deep.equal(["replaced", "connected"]);
      newer.close();
    }
  });
});

describe("closing a session for good", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 300 } });
  });
  after(() => app.close());

  it("[V1] is a drop for others, and left follows after the grace", async () => {
    const eventId = newEvent();
    const witness = await Phone.join(app.url, identity(eventId));
    const session = joinEvent({ url: app.url, eventId, deviceId: "d", storage: new FakeStorage() });
    await session.joined();
    await witness.hears("participant_joined", "d");
    session.close();
    await witness.hears("participant_left", "d");
    expect(witness.story("d")).to.deep.equal([
      "participant_joined",
      "participant_temporarily_disconnected{connection_lost}",
      "participant_left{grace_expired}",
    ]);
  });
});
