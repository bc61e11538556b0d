// What remains of a session that is closed, at whatever moment: nothing but the seat and what waits in the storage. And what
// becomes of a newer session when the older one's connection reaches the server last.
import { expect } from "chai";
import { connected, type Rig, rigged } from "../../../harness/clients/fakes/fake-session.ts";
import { FakeBrowser, FakeEnvironment } from "../../../harness/clients/fakes/fake-environment.ts";

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fulfilled",
    (error: { reason?: string; message: string }) => error.reason ?? error.message,
  );

/** Nothing of it listens, waits, or holds the seat. */
function expectNothingLeft({ environment, server, session }: Rig, when = ""): void {
  expect([environment.timers, environment.listeners], when).to.deep.equal([0, 0]);
  expect(environment.browser.holders.size, `${when}: locks`).to.equal(0);
  expect(server.open, when).to.deep.equal([]);
  expect(session.state, when).to.include({ status: "left", endReason: "closed" });
}

describe("a session that is closed", () => {
  it("[V1] drops its connection without a goodbye, announces its end once, and leaves no timer, listener or lock", async () => {
    const rig = await connected();
    const { server, session, announced, environment } = rig;
    const sent = server.last.sent.length;
    session.close();
    session.close();
    await environment.advance(0);
    expect(server.last).to.include({ isDropped: true, hasLeft: false });
    expect(server.last.sent.length).to.equal(sent);
    expect(announced).to.deep.equal(["status left closed"]);
    expectNothingLeft(rig);
    await environment.advance(60_000);
    expect(server.connections.length).to.equal(1);
  });

  it("[V1] at any moment of a join, an outage or a page that is left, it is over", async () => {
    for (let ms = 0; ms < 40; ms += 1) {
      const rig = rigged({}, (server, environment) => {
        server.onDial = (connection) => void environment.after(5, () => server.letIn(connection));
      });
      const joined = reasonOf(rig.session.joined());
      await rig.environment.advance(ms);
      if (ms > 20) {
        rig.server.last.close(1006);
        await rig.environment.advance((ms - 20) * 20);
      }
      if (ms % 5 === 0) await rig.environment.signal("suspended");
      rig.session.close();
      await rig.environment.advance(6000);
      expectNothingLeft(rig, `after ${ms} ms`);
      expect(await joined).to.be.oneOf(["closed", "fulfilled"]);
    }
  });

  it("[V1] cannot be used again: not by reconnectNow(), a signal, publish(), send() or request()", async () => {
    const rig = await connected();
    const { server, session, environment } = rig;
    const asked = reasonOf(session.request("what"));
    session.close();
    session.reconnectNow();
    for (const signal of ["suspended", "restored", "visible", "online"] as const)
      await environment.signal(signal);
    await environment.advance(1000);
    expect(await reasonOf(session.publish("say", 1))).to.equal("closed");
    expect(session.send("say", 1)).to.equal(false);
    expect(await reasonOf(session.request("what"))).to.equal("Not connected.");
    expect(await asked).to.be.a("string");
    await session.leave();
    expect(server.connections.length).to.equal(1);
    expectNothingLeft(rig);
  });

  it("[V1] who has ended as replaced or failed, and is closed then, does not begin again", async () => {
    const replaced = await connected();
    replaced.server.last.close(4501);
    const failed = await connected({ giveUpAfterMs: 1000 });
    failed.server.onDial = (connection) => connection.fail({ type: "unreachable" });
    failed.server.last.close(1006);
    await failed.environment.advance(60_000);
    for (const { session, server, environment } of [replaced, failed]) {
      const before = server.connections.length;
      session.close();
      session.reconnectNow();
      await environment.advance(1000);
      expect(server.connections.length).to.equal(before);
      expect(session.state.endReason).to.be.oneOf(["replaced", "unreachable"]);
      expect(await reasonOf(session.publish("say", 1))).to.equal("closed");
    }
  });

  it("[V1] from inside a listener it is obeyed, and nothing is announced after the end", async () => {
    const { environment, server, session, announced } = await connected();
    session.on("outage", () => session.close());
    server.last.close(1006);
    await environment.advance(20_000);
    expect(announced.at(-1)).to.equal("status left closed");
    expect(server.connections.length).to.equal(1);
  });

  it("[V1] from inside a listener, what else was missed or has changed is nobody's any more", async () => {
    const { environment, server, session, announced } = await connected();
    const missed = [1, 2, 3].map((seq) => ({
      type: "announcement",
      payload: { type: "say", epoch: 1, seq },
    }));
    server.resume = () => ({ epoch: 1, seq: 0 });
    server.last.close(1006);
    await environment.advance(2000);
    server.resume = () => ({ epoch: 1, seq: 3, resumed: true, events: missed as never });
    const seen: number[] = [];
    session.on("announcement", ({ seq = 0 }) => {
      seen.push(seq);
      session.close();
    });
    server.last.close(1006);
    await environment.advance(2000);
    expect(seen).to.deep.equal([1]);
    expect(announced.at(-1)).to.equal("status left closed");
  });

  it("[V2] what waits is kept: its promises reject with closed, and the next session sends it", async () => {
    const browser = new FakeBrowser();
    const older = await connected({}, undefined, new FakeEnvironment(browser));
    const underWay = reasonOf(older.session.publish("say", 1));
    await older.environment.advance(0);
    older.server.last.close(1006);
    const neverSent = reasonOf(older.session.publish("say", 2));
    older.session.close();
    expect([await underWay, await neverSent]).to.deep.equal(["closed", "closed"]);
    expect(older.session.pendingPublishes).to.equal(2);
    const newer = await connected({}, undefined, new FakeEnvironment(browser));
    expect(newer.session.pendingPublishes).to.equal(2);
    await newer.environment.advance(200);
    const sent = newer.server.last.sentOf("outbox_publish") as { messages: { payload: unknown }[] }[];
    expect(sent.flatMap(({ messages }) => messages.map(({ payload }) => payload))).to.deep.equal([1, 2]);
  });
});

