// The small parts: who the device is, what time it is at the server, what paces a publisher.
import { expect } from "chai";
import { identify } from "../../../src/client/session/identity.ts";
import { ServerClock } from "../../../src/client/connection/server-clock.ts";
import { SafeStorage } from "../../../src/client/platform/safe-storage.ts";
import type { OutboxPublish } from "../../../src/protocol/session.ts";
import { judge, type OutboxTaken, taking } from "../../../src/seats/outbox.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { connected } from "../../../harness/clients/fakes/fake-session.ts";

let ids = 0;
const newId = () => `made-${++ids}`;
const made = { newId, newSecret: newId };
const options = { url: "http://a.server:2567/x", eventId: "e" };

describe("client identity", () => {
  it("[C8] is made up once and found again; the device is one for all events, a token for one seat only", async () => {
    const storage = new FakeStorage();
    const first = identify(options, new SafeStorage(storage), made);
    const again = identify(options, new SafeStorage(storage), made);
    expect(again.deviceId).to.equal(first.deviceId);
    expect(await again.token()).to.equal(await first.token());
    const byAnotherName = identify({ ...options, url: "http://b.server" }, new SafeStorage(storage), made);
    expect(await byAnotherName.token()).to.equal(await first.token());
    const other = identify({ ...options, eventId: "other" }, new SafeStorage(storage), made);
    expect(other.deviceId).to.equal(first.deviceId);
    expect(await other.token()).not.to.equal(await first.token());
    expect(other.seatKey).not.to.equal(first.seatKey);
  });

  it("[C8] what the application passes wins, and only a function can be asked again", async () => {
    const safeStorage = new SafeStorage(new FakeStorage());
    const given = identify({ ...options, deviceId: "mine", sessionToken: "jwt" }, safeStorage, made);
    expect([given.deviceId, await given.token(), given.canRenew]).to.deep.equal(["mine", "jwt", false]);
    let asked = 0;
    const asking = identify({ ...options, sessionToken: () => `jwt ${++asked}` }, safeStorage, made);
    expect([await asking.token(), await asking.token(), asking.canRenew]).to.deep.equal([
      "jwt 1",
      "jwt 2",
      true,
    ]);
  });

  it("[C8] a storage that forbids, is full or meddled with does not stop it; what it has is still read", async () => {
    const forbidden = new FakeStorage();
    forbidden.isForbidden = true;
    const safeStorage = new SafeStorage(forbidden);
    expect(identify(options, safeStorage, made).deviceId).to.equal(
      identify(options, safeStorage, made).deviceId,
    );
    const full = new FakeStorage();
    const kept = identify(options, new SafeStorage(full), made);
    full.isForbidden = true;
    const after = identify(options, new SafeStorage(full), made);
    expect(after.deviceId).to.equal(kept.deviceId);
    expect(await after.token()).to.equal(await kept.token());
    full.isForbidden = false;
    full.items.set("holdfast:device", "");
    expect(identify(options, new SafeStorage(full), made).deviceId).to.match(/^made-/);
  });

  it("[C8] ids may be anything: no two seats share a name", () => {
    const safeStorage = new SafeStorage(new FakeStorage());
    const keys = [
      ["a:b", "c"],
      ["a", "b:c"],
      ["__proto__", "constructor"],
      ["é🎉", "%3A"],
    ].map(
      ([eventId = "", deviceId = ""]) =>
        identify({ ...options, eventId, deviceId }, safeStorage, made).seatKey,
    );
    expect(new Set(keys).size).to.equal(4);
  });
});

describe("client's idea of the server's time", () => {
  it("[C14] takes half the round trip, and prefers the sample with the shortest", () => {
    const clock = new ServerClock(100, 1_000_100);
    expect(clock.at(200)).to.equal(1_000_200);
    clock.sample(5_000_000, 1000, 1400);
    expect(clock.at(1400)).to.equal(5_000_200);
    clock.sample(5_001_000, 2000, 2020);
    expect(clock.at(2020)).to.equal(5_001_010);
    clock.sample(5_002_300, 3000, 3900);
    expect(clock.at(4000)).to.equal(5_002_990);
  });

  it("[C14] does not go backwards by a small correction, and by a large one only as far as it must", () => {
    const clock = new ServerClock(0, 1000);
    expect(clock.at(500)).to.equal(1500);
    clock.sample(1400, 500, 500);
    expect([clock.at(500), clock.at(550), clock.at(700)]).to.deep.equal([1500, 1500, 1600]);
    clock.sample(600, 700, 700);
    expect(clock.at(700)).to.equal(600);
    clock.sample(Number.NaN, 700, 700);
    expect(clock.at(800)).to.equal(700);
  });

  it("[C23] a sample that cannot be of the same clock replaces a better one: another server answers", () => {
    for (const shiftMs of [-3_600_000, -20_000, 1500, 86_400_000]) {
      const clock = new ServerClock(0, 0);
      clock.sample(5_000_005, 0, 10);
      clock.sample(5_001_000 + shiftMs + 200, 1000, 1400);
      expect(clock.at(1400), String(shiftMs)).to.equal(5_001_400 + shiftMs);
      clock.sample(5_002_000 + shiftMs + 100, 2000, 2200);
      expect(clock.at(2200)).to.equal(5_002_200 + shiftMs);
    }
  });

  it("[C23] an answer to one of two questions says nothing, and the round trip stays what it was", () => {
    const clock = new ServerClock(0, 0);
    clock.sample(1000, 0, 40);
    clock.sample(90_000, Number.NaN, 1000);
    expect([clock.at(1000), clock.roundTripMs]).to.deep.equal([1980, 40]);
  });

  it("[C14] an old sample makes room, and sleep is added until a new one comes", () => {
    const clock = new ServerClock(0, 0);
    clock.sample(1000, 0, 0);
    clock.slept(60_000);
    expect(clock.at(10)).to.equal(61_010);
    clock.sample(61_300, 10, 410);
    expect(clock.at(410)).to.equal(61_500);
    clock.sample(900_000, 700_000, 700_500);
    expect(clock.at(700_500)).to.equal(900_250);
  });
});

