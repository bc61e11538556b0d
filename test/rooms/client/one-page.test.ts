// Two sessions of one participant in one page, as React's StrictMode, a hot reload and a native app make them: the real
// environment, a real server. The newer one has the seat; whatever was promised by either is settled.
import { expect } from "chai";
import { z } from "zod";
import { joinEvent, type EventSession, type JoinEventOptions } from "../../../src/client/index.ts";
import { SdkDialer } from "../../../src/client/connection/sdk/dialer.ts";
import { systemEnvironment } from "../../../src/client/platform/environment.ts";
import { Session } from "../../../src/client/session/session.ts";
import { EventRoom } from "../../../src/rooms/EventRoom.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";
import {
  FakeBrowser,
  FakeEnvironment,
  FakeStorage,
} from "../../../harness/clients/fakes/fake-environment.ts";

const stored: string[] = [];

class Talking extends EventRoom {
  override onEventOpened() {
    this.onPublish("say", z.string(), (_participant, text) => void stored.push(text));
  }
}

/** How a promise ends, as a word; every one of them has to, within 5 s. */
const outcome = (promise: Promise<unknown>): Promise<string> =>
  Promise.race([
    promise.then(
      () => "fulfilled",
      (error: { reason?: string; message: string }) => error.reason ?? error.message,
    ),
    new Promise<string>((resolve) => setTimeout(() => resolve("never settled"), 5000).unref()),
  ]);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("two sessions of one page", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ room: Talking });
  });
  after(() => app.close());

  async function pair(options: JoinEventOptions, gapMs: number, name: string) {
    const older = joinEvent(options);
    const olderJoined = outcome(older.joined());
    const olderPublished = outcome(older.publish("say", `${name} older`));
    if (gapMs > 0) await pause(gapMs);
    const newer = joinEvent(options);
    const [joined, published] = await Promise.all([
      outcome(newer.joined()),
      outcome(newer.publish("say", `${name} newer`)),
    ]);
    const olderEnds = [await olderJoined, await olderPublished];
    return { older, newer, joined, published, olderEnds };
  }

  for (const gapMs of [0, 1, 3, 8, 20, 60])
    it(`[C26] ${gapMs} ms apart, 12 at once: the newer is in and published, the older is replaced, all settles`, async () => {
      const pairs = Array.from({ length: 12 }, async (_, index) => {
        const name = `${gapMs}-${index}`;
        const storage = index % 2 === 0 ? { storage: new FakeStorage() } : { sessionToken: `proof-${name}` };
        const options = { url: app.url, eventId: newEvent(), deviceId: name, ...storage };
        const { older, newer, joined, published, olderEnds } = await pair(options, gapMs, name);
        expect([newer.status, joined, published], name).to.deep.equal([
          "connected",
          "fulfilled",
          "fulfilled",
        ]);
        expect(older.state, name).to.include({ status: "left", endReason: "replaced" });
        expect(olderEnds[0], name).to.be.oneOf(["replaced", "fulfilled"]);
        expect(olderEnds[1], name).to.be.oneOf(["handed_over", "ended", "fulfilled"]);
        expect(stored.filter((text) => text === `${name} newer`)).to.have.length(1);
        expect(stored.filter((text) => text === `${name} older`).length, "once at most").to.be.at.most(1);
        if ("storage" in options) expect(stored).to.include(`${name} older`);
        await newer.leave();
      });
      await Promise.all(pairs);
    });

  it("[C26] three in a row, and the first takes it back: the last one asked has it", async () => {
    const options = { url: app.url, eventId: newEvent(), deviceId: "d", storage: new FakeStorage() };
    const sessions: EventSession[] = [1, 2, 3].map(() => joinEvent(options));
    const [first, , third] = sessions as [EventSession, EventSession, EventSession];
    await third.joined();
    expect(sessions.map(({ status }) => status)).to.deep.equal(["left", "left", "connected"]);
    first.reconnectNow();
    await first.joined();
    await until("the third has given it up", () => third.status === "left");
    expect(await outcome(first.publish("say", "back"))).to.equal("fulfilled");
    await first.leave();
  });

  it("[C26] an end that is answered by joining again at once, from inside a listener, has one winner", async () => {
    const options = { url: app.url, eventId: newEvent(), deviceId: "d", storage: new FakeStorage() };
    const older = joinEvent(options);
    let again: EventSession | undefined;
    older.on("status", ({ endReason }) => {
      if (endReason === "replaced") again ??= joinEvent(options);
    });
    const newer = joinEvent(options);
    await until("a third", () => again?.status === "connected");
    await until("the second knows", () => newer.status === "left");
    expect(older.status).to.equal("left");
    await again?.leave();
  });

  it("[C26] who only has the same names is not the same: another proof, another storage, an observer", async () => {
    const eventId = newEvent();
    const seat = { url: app.url, eventId, deviceId: "d" };
    const owner = joinEvent({ ...seat, sessionToken: "hers" });
    await owner.joined();
    const stranger = joinEvent({ ...seat, sessionToken: "a guess" });
    expect(await outcome(stranger.joined())).to.equal("refused");
    const observer = joinEvent({ ...seat, sessionToken: "hers", role: "observer" });
    await observer.joined();
    expect(owner.status).to.equal("connected");
    await Promise.all([owner.leave(), observer.leave()]);
  });

  it("[C26] a session that is over is forgotten by the page", async () => {
    const held = (globalThis as Record<symbol, unknown>)[Symbol.for("holdfast.held")] as Map<
      unknown,
      unknown
    >;
    const options = { url: app.url, eventId: newEvent(), deviceId: "d", storage: new FakeStorage() };
    const session = joinEvent(options);
    await session.joined();
    expect(held.has(options.storage)).to.equal(true);
    await session.leave();
    expect(held.has(options.storage)).to.equal(false);
  });
});

