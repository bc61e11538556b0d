// Which part a message is for: ours by their names and only as objects, all others are a room author's.
import { expect } from "chai";
import { connected } from "../../../harness/clients/fakes/fake-session.ts";

describe("client message router", () => {
  it("[C1] gives an author every message that is not ours, whatever its payload", async () => {
    const { server, session } = await connected();
    const received: unknown[] = [];
    for (const type of ["news", "participant_waved", "constructor", "heartbeat_acknowledged"])
      session.onMessage(type, (payload) => received.push([type, payload]));
    server.last.message("news", null);
    server.last.message("participant_waved", 1);
    server.last.message("constructor", { a: 1 });
    server.last.message("heartbeat_acknowledged", undefined);
    expect(received).to.deep.equal([
      ["news", null],
      ["participant_waved", 1],
      ["constructor", { a: 1 }],
      ["heartbeat_acknowledged", undefined],
    ]);
  });

  it("[G3] what has a place in the history is an announcement; without one it is an author's message of that name", async () => {
    const { server, session } = await connected();
    const [messages, announcements]: [unknown[], unknown[]] = [[], []];
    session.onMessage("announcement", (payload) => messages.push(payload));
    session.on("announcement", (event) => announcements.push(event));
    const own = [{ type: "x", seq: 1 }, "text", null, undefined];
    for (const payload of own) server.last.message("announcement", payload);
    const ours = { type: "round", payload: { n: 1 }, epoch: 1, seq: 1, at: 5 };
    server.last.message("announcement", ours);
    expect(messages).to.deep.equal(own);
    expect(announcements).to.deep.equal([ours]);
  });

  it("[C1] ignores what bears a name of ours and is no object, and shows ours to no author", async () => {
    const { environment, server, session, announced } = await connected();
    const received: unknown[] = [];
    const ours = ["heartbeat_ack", "presence_resumed", "outbox_ack", "participant_left"];
    for (const type of ours) {
      session.onMessage(type, (payload) => received.push(payload));
      for (const payload of [null, undefined, 7, "text"]) server.last.message(type, payload);
    }
    const payload = { device_id: "you", user_id: "you", reason: "kicked" };
    server.last.message("participant_left", payload);
    server.last.message("heartbeat_ack", { server_time: 1 });
    await environment.advance(10);
    expect(received).to.deep.equal([]);
    expect(announced).to.deep.equal(["participant_left kicked you"]);
    expect(session.status).to.equal("connected");
  });
});
