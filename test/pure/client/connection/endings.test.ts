// How a session comes to an end, and how it does not: the retry budget over many connections, what happened while it was away,
// what listeners do in the middle of an announcement, and the page that is left.
import { expect } from "chai";
import type { OutageReason } from "../../../../src/client/types/index.ts";
import type { RefusalReason } from "../../../../src/protocol/refusal.ts";
import { FakeEnvironment } from "../../../../harness/clients/fakes/fake-environment.ts";
import { connected, rigged } from "../../../../harness/clients/fakes/fake-session.ts";

describe("client retry budget", () => {
  it("[C5] a server that lets in and throws out again, for ever, is given up in time", async () => {
    const { environment, server, session } = await connected({ giveUpAfterMs: 60_000 });
    server.received = () => {};
    server.onDial = (connection) => {
      server.letIn(connection);
      setImmediate(() => connection.close(4503));
    };
    server.last.close(1006);
    await environment.advance(55_000);
    expect(session.status).to.equal("reconnecting");
    expect(server.connections.length, "and not hammered").to.be.below(40);
    await environment.advance(15_000);
    expect(session.state).to.include({ status: "failed", endReason: "unreachable" });
    expect([environment.timers, environment.listeners]).to.deep.equal([0, 0]);
  });

  it("[C5] a connection that was of use begins it anew", async () => {
    const { environment, server, session } = await connected({ giveUpAfterMs: 60_000 });
    for (let outage = 0; outage < 5; outage++) {
      server.onDial = (connection) => connection.fail({ type: "unreachable" });
      server.last.close(1006);
      await environment.advance(40_000);
      server.onDial = (connection) => server.letIn(connection);
      await environment.advance(10_000);
      expect(session.status).to.equal("connected");
    }
  });

  it("[C5] time without a network is not spent; when it is back there is as much left as before", async () => {
    const { environment, server, session } = await connected({ giveUpAfterMs: 60_000 });
    server.onDial = (connection) => connection.fail({ type: "unreachable" });
    await environment.signal("offline");
    await environment.advance(3_600_000);
    expect(session.status).to.equal("reconnecting");
    await environment.signal("online");
    await environment.advance(50_000);
    expect(session.status).to.equal("reconnecting");
    await environment.advance(20_000);
    expect(session.state).to.include({ status: "failed", endReason: "unreachable" });
  });
});

describe("client that was away when it ended", () => {
  const away = async (code: number, reason: RefusalReason) => {
    const { environment, server, session } = await connected();
    server.onDial = (connection) => connection.fail({ type: "refused", code, reason, sentence: "No" });
    server.last.close(1006);
    void session.publish("say", 1);
    await environment.advance(1000);
    return session;
  };

  it("[C4] the event's end is the same as for those who were there, and empties the outbox", async () => {
    const session = await away(410, "closed");
    expect(session.state).to.include({
      status: "left",
      endReason: "event_closed",
      code: 410,
      reason: "closed",
    });
    expect(session.pendingPublishes).to.equal(0);
  });

  it("[C4] so is a kick; any other 403 is a refusal", async () => {
    const kicked = await away(403, "kicked");
    expect(kicked.state).to.include({ status: "left", endReason: "kicked", code: 403 });
    const refused = await away(403, "wrong_event");
    expect(refused.state).to.include({
      status: "failed",
      endReason: "refused",
      code: 403,
      reason: "wrong_event",
    });
  });

  it("[B105] who was removed may ask again, is told the same, or joins as someone new", async () => {
    const { environment, server, session } = await connected();
    let isRemoved = true;
    server.last.close(4500);
    expect(session.state).to.include({ status: "left", endReason: "kicked" });
    const dialsBefore = server.connections.length;
    server.onDial = (connection) => {
      if (isRemoved)
        connection.fail({
          type: "refused",
          code: 403,
          reason: "kicked",
          sentence: "This device was removed",
        });
      else server.letIn(connection);
    };
    await environment.advance(600_000);
    expect(server.connections.length, "never by itself").to.equal(dialsBefore);
    session.reconnectNow();
    await environment.advance(1000);
    expect(session.state).to.include({ status: "left", endReason: "kicked", code: 403 });
    isRemoved = false;
    session.reconnectNow();
    await environment.advance(1000);
    expect(session.status).to.equal("connected");
    await session.joined();
    void session.publish("say", 1);
    expect(session.pendingPublishes).to.equal(1);
  });

  it("[C4] who never was in is refused", async () => {
    const { environment, session } = rigged({}, (server) => {
      server.onDial = (connection) =>
        connection.fail({ type: "refused", code: 410, sentence: "The event is closed", reason: "closed" });
    });
    await environment.advance(1000);
    expect(session.state).to.include({ status: "failed", endReason: "refused", code: 410 });
  });
});