describe("two tabs of one browser", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  it("[C9] nobody in the event learns of the second", async () => {
    const eventId = newEvent();
    const witness = await Phone.join(app.url, identity(eventId));
    const browser = new FakeBrowser();
    const options = { url: app.url, eventId, deviceId: "tabbed", storage: browser.storage };
    const tab = () => {
      const { claim } = new FakeEnvironment(browser);
      const environment = { ...systemEnvironment(), claim };
      return new Session(options, environment, new SdkDialer(app.url, environment));
    };
    const older = tab();
    await older.joined();
    await witness.hears("participant_joined", "tabbed");
    const newer = tab();
    await newer.joined();
    await newer.leave();
    await witness.hears("participant_left", "tabbed");
    expect(older.state).to.include({ status: "left", endReason: "replaced" });
    expect(witness.story("tabbed")).to.deep.equal(["participant_joined", "participant_left{consented}"]);
    witness.room.reconnection.enabled = false;
    await witness.room.leave();
  });
});

describe("a place without random numbers", () => {
  it("[C27] is reported in one sentence", () => {
    const crypto = Object.getOwnPropertyDescriptor(globalThis, "crypto") as PropertyDescriptor;
    Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
    try {
      expect(() => joinEvent({ url: "http://a.server", eventId: "e" })).to.throw(
        Error,
        /^holdfast\/client needs crypto\.getRandomValues \(or the option sessionToken\), which is missing here: load a polyfill first$/,
      );
    } finally {
      Object.defineProperty(globalThis, "crypto", crypto);
    }
  });
});

describe("the options of a session", () => {
  it("[C1] an address or a time that is none is the caller's mistake, and thrown at once", () => {
    for (const url of ["nonsense", "ftp://a.server", ""])
      expect(() => joinEvent({ eventId: "e", url })).to.throw(TypeError);
    expect(() => joinEvent({ eventId: "e", url: "http://a.server", silenceTimeoutMs: 0 })).to.throw(
      RangeError,
    );
  });
});
