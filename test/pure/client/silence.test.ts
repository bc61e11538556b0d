// When a connection is given up without being closed: silence, waking, a network or a page that is gone.
import { expect } from "chai";
import { FakeBrowser, FakeEnvironment } from "../../../harness/clients/fake-environment.ts";
import { connected, story } from "../../../harness/clients/fake-session.ts";

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fulfilled",
    (error: { reason?: string; message: string }) => error.reason ?? error.message,
  );

describe("client session", () => {
  describe("silence", () => {
    it("[C6] beats at the state's interval; a dead path under an open socket is noticed in 15 s", async () => {
      const { environment, server, session } = await connected();
      await environment.advance(30_500);
      expect(server.last.sentOf("heartbeat").length).to.equal(3);
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