describe("client listeners", () => {
  it("[C1] all receive the same in the same order, whatever one of them does", async () => {
    const { environment, session } = rigged();
    const received: string[] = [];
    session.on("status", ({ status }) => {
      if (status === "connected") void session.leave();
    });
    session.on("status", ({ status }) => received.push(status));
    await environment.advance(20);
    expect(received).to.deep.equal(["connected", "left"]);
  });

  it("[C1] who left on being connected again has not returned", async () => {
    const { environment, server, session, announced } = await connected();
    session.on("status", ({ status }) => {
      if (status === "connected") void session.leave();
    });
    server.last.close(1006);
    await environment.advance(1000);
    expect(announced).to.include("status left consented");
    expect(announced.filter((text) => text.startsWith("returned"))).to.deep.equal([]);
  });
});

describe("client leave()", () => {
  it("[C1] leaves no timer behind, also before a room that does not answer has been given up", async () => {
    const { environment, session } = rigged({}, (server) => {
      server.isOld = true;
    });
    await environment.advance(10);
    expect(session.status).to.equal("connected");
    await session.leave();
    expect([environment.timers, environment.listeners]).to.deep.equal([0, 0]);
  });

  it("[C1] called twice, resolves twice when the server knows", async () => {
    const { environment, server, session } = await connected();
    server.onDial = () => {};
    server.last.close(1006);
    let done = 0;
    for (let call = 0; call < 2; call++) void session.leave().then(() => (done += 1));
    await environment.advance(4000);
    expect(done).to.equal(0);
    await environment.advance(2000);
    expect(done).to.equal(2);
    expect(server.open).to.deep.equal([]);
  });
});

describe("client page that is left, and goes on", () => {
  it("[C7] does not call itself connected, and comes back when asked, without a signal of the browser", async () => {
    const { environment, server, session } = await connected();
    await environment.signal("suspended");
    expect(session.state).to.have.nested.property("outage.reason", "wake");
    expect(session.send("wave")).to.equal(false);
    await environment.advance(60_000);
    expect([session.status, server.connections.length]).to.deep.equal(["reconnecting", 1]);
    session.reconnectNow();
    await environment.advance(10);
    expect([session.status, server.connections.length]).to.deep.equal(["connected", 2]);
  });

  it("[C7] and can be left for good", async () => {
    const { environment, server, session } = await connected();
    await environment.signal("suspended");
    await session.leave();
    expect(server.last.target.path).to.equal("token");
    expect(server.last.hasLeft).to.equal(true);
    expect([environment.timers, environment.listeners]).to.deep.equal([0, 0]);
  });
});

describe("client outage reason", () => {
  it("[C1] says that the server restarts only when the server has said so", async () => {
    for (const [code, reason] of [
      [4001, "server_restart"],
      [4010, "connection_lost"], // also after a missed heartbeat
      [1006, "connection_lost"],
    ] as [number, OutageReason][]) {
      const { server, session } = await connected();
      server.last.close(code);
      expect(session.state.outage?.reason, String(code)).to.equal(reason);
    }
  });
});

describe("client options", () => {
  it("[C1] an event without a name is the caller's mistake, and said so", () => {
    for (const eventId of [undefined, "", 7] as never[])
      expect(() => rigged({ eventId }, undefined, new FakeEnvironment())).to.throw(TypeError, /eventId/);
  });
});
