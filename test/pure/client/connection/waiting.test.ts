// A session that waits for a place in an event that is full.
import { expect } from "chai";
import type { FakeServer } from "../../../../harness/clients/fakes/fake-server.ts";
import { connected, rigged } from "../../../../harness/clients/fakes/fake-session.ts";

const full = { type: "refused", code: 409, sentence: "The event is full.", reason: "full" } as const;

/** Until there is a place it says no. */
const isFull = (server: FakeServer, retryAfterMs?: number): void => {
  server.onDial = (connection) => connection.fail({ ...full, retryAfterMs });
};

describe("a session that waits for a place", () => {
  it("[C35] asks again every 5 to 10 s, says that it is full, and is in when there is a place", async () => {
    const { environment, server, session } = rigged({ waitForPlace: true, giveUpAfterMs: 60_000 }, (fake) =>
      isFull(fake),
    );
    await environment.advance(10);
    expect(session.state).to.deep.equal({
      status: "connecting",
      code: 409,
      reason: "full",
      sentence: "The event is full.",
    });
    await environment.advance(600_000);
    expect(server.connections.length, "however long, it is not tried in vain").to.be.within(60, 122);
    const waits = server.connections
      .slice(1)
      .map(({ at }, index) => at - (server.connections[index]?.at ?? 0));
    expect(Math.min(...waits)).to.be.at.least(5000);
    server.onDial = (connection) => server.letIn(connection);
    await environment.advance(10_000);
    expect(session.state).to.deep.equal({ status: "connected" });
  });

  it("[C35] obeys the server's hint, and can be called off", async () => {
    const { environment, server, session } = rigged({ waitForPlace: true }, (fake) => isFull(fake, 500));
    await environment.advance(10_000);
    expect(server.connections.length).to.be.within(7, 20);
    await session.leave();
    expect(session.state).to.include({ status: "left", endReason: "consented" });
    const { length } = server.connections;
    await environment.advance(60_000);
    expect([server.connections.length, environment.timers]).to.deep.equal([length, 0]);
  });

  it("[C35] also who was in, and has lost the seat; and who is not asked to wait is refused", async () => {
    const { environment, server, session } = await connected({ waitForPlace: true });
    isFull(server);
    server.last.close(1006);
    await environment.advance(3000);
    expect(session.state).to.include({ status: "reconnecting", reason: "full", code: 409 });
    const other = rigged({}, (fake) => isFull(fake));
    await other.environment.advance(10);
    expect(other.session.state).to.include({ status: "failed", endReason: "refused", reason: "full" });
  });
});