describe("client publisher", () => {
  it("[C11] sends at most one frame in 50 ms, resolves when acknowledged, and counts what is pending", async () => {
    const frames: { at: number; first: number; count: number }[] = [];
    const { environment, session, announced } = await connected({}, (server, { now }) => {
      server.onPublish = (connection, { stream, first, messages }: never) => {
        const { length: count } = messages as unknown[];
        frames.push({ at: now(), first, count });
        connection.message("outbox_ack", { stream, last: first + count - 1, refused: [] });
      };
    });
    const published = Array.from({ length: 100 }, (_, index) => session.publish("say", "x".repeat(index)));
    expect(session.pendingPublishes).to.equal(100);
    await environment.advance(2000);
    await Promise.all(published);
    expect(frames.reduce((sum, { count }) => sum + count, 0)).to.equal(100);
    for (const [index, { at }] of frames.entries())
      if (index > 0) expect(at - (frames[index - 1]?.at ?? 0)).to.be.at.least(50);
    expect(announced.at(-1)).to.equal("outbox 0");
  });

  it("[C11] an acknowledgement that does not come: sent again after 3 s, the same, then ever more rarely", async () => {
    const frames: number[] = [];
    const { environment, session } = await connected({}, (server, { now }) => {
      server.onPublish = () => frames.push(now());
    });
    void session.publish("say", 1);
    await environment.advance(60_000);
    const gaps = frames.slice(1).map((at, index) => Math.round((at - (frames[index] ?? 0)) / 1000));
    expect(gaps).to.deep.equal([3, 6, 12, 24]);
  });

  it("[C12] a message that the room cannot read is refused with its sentence; those around it take effect, once", async () => {
    const applied: unknown[] = [];
    let taken: OutboxTaken | null = null;
    const { environment, session } = await connected({}, (server) => {
      server.onPublish = (connection, frame: OutboxPublish) => {
        const nothing = { stream: "", last: 0, refused: [] };
        if (frame.messages.some(({ payload }) => payload === "unreadable"))
          return connection.message("outbox_ack", { ...nothing, error: "Unreadable" });
        for (const [index, { payload }] of frame.messages.entries()) {
          if (judge(taken, frame.stream, frame.first + index) !== "apply") continue;
          taken = taking(taken, frame.stream, frame.first + index, undefined, 64);
          applied.push(payload);
        }
        connection.message("outbox_ack", taken ?? nothing);
      };
    });
    const outcomes = ["a", "b", "unreadable", "c", "d"].map((word) =>
      session.publish("say", word).catch((error: { message: string }) => error.message),
    );
    await environment.advance(20_000);
    expect(await Promise.all(outcomes)).to.deep.equal([
      undefined,
      undefined,
      "Unreadable",
      undefined,
      undefined,
    ]);
    expect(applied).to.deep.equal(["a", "b", "c", "d"]);
    expect(session.pendingPublishes).to.equal(0);
  });

  it("[C5] every promise settles: ended with the session, and never an unhandled rejection", async () => {
    const { server, session } = await connected();
    const outcome = session.publish("say", 1).catch((error: { reason: string }) => error.reason);
    void session.publish("say", 2);
    server.last.close(4502);
    expect(await outcome).to.equal("ended");
    expect(session.pendingPublishes).to.equal(0);
    expect(await session.publish("say", 3).catch((error: { reason: string }) => error.reason)).to.equal(
      "ended",
    );
  });

  it("[C11] a message of the page before is delivered after a reload, with nobody waiting for it", async () => {
    const { environment, server, session } = await connected();
    server.last.close(1006);
    server.onDial = () => {};
    void session.publish("say", "before");
    const received: unknown[] = [];
    const after = await connected(
      {},
      (fresh) => {
        fresh.onPublish = (connection, { stream, first, messages }: never) => {
          received.push(...(messages as unknown[]));
          connection.message("outbox_ack", { stream, last: first, refused: [] });
        };
      },
      environment,
    );
    await environment.advance(1000);
    expect(received).to.deep.equal([{ type: "say", payload: "before" }]);
    expect(after.session.pendingPublishes).to.equal(0);
  });
});
