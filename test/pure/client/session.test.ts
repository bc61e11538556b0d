// How a session begins, and what it passes on to its application; time, network and page are in the test's hand.
import { expect } from "chai";
import { SessionEndedError } from "../../../src/client/errors.ts";
import { connected, rigged, story } from "../../../harness/clients/fakes/fake-session.ts";

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
      await environment.advance(16_000);
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
