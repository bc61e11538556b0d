// A session on a network on which an answer takes longer than one attempt usually may.
import { expect } from "chai";
import type { FakeEnvironment } from "../../../harness/clients/fakes/fake-environment.ts";
import type { FakeServer } from "../../../harness/clients/fakes/fake-server.ts";
import { connected, rigged } from "../../../harness/clients/fakes/fake-session.ts";
import { AttemptTimes } from "../../../src/client/connection/attempt-times.ts";

function answerAfter(delayMs: number, server: FakeServer, environment: FakeEnvironment): void {
  server.onDial = (connection) => {
    environment.after(delayMs, () => {
      if (connection.isOpen) server.letIn(connection);
    });
  };
}

describe("a session on a slow network", () => {
  it("[C38] is let in where a join takes 12 s, and comes back as well", async () => {
    const { environment, server, session } = rigged({}, (fake, its) => answerAfter(12_000, fake, its));
    await environment.advance(40_000);
    expect(session.status).to.equal("connected");
    const tried = server.connections.length;
    expect(tried, "5 s, 10 s and 15 s").to.equal(3);
    server.last.close(1006);
    await environment.advance(13_000);
    expect(session.status, "at the first attempt").to.equal("connected");
    expect(server.connections.length - tried).to.equal(1);
  });

  it("[C38] comes back where the network has become slow meanwhile", async () => {
    const { environment, server, session } = await connected();
    answerAfter(8000, server, environment);
    server.last.close(1006);
    await environment.advance(22_000);
    expect(session.status).to.equal("connected");
    expect(server.connections.length, "the first, 5 s, 5 s, and 10 s").to.equal(4);
  });

  it("[C38] with a seat a dead path costs an attempt the usual time, and never more than twice", () => {
    const times = new AttemptTimes(5000);
    const limits = [1, 2, 3, 4, 5, 6].map(() => {
      const limitMs = times.limitMs(true);
      times.tookTooLong();
      return limitMs;
    });
    expect(limits).to.deep.equal([5000, 5000, 10_000, 10_000, 10_000, 10_000]);
    expect(times.limitMs(false)).to.equal(15_000);
    times.joined(100);
    expect([times.limitMs(true), times.limitMs(false)]).to.deep.equal([5000, 5000]);
    times.joined(60_000);
    expect(times.limitMs(true), "not without an end").to.equal(15_000);
  });
});
