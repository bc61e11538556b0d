// When a connection is given up without being closed: silence, waking, a network or a page that is gone.
import { expect } from "chai";
import { FakeBrowser, FakeEnvironment } from "../../../../harness/clients/fakes/fake-environment.ts";
import { connected, story } from "../../../../harness/clients/fakes/fake-session.ts";

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fulfilled",
    (error: { reason?: string; message: string }) => error.reason ?? error.message,
  );

describe("client session", () => {
  describe("silence", () => {
    it("[C6] beats at the state's interval; a dead path under an open socket is noticed in 15 s", async () => {
      const { environment, server, session } = await connected();
      environment.hidden = true;
      await environment.advance(32_500);
      expect(server.last.sentOf("heartbeat").length).to.be.within(3, 4);
      const beganAt = environment.now();
      server.isSilent = true;
      session.on("outage", ({ reason }) => {
        expect(reason).to.equal("silence");
        expect(environment.now() - beganAt).to.be.at.most(15_000);
      });
      await environment.advance(16_000);
      expect(session.status).to.equal("reconnecting");
      expect(server.connections[0]?.isDropped).to.equal(true);
    });

    it("[C6] after a black hole of 45 s it is back within 2 s, though every attempt in it starved", async () => {
      const { environment, server, session } = await connected();
      server.isSilent = true;
      await environment.advance(45_000);
      server.isSilent = false;
      server.letIn(server.last); // bytes that were under way arrive
      await environment.advance(2000);
      expect(session.status).to.equal("connected");
    });

    it("[C30] a page that somebody sees asks a room without signs of life when nothing came for 3 s", async () => {
      const { environment, server, session } = await connected();
      await environment.advance(30_500);
      expect(server.last.sentOf("heartbeat").length).to.equal(10);
      server.isSilent = true;
      await environment.advance(10_000);
      expect(server.last.sentOf("heartbeat").length).to.be.within(11, 12);
      expect(session.status).to.equal("connected");
      await environment.advance(5100);
      expect(session.state.outage?.reason).to.equal("silence");
    });

    it("[C30] signs of life that come are enough; one that does not is asked for, and the room's bound is the client's", async () => {
      const { environment, server, session } = await connected();
      const stop = server.showLife(environment, { intervalMs: 3000, detectionMs: 9000 });
      server.last.close(1006); // with the next connection it learns of them
      await environment.advance(60_000);
      const beats = server.last.sentOf("heartbeat").length;
      expect(beats).to.be.within(5, 6);
      const lastAt = stop();
      await environment.advance(lastAt + 8900 - environment.now());
      expect(server.last.sentOf("heartbeat").length).to.be.at.most(beats + 3);
      expect(session.status).to.equal("connected");
      server.isSilent = true;
      await environment.advance(20_000);
      expect(session.state.outage?.reason).to.equal("silence");
    });

    it("[C30] what is no time says nothing: the room is asked as one without signs of life", async () => {
      for (const odd of ["3000", [3000], -1, 0, Number.NaN, null, 1e9]) {
        const { environment, server, session } = await connected();
        const signs = { intervalMs: odd as number, detectionMs: 9000 };
        server.resume = ((resume) => (asked) => ({
          ...resume(asked),
          sign_of_life_interval_ms: signs.intervalMs,
          detection_ms: signs.detectionMs,
        }))(server.resume);
        server.last.close(1006);
        await environment.advance(30_000);
        expect(server.last.sentOf("heartbeat").length, JSON.stringify(odd)).to.be.within(9, 10);
        expect(session.status).to.equal("connected");
      }
    });

    it("[C30] what an application asks for holds instead of the room's bound", async () => {
      const { environment, server, session } = await connected({ silenceTimeoutMs: 30_000 });
      const stop = server.showLife(environment, { intervalMs: 3000, detectionMs: 9000 });
      server.last.close(1006);
      await environment.advance(10_000);
      server.isSilent = true;
      const lastAt = stop();
      await environment.advance(lastAt + 29_900 - environment.now());
      expect(session.status).to.equal("connected");
      await environment.advance(200);
      expect(session.status).to.equal("reconnecting");
    });

    it("[C30] nobody is cut by a bound that leaves no time to answer", async () => {
      const { environment, server, session } = await connected();
      server.showLife(environment, { intervalMs: 50, detectionMs: 100 })();
      server.last.close(1006);
      await environment.advance(1000);
      server.isSilent = true;
      await environment.advance(2000);
      expect(session.status).to.equal("connected");
      await environment.advance(1500);
      expect(session.status).to.equal("reconnecting");
    });

    it("[C31] an outage by silence began when something last came in; so do the grace that is sure, and how long it lasted", async () => {
      const { environment, server, session } = await connected();
      environment.hidden = true;
      await environment.advance(10_050); // a beat has just been answered
      const lastAt = session.serverNow() - 50;
      const returns: number[] = [];
      session.on("returned", ({ outageMs }) => returns.push(outageMs));
      expect(session.lastReceivedAt).to.be.closeTo(lastAt, 20);
      server.isSilent = true;
      await environment.advance(16_000);
      expect(session.lastReceivedAt).to.be.closeTo(lastAt, 20);
      const { outage } = session.state;
      expect(outage?.since).to.be.closeTo(lastAt, 20);
      expect(outage?.seatUntil).to.be.closeTo(lastAt + 30_000, 20);
      const attemptedFor = environment.now();
      server.isSilent = false;
      await environment.advance(6000);
      expect(session.status).to.equal("connected");
      expect(returns[0]).to.be.within(16_000, 16_050 + environment.now() - attemptedFor);
    });

    it("[C6] no beat is sent after the end", async () => {
      const { environment, server, session } = await connected();
      void session.leave();
      await environment.advance(60_000);
      expect(server.connections[0]?.sentOf("heartbeat").length).to.equal(0);
    });

    it("[C6] a hidden tab with timers once a minute stays connected", async () => {
      const { environment, session, announced } = await connected();
      environment.hidden = true;
      await environment.throttled(600_000, 60_000);
      expect(session.status).to.equal("connected");
      expect(story(announced)).to.deep.equal([]);
    });
  });

  describe("waking", () => {
    it("[C7] a page that was away asks at once, and reconnects when nothing answers", async () => {
      for (const wake of ["visible", "online"] as const) {
        const { environment, server, session } = await connected();
        server.isSilent = true;
        await environment.signal(wake);
        expect(server.last.sentOf("heartbeat").length).to.equal(1);
        await environment.advance(1900);
        expect(session.status).to.equal("connected");
        await environment.advance(200);
        expect(session.state.outage).to.include({ reason: "wake" });
      }
    });

    it("[C7] a path that answers is kept", async () => {
      const { environment, server, session, announced } = await connected();
      await environment.signal("visible");
      await environment.advance(5000);
      expect(session.status).to.equal("connected");
      expect(server.connections.length).to.equal(1);
      expect(announced).to.deep.equal([]);
    });

    it("[C7] sleep is noticed by the clocks, with no signal from the browser, and the server's time is kept", async () => {
      const { environment, server, session } = await connected();
      const before = session.serverNow();
      server.isSilent = true;
      await environment.stall(600_000, { isSleep: true });
      await environment.advance(5000);
      expect(session.serverNow() - before).to.be.closeTo(605_000, 50);
      await environment.advance(2000);
      expect(session.state.outage).to.include({ reason: "wake" });
    });

    it("[C7] a wait is cut short, and an attempt that hangs is begun again", async () => {
      const { environment, server, session } = await connected();
      server.onDial = (connection) => connection.fail({ type: "unreachable" });
      server.last.close(1006);
      await environment.advance(12_000);
      const waiting = server.connections.length;
      await environment.signal("online");
      expect(server.connections.length).to.equal(waiting + 1);
      server.onDial = () => {};
      await environment.signal("online");
      const hanging = server.last;
      await environment.advance(1000);
      server.onDial = (connection) => server.letIn(connection);
      await environment.signal("online");
      expect(hanging.isAborted).to.equal(true);
      expect(session.status).to.equal("connected");
    });

    it("[C7] an attempt that has just begun is not begun again, however often the page wakes", async () => {
      const { environment, server, session } = await connected();
      server.onDial = () => {};
      server.last.close(1006);
      await environment.advance(250);
      const { length } = server.connections;
      for (let times = 0; times < 3; times++) await environment.signal("visible");
      expect(server.connections.length).to.equal(length);
      expect(session.state.outage?.attempts).to.equal(1);
      await environment.advance(600);
      await environment.signal("visible");
      expect(server.connections.length).to.equal(length + 1);
    });

    it("[C7] offline drops the connection, waits for online, and still tries, slowly: the browser may lie", async () => {
      const { environment, server, session } = await connected();
      server.onDial = (connection) => connection.fail({ type: "unreachable" });
      await environment.signal("offline");
      expect(session.state.outage).to.include({ reason: "offline" });
      expect(server.connections[0]?.isDropped).to.equal(true);
      await environment.advance(20_000);
      expect(server.connections.length - 1).to.be.within(2, 4);
      server.onDial = (connection) => server.letIn(connection);
      await environment.signal("online");
      expect(session.status).to.equal("connected");
    });

    it("[C7] a page that is left keeps its seat and its silence; shown again, it is back at once", async () => {
      const { environment, server, session, announced } = await connected();
      await environment.signal("suspended");
      expect(server.last.isDropped).to.equal(true);
      expect(server.last.hasLeft).to.equal(false);
      await environment.advance(20_000);
      expect(server.connections.length).to.equal(1);
      const returns: number[] = [];
      session.on("returned", ({ outageMs }) => returns.push(outageMs));
      await environment.signal("restored");
      await environment.advance(10);
      expect(session.status).to.equal("connected");
      expect(returns[0]).to.be.closeTo(20_000, 20);
      expect(story(announced)).to.deep.equal([
        "status reconnecting",
        "outage wake",
        "status connected",
        "returned socket",
      ]);
    });

    it("[C9] a page that is shown again takes the seat back from the tab that had it meanwhile", async () => {
      const browser = new FakeBrowser();
      const older = await connected({}, undefined, new FakeEnvironment(browser));
      const pending = reasonOf(older.session.publish("x", 1));
      await older.environment.signal("suspended");
      expect(browser.holders.size).to.equal(0);
      const newer = await connected({}, undefined, new FakeEnvironment(browser));
      await older.environment.signal("visible");
      await older.environment.signal("restored");
      await older.environment.advance(10);
      expect(older.session.status).to.equal("connected");
      expect(newer.session.state.endReason).to.equal("replaced");
      expect(await pending).to.equal("handed_over");
      expect(older.session.pendingPublishes).to.equal(1);
    });

    it("[C7] a page that is left while it reconnects tries on when it is shown again", async () => {
      const { environment, server, session } = await connected();
      server.onDial = (connection) => connection.fail({ type: "unreachable" });
      server.last.close(1006);
      await environment.advance(3000);
      await environment.signal("suspended");
      const before = server.connections.length;
      await environment.advance(60_000);
      expect(server.connections.length).to.equal(before);
      server.onDial = (connection) => server.letIn(connection);
      await environment.signal("restored");
      await environment.advance(10);
      expect(session.status).to.equal("connected");
    });
  });
});
