// The session's one machine, with time, network and page in the test's hand.
import { expect } from "chai";
import { SessionEndedError } from "../../../src/client/errors.ts";
import { breathe, FakeBrowser, FakeEnvironment } from "../../../harness/clients/fake-environment.ts";
import { stateOf } from "../../../harness/clients/fake-server.ts";
import { connected, rigged, story } from "../../../harness/clients/fake-session.ts";

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fulfilled",
    (error: { reason?: string; message: string }) => error.reason ?? error.message,
  );

describe("client session", () => {
  describe("joining", () => {
    it("[C1] is connecting at once, connected with its roster, and resolves joined()", async () => {
      const { environment, server, session, announced } = rigged();
      expect(session.status).to.equal("connecting");
      await environment.advance(10);
      await session.joined();
      expect(announced).to.deep.equal(["roster", "status connected"]);
      expect([...session.roster.keys()]).to.deep.equal(["me"]);
      expect(session.gracePeriodMs).to.equal(30_000);
      expect(server.last.target).to.deep.equal({
        path: "join",
        options: { event_id: "e", device_id: "me", session_token: "t" },
      });
    });

    it("[C3] is tried again until it is answered", async () => {
      const { environment, server, session } = rigged({}, (fake) => {
        fake.onDial = (connection) =>
          fake.connections.length < 4 ? connection.fail({ type: "unreachable" }) : fake.letIn(connection);
      });
      await environment.advance(10_000);
      expect(session.status).to.equal("connected");
      expect(server.connections.map(({ target }) => target.path)).to.deep.equal([
        "join",
        "join",
        "join",
        "join",
      ]);
    });

    it("[C4] a refusal fails it with code and sentence; nothing is tried again, and nothing runs on", async () => {
      const { environment, server, session, announced } = rigged({}, (fake) => {
        fake.onDial = (connection) => connection.fail({ type: "refused", code: 403, sentence: "Kicked" });
      });
      const joined = session.joined();
      await environment.advance(60_000);
      for (const signal of ["online", "visible", "restored"] as const) await environment.signal(signal);
      await environment.advance(60_000);
      expect(session.state).to.include({
        status: "failed",
        endReason: "refused",
        code: 403,
        sentence: "Kicked",
      });
      expect(announced).to.deep.equal(["outbox 0", "status failed refused"]);
      expect(server.connections.length).to.equal(1);
      const error = await joined.catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(SessionEndedError).and.include({ reason: "refused", code: 403 });
      expect([environment.timers, environment.listeners]).to.deep.equal([0, 0]);
    });

    it("[C4] an expired token is asked for once more, then it is over", async () => {
      let asked = 0;
      const { environment, server, session } = rigged({ sessionToken: () => `token ${++asked}` }, (fake) => {
        fake.onDial = (connection) => connection.fail({ type: "refused", code: 401, sentence: "Expired" });
      });
      await environment.advance(60_000);
      expect(
        server.connections.map(({ target }) => (target as never as { options: object }).options),
      ).to.deep.equal([
        { event_id: "e", device_id: "me", session_token: "token 1" },
        { event_id: "e", device_id: "me", session_token: "token 2" },
      ]);
      expect(session.state).to.include({ status: "failed", code: 401 });
    });

    it("[C4] a renewed token that works is all it takes", async () => {
      let asked = 0;
      const { environment, session } = rigged({ sessionToken: () => `token ${++asked}` }, (fake) => {
        fake.onDial = (connection) =>
          asked === 1
            ? connection.fail({ type: "refused", code: 401, sentence: "Expired" })
            : fake.letIn(connection);
      });
      await environment.advance(10);
      expect(session.status).to.equal("connected");
    });

    it("[C5] nobody answers: unreachable after giveUpAfterMs, and joined() rejects", async () => {
      const { environment, server, session } = rigged({ giveUpAfterMs: 60_000 }, (fake) => {
        fake.isSilent = true;
      });
      const joined = reasonOf(session.joined());
      await environment.advance(55_000);
      expect(session.status).to.equal("connecting");
      await environment.advance(15_000);
      expect(session.state).to.include({ status: "failed", endReason: "unreachable" });
      expect(await joined).to.equal("unreachable");
      expect(server.open).to.deep.equal([]);
    });

    it("[C5] a night asleep does not use up the retry budget", async () => {
      const { environment, server, session } = rigged({ giveUpAfterMs: 60_000 }, (fake) => {
        fake.isSilent = true;
      });
      await environment.advance(20_000);
      await environment.stall(8 * 3_600_000);
      expect(session.status).to.equal("connecting");
      server.isSilent = false;
      await environment.advance(10_000);
      expect(session.status).to.equal("connected");
    });

    it("[C5] a token function that fails is asked again, not an end", async () => {
      let asked = 0;
      const sessionToken = () => {
        asked += 1;
        return asked < 3 ? Promise.reject(new Error("the login server is away")) : Promise.resolve("t");
      };
      const { environment, session } = rigged({ sessionToken });
      await environment.advance(10_000);
      expect(session.status).to.equal("connected");
    });

    it("[C1] leaving before the answer calls the attempt off", async () => {
      const { environment, server, session } = rigged({}, (fake) => {
        fake.isSilent = true;
      });
      await environment.advance(100);
      void session.leave();
      await environment.advance(100);
      expect(server.last.isAborted).to.equal(true);
      expect(session.state).to.include({ status: "left", endReason: "consented" });
      await environment.advance(60_000);
      expect(server.connections.length).to.equal(1);
    });
  });

  describe("an outage", () => {
    it("[C1] is announced once, and its end once, by the first path that works", async () => {
      const { environment, server, session, announced } = await connected();
      server.last.close(1006);
      expect(session.state.outage).to.include({ reason: "connection_lost", attempts: 0 });
      await environment.advance(250);
      expect(story(announced)).to.deep.equal([
        "status reconnecting",
        "outage connection_lost",
        "status connected",
        "returned socket",
      ]);
      expect(server.connections.map(({ target }) => target.path)).to.deep.equal(["join", "socket"]);
    });

    it("[C1] stays one outage over connections that die before they have caught up", async () => {
      const { environment, server, announced } = await connected();
      server.onDial = (connection) => {
        const count = server.connections.length;
        if (count === 2) connection.fail({ type: "unreachable" });
        else if (count === 3) connection.accept();
        else if (count === 4) {
          connection.accept();
          connection.close(1006);
        } else server.letIn(connection);
      };
      server.last.close(1006);
      await environment.advance(30_000);
      expect(story(announced)).to.deep.equal([
        "status reconnecting",
        "outage connection_lost",
        "status connected",
        "returned token",
      ]);
      expect(server.open.length).to.equal(1);
    });

    it("[C3] socket, then the token over HTTP, then a join, each as soon as the one before is refused", async () => {
      const { environment, server, announced } = await connected();
      server.onDial = (connection) => {
        if (connection.target.path === "socket")
          connection.fail({ type: "closed", code: 4003, sentence: "" });
        else if (connection.target.path === "token")
          connection.fail({ type: "refused", code: 401, sentence: "" });
        else server.letIn(connection);
      };
      server.last.close(1006);
      await environment.advance(250);
      expect(server.connections.slice(1).map(({ target }) => target.path)).to.deep.equal([
        "socket",
        "token",
        "join",
      ]);
      expect(announced.at(-1)).to.equal("returned join");
    });

    it("[C24] no time forgets a token, only the server's refusal; a join brings a new seat then", async () => {
      const { environment, server, session } = await connected();
      const returns: unknown[] = [];
      session.on("returned", (returned) => returns.push(returned));
      server.onDial = (connection) => connection.fail({ type: "unreachable" });
      server.last.close(1006);
      await environment.advance(29_000);
      expect(new Set(server.connections.slice(2).map(({ target }) => target.path))).to.deep.equal(
        new Set(["token"]),
      );
      await environment.advance(60_000);
      expect(server.last.target.path, "the server was away, and charges nobody for it").to.equal("token");
      server.onDial = (connection) => {
        if (connection.target.path === "join") server.letIn(connection);
        else connection.fail({ type: "refused", code: 401, reason: "seat_gone", sentence: "Gone" });
      };
      server.state = stateOf([["me", { joined_at: 2000 }]]);
      await environment.advance(6000);
      expect(server.connections.slice(-2).map(({ target }) => target.path)).to.deep.equal(["token", "join"]);
      expect(returns).to.have.nested.property("0.isNewSeat", true);
      expect(returns).to.have.nested.property("0.path", "join");
    });

    it("[C3] attempts never overlap: one that timed out is called off before the next", async () => {
      const { environment, server } = await connected();
      server.isSilent = true;
      server.last.close(1006);
      let worst = 0;
      for (let turn = 0; turn < 400; turn++) {
        await environment.advance(100);
        worst = Math.max(worst, server.open.length);
      }
      expect(worst).to.equal(1);
      expect(server.connections.length).to.be.within(7, 12);
    });

    it("[C4] kicked, replaced, closed and left by another's request are final, each announced once", async () => {
      for (const [code, reason] of [
        [4000, "consented"],
        [4500, "kicked"],
        [4501, "replaced"],
        [4502, "event_closed"],
      ] as const) {
        const { environment, server, session, announced } = await connected();
        server.last.close(code);
        for (const signal of ["online", "visible"] as const) await environment.signal(signal);
        await environment.advance(120_000);
        expect(session.state).to.include({ status: "left", endReason: reason, code });
        expect(announced.filter((word) => word.startsWith("status"))).to.deep.equal([
          `status left ${reason}`,
        ]);
        expect(server.connections.length, reason).to.equal(1);
        expect([environment.timers, environment.listeners]).to.deep.equal([0, 0]);
      }
    });

    it("[C4] a kick that is learned on the way back ends it, too", async () => {
      const { environment, server, session } = await connected();
      server.onDial = (connection) =>
        connection.target.path === "join"
          ? connection.fail({ type: "refused", code: 403, reason: "kicked", sentence: "Kicked" })
          : connection.fail({ type: "refused", code: 401, reason: "seat_gone", sentence: "" });
      server.last.close(1006);
      await environment.advance(1000);
      expect(session.state).to.include({ status: "left", endReason: "kicked", code: 403 });
    });

    it("[C25] a refusal without a reason ends no session that was in: it asks on, and is back", async () => {
      for (const code of [400, 401, 403, 404, 409, 410, 413]) {
        const { environment, server, session, announced } = await connected();
        server.onDial = (connection) => connection.fail({ type: "refused", code, sentence: "Forbidden" });
        server.last.close(1006);
        await environment.advance(30_000);
        expect(session.status, String(code)).to.equal("reconnecting");
        expect(server.connections.length, "and not hammered").to.be.within(6, 40);
        server.onDial = (connection) => server.letIn(connection);
        await environment.advance(6000);
        expect(session.status).to.equal("connected");
        expect(announced.filter((word) => word.startsWith("returned"))).to.deep.equal(["returned join"]);
      }
    });

    it("[C25] who never was in is refused by it, as by a server of version 0.1", async () => {
      const { environment, session } = rigged({}, (server) => {
        server.onDial = (connection) =>
          connection.fail({ type: "refused", code: 410, sentence: "The event is closed" });
      });
      await environment.advance(1000);
      expect(session.state).to.include({ status: "failed", endReason: "refused", code: 410 });
    });

    it("[C24] lasts as long as it did, whatever the clocks say meanwhile, and its token is kept", async () => {
      for (const jumpMs of [-3_600_000, 3_600_000]) {
        const { environment, server, session } = await connected();
        const outages: number[] = [];
        session.on("returned", ({ outageMs }) => outages.push(outageMs));
        await environment.advance(6000);
        server.onDial = (connection) => connection.fail({ type: "unreachable" });
        server.last.close(1006);
        await environment.advance(8000);
        const shift = 1_800_000_000_000 + jumpMs; // the server is started again, on another machine
        server.resume = () => ({ epoch: 2, server_time: server.now() + shift });
        server.onDial = (connection) => server.letIn(connection);
        await environment.advance(6000);
        expect(session.status).to.equal("connected");
        expect(outages).to.have.length(1);
        expect(outages[0]).to.be.within(8000, 14_000);
        expect(server.last.target.path).to.equal("token");
        expect(session.serverNow()).to.be.closeTo(environment.now() + shift, 1000);
      }
    });

    it("[C24] a device whose clock is set back in an outage has neither slept nor lost its token", async () => {
      const { environment, server, session } = await connected();
      const outages: number[] = [];
      session.on("returned", ({ outageMs }) => outages.push(outageMs));
      server.onDial = (connection) => connection.fail({ type: "unreachable" });
      server.last.close(1006);
      const before = session.serverNow();
      await environment.stall(-3_600_000, { isSleep: true });
      await environment.advance(11_000);
      expect(session.serverNow() - before).to.be.within(10_999, 11_001);
      await environment.stall(3_600_000, { isSleep: true }); // asleep, or set right again: nobody can tell
      await environment.advance(6000);
      expect(server.last.target.path).to.equal("token");
      server.onDial = (connection) => server.letIn(connection);
      await environment.advance(6000);
      expect(outages[0]).to.be.within(3_617_000, 3_623_100);
      expect(session.serverNow()).to.be.closeTo(environment.now() + 1_800_000_000_000, 1000);
    });

    it("[C28] who was closed for sending too much comes back after a pause, by its token", async () => {
      const { environment, server, session } = await connected();
      server.last.close(4503);
      await environment.advance(990);
      expect([session.status, server.connections.length]).to.deep.equal(["reconnecting", 1]);
      await environment.advance(1100);
      expect(session.status).to.equal("connected");
      expect(server.last.target.path).to.equal("socket");
    });

    it("[C1] a server that lets in and closes at once is not hammered", async () => {
      const { environment, server } = await connected();
      server.onDial = (connection) => {
        connection.accept();
        setImmediate(() => {
          connection.state(server.state);
          connection.close(1011);
        });
      };
      server.last.close(1006);
      await environment.advance(60_000);
      expect(server.connections.length).to.be.below(40);
    });

    it("[C1] leave() during an outage tells the server if it can, and never joins to do so", async () => {
      const { environment, server, session } = await connected();
      server.onDial = (connection) => connection.fail({ type: "unreachable" });
      server.last.close(1006);
      await environment.advance(3000);
      const before = server.connections.length;
      server.onDial = (connection) => server.letIn(connection);
      const left = session.leave();
      await environment.advance(10);
      await left;
      expect(server.connections.slice(before).map(({ target }) => target.path)).to.deep.equal(["token"]);
      expect(server.last.hasLeft).to.equal(true);
      expect(session.status).to.equal("left");
    });

    it("[C5] leave() resolves when nobody answers, too", async () => {
      const { environment, server, session } = await connected();
      server.isSilent = true;
      server.last.close(1006);
      await environment.advance(3000);
      const left = session.leave();
      await environment.advance(6000);
      await left;
      expect(server.open).to.deep.equal([]);
    });

    it("[C1] reconnectNow() cuts a wait short, starts again after failed, and does nothing after a kick", async () => {
      const { environment, server, session } = await connected({ giveUpAfterMs: 30_000 });
      server.onDial = (connection) => connection.fail({ type: "unreachable" });
      server.last.close(1006);
      await environment.advance(60_000);
      expect(session.state).to.include({ status: "failed", endReason: "unreachable" });
      server.onDial = (connection) => server.letIn(connection);
      session.reconnectNow();
      expect(session.status).to.equal("reconnecting");
      await environment.advance(10);
      expect(session.status).to.equal("connected");
      session.reconnectNow();
      expect(session.state.outage?.reason).to.equal("asked");
      await environment.advance(10);
      expect(session.status).to.equal("connected");
      server.last.close(4500);
      session.reconnectNow();
      await environment.advance(10);
      expect(session.state.endReason).to.equal("kicked");
    });

    it("[C1] an application's error in a listener neither stops the others nor the session", async () => {
      const { environment, server, session, announced } = await connected();
      session.on("status", () => {
        throw new Error("an application's own");
      });
      server.last.close(1006);
      await environment.advance(250);
      expect(session.status).to.equal("connected");
      expect(announced).to.include("returned socket");
      expect(environment.reported.length).to.be.above(1);
    });

    it("[C1] a listener that leaves during the outage is obeyed", async () => {
      const { environment, server, session } = await connected();
      session.on("outage", () => void session.leave());
      server.last.close(1006);
      await environment.advance(20_000);
      expect(session.status).to.equal("left");
      expect(server.connections.slice(1).every(({ target }) => target.path === "token")).to.equal(true);
    });
  });

  describe("an end in the middle of an announcement", () => {
    it("[C1] who leaves when the status is announced is announced no outage after it", async () => {
      const { environment, server, session, announced } = await connected();
      session.on("status", ({ status }) => {
        if (status === "reconnecting") void session.leave();
      });
      server.last.close(1006);
      await environment.advance(20_000);
      expect(announced.filter((word) => !word.startsWith("outbox"))).to.have.members([
        "status reconnecting",
        "status left consented",
      ]);
    });
  });

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

  describe("tabs", () => {
    it("[C9] the newest tab has the seat; the older one ends as replaced, leaves its socket to the server without leaving, and takes it back when asked", async () => {
      const browser = new FakeBrowser();
      const older = await connected({}, undefined, new FakeEnvironment(browser));
      const pending = reasonOf(older.session.publish("x", 1));
      const newer = await connected({}, undefined, new FakeEnvironment(browser));
      await breathe();
      expect(older.session.state).to.include({ status: "left", endReason: "replaced" });
      expect(older.server.last).to.include({ isDropped: false, hasLeft: false });
      expect(await pending).to.equal("handed_over");
      expect(await reasonOf(older.session.publish("x", 2))).to.equal("handed_over");
      expect(newer.session.pendingPublishes).to.equal(1);
      older.session.reconnectNow();
      await older.environment.advance(10);
      expect(older.session.status).to.equal("connected");
      expect(newer.session.state).to.include({ status: "left", endReason: "replaced" });
    });

    it("[C9] without locks the outbox still has one owner, and the older tab learns it when it publishes", async () => {
      const browser = new FakeBrowser();
      browser.hasLocks = false;
      const older = await connected({}, undefined, new FakeEnvironment(browser));
      const newer = await connected({}, undefined, new FakeEnvironment(browser));
      expect(await reasonOf(older.session.publish("x", 2))).to.equal("handed_over");
      expect(older.session.state).to.include({ status: "left", endReason: "replaced" });
      expect(newer.session.status).to.equal("connected");
    });

    it("[C9] observers have no seat: any number of tabs may watch", async () => {
      const browser = new FakeBrowser();
      const one = await connected({ role: "observer" }, undefined, new FakeEnvironment(browser));
      await connected({ role: "observer" }, undefined, new FakeEnvironment(browser));
      await breathe();
      expect(one.session.status).to.equal("connected");
      expect(await reasonOf(one.session.publish("x"))).to.equal("refused");
    });
  });

  describe("a room that is older than the client", () => {
    it("[C10] holds up the first return for 3 s, later ones not at all", async () => {
      const { environment, server, session, announced } = await connected({}, (fake) => {
        fake.isOld = true;
      });
      server.last.close(1006);
      await environment.advance(2500);
      expect(session.status).to.equal("reconnecting");
      await environment.advance(1000);
      expect(session.status).to.equal("connected");
      expect(announced.at(-1)).to.equal("returned socket");
      server.last.close(1006);
      await environment.advance(250);
      expect(session.status).to.equal("connected");
    });
  });

  it("[C10] what was missed is announced before the return is", async () => {
    const { environment, server, session, announced } = await connected({}, (fake) => {
      fake.resume = ({ seq }) => ({
        resumed: seq !== undefined,
        seq: seq === undefined ? 3 : 4,
        events: [
          { type: "participant_joined", payload: { device_id: "you", user_id: "u", epoch: 1, seq: 4 } },
        ],
      });
    });
    const returns: unknown[] = [];
    session.on("returned", ({ resumed }) => returns.push(resumed));
    await environment.advance(10);
    server.last.close(1006);
    await environment.advance(250);
    expect(story(announced)).to.deep.equal([
      "status reconnecting",
      "outage connection_lost",
      "participant_joined you",
      "status connected",
      "returned socket",
    ]);
    expect(returns).to.deep.equal([true]);
  });

  it("[C10] a hole in the middle of a connection that cannot be filled is announced, once, before what comes after it", async () => {
    let seq = 3;
    const { environment, server, announced } = await connected({}, (fake) => {
      fake.resume = () => ({ seq });
    });
    const joins = (device_id: string, at: number) =>
      server.last.message("participant_joined", { device_id, user_id: "u", epoch: 1, seq: at });
    joins("four", 4);
    joins("seven", 7);
    seq = 7;
    await environment.advance(500);
    joins("eight", 8);
    await environment.advance(2000);
    expect(announced).to.deep.equal(["participant_joined four", "presence_gap", "participant_joined eight"]);
  });

  it("[C1] send() says whether it was sent; a frame that would close the socket is not sent", async () => {
    const { server, session } = await connected();
    expect(session.send("wave", { hand: "left" })).to.equal(true);
    expect(server.last.sentOf("wave")).to.deep.equal([{ hand: "left" }]);
    expect(() => session.send("wave", "x".repeat(5000))).to.throw(RangeError);
    server.last.close(1006);
    expect(session.send("wave")).to.equal(false);
    expect(await reasonOf(session.request("wave"))).to.equal("Not connected.");
  });

  it("[C1] an author's messages reach their listeners over all connections, whatever they are called", async () => {
    const { environment, server, session } = await connected();
    const received: unknown[] = [];
    for (const type of ["constructor", "__proto__", "news"])
      session.onMessage(type, (payload) => received.push(payload));
    for (const type of ["constructor", "__proto__", "news", "unheard"])
      server.last.message(type, `1 ${type}`);
    server.last.close(1006);
    await environment.advance(250);
    server.last.message("news", "2");
    server.last.message("participant_left", "nonsense");
    server.last.message("presence_resumed", null);
    expect(received).to.deep.equal(["1 constructor", "1 __proto__", "1 news", "2"]);
  });
});
