// What ends an outage before it ends by itself: leave(), reconnectNow() and what listeners do.
import { expect } from "chai";
import { connected } from "../../../harness/clients/fakes/fake-session.ts";

describe("client session", () => {
  describe("the end of an outage", () => {
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

    it("[C1] reconnectNow() cuts a wait short, starts again after failed, and asks again after a kick", async () => {
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
      expect(session.state.endReason).to.equal("kicked");
      session.reconnectNow();
      await environment.advance(10);
      expect(session.status, "its host has let it in again").to.equal("connected");
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

    it("[C1] who leaves when an attempt begins is not connected by it, and leaves no timer", async () => {
      const { environment, server, session } = await connected();
      session.on("status", ({ outage }) => {
        if (outage?.attempts === 1) void session.leave();
      });
      server.last.close(1006);
      await environment.advance(250);
      expect(session.state).to.include({ status: "left", endReason: "consented" });
      expect(server.connections.map(({ target }) => target.path)).to.deep.equal(["join", "token"]);
      expect(server.last.hasLeft).to.equal(true);
      await environment.advance(10);
      expect([environment.timers, environment.listeners]).to.deep.equal([0, 0]);
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
});