describe("a newer session of the same page", () => {
  async function taken() {
    const browser = new FakeBrowser();
    browser.isOnePage = true;
    const older = rigged({}, undefined, new FakeEnvironment(browser));
    const newer = await connected({}, undefined, new FakeEnvironment(browser));
    expect(older.session.state.endReason).to.equal("replaced");
    return newer;
  }

  it("[V4] takes the seat back when what the older had under way has replaced it", async () => {
    const { environment, server, session, announced } = await taken();
    const now = session.serverNow();
    const outages: object[] = [];
    session.on("outage", ({ since, seatUntil }) => outages.push({ since, seatUntil }));
    server.last.close(4501);
    await environment.advance(10);
    expect(session.status).to.equal("connected");
    expect(outages, "[C31] from the close").to.deep.equal([{ since: now, seatUntil: now + 30_000 }]);
    expect(announced).to.include("outage connection_lost");
    expect(server.connections.length).to.equal(2);
  });

  it("[V4] once: who replaces it again, or after 5 s, is somebody else", async () => {
    const again = await taken();
    again.server.last.close(4501);
    await again.environment.advance(10);
    again.server.last.close(4501);
    const late = await taken();
    await late.environment.advance(5100);
    late.server.last.close(4501);
    for (const { session, environment } of [again, late]) {
      await environment.advance(1000);
      expect(session.state).to.include({ status: "left", endReason: "replaced" });
    }
  });

  it("[V4] also while it is being let in", async () => {
    const browser = new FakeBrowser();
    browser.isOnePage = true;
    rigged({}, undefined, new FakeEnvironment(browser));
    let attempts = 0;
    const newer = rigged(
      {},
      (server) => {
        server.onDial = (connection) => {
          attempts += 1;
          if (attempts > 1) return server.letIn(connection);
          connection.accept();
          setImmediate(() => connection.close(4501));
        };
      },
      new FakeEnvironment(browser),
    );
    await newer.environment.advance(1000);
    expect(newer.session.status).to.equal("connected");
    expect(attempts).to.equal(2);
  });
});
