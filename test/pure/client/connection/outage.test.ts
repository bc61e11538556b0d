// An outage of a session, from the drop to the return or the end, over any number of attempts.
import { expect } from "chai";
import { stateOf } from "../../../../harness/clients/fakes/fake-server.ts";
import { connected, rigged, story } from "../../../../harness/clients/fakes/fake-session.ts";

describe("client session", () => {
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
      expect(server.connections.length).to.be.within(5, 8);
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
        server.clockOffsetMs += jumpMs; // the server is started again, on another machine
        server.resume = () => ({ epoch: 2 });
        server.onDial = (connection) => server.letIn(connection);
        await environment.advance(6000);
        expect(session.status).to.equal("connected");
        expect(outages).to.have.length(1);
        expect(outages[0]).to.be.within(8000, 14_000);
        expect(server.last.target.path).to.equal("token");
        expect(session.serverNow()).to.be.closeTo(environment.now() + server.clockOffsetMs, 1000);
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
  });
});
