// Clients of different makers join, drop, come back and leave through a proxy that records what passes; a reader that knows the
// published JSON Schemas only says whether every line is what they say. Real sockets, the stock SDK, our client, no package.
import "../../../harness/clients/use-ws.ts";
import type { Duplex } from "node:stream";
import { expect } from "chai";
import { PointsRoom } from "../../../examples/raw-client/PointsRoom.ts";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { ask, askToJoin } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { longWaitMs, until } from "../../../harness/wait.ts";
import { read, readFile } from "../../../harness/wire/reader.ts";
import { RecordingProxy } from "../../../harness/wire/recording-proxy.ts";
import { joinEvent } from "../../../src/client/index.ts";

describe("what travels, read with the JSON Schemas alone", function () {
  this.timeout(6 * longWaitMs);
  let app: TestApp;
  let proxy: RecordingProxy;

  before(async () => {
    app = await startApp({ room: PointsRoom, config: { gracePeriodMs: 30_000 } });
  });
  after(() => app.close());
  beforeEach(async () => {
    proxy = await RecordingProxy.start(app.port);
  });
  afterEach(() => proxy.close());

  /** Nothing is wrong with what passed; its kinds. */
  function kinds(): ReadonlySet<string> {
    const reading = read(proxy.recorded, { isExact: true });
    expect(reading.faults).to.deep.equal([]);
    return reading.kinds;
  }

  it("[Z42] of the stock SDK: a join, a drop, its own return, one by token, one by a join, a leave, refusals", async () => {
    const event = newEvent();
    const [ann, ben] = [identity(event), identity(event)];
    const witness = await Phone.join(app.url, ann);
    const phone = await Phone.join(proxy.url, ben);
    phone.room.send("heartbeat");
    await until("an acknowledged beat", () => phone.heard.some(({ type }) => type === "heartbeat_ack"));
    phone.drop({ reconnect: true });
    await until("the SDK's own return", () => phone.reconnections === 1);
    await phone.hears("participant_reconnected", ben.device_id);

    phone.drop();
    await witness.hears("participant_temporarily_disconnected", ben.device_id);
    const again = await Phone.reconnect(proxy.url, phone.room.reconnectionToken);
    await again.hears("participant_reconnected", ben.device_id);
    const taken = await Phone.join(proxy.url, ben);
    await until("the older one's close", () => again.closedWith === 4501);
    witness.drop();
    await taken.hears("participant_temporarily_disconnected", ann.device_id);
    await taken.room.leave();
    await until("the goodbye", () => taken.closedWith === 4000);

    for (const { device_id: _, ...options } of [identity(event)])
      expect((await askToJoin(proxy.url, options)).status).to.equal(400);
    expect((await askToJoin(proxy.url, { ...ann, session_token: "another" })).status).to.equal(401);
    await ask(proxy.url, "/healthz");
    await ask(proxy.url, "/readyz");
    expect([...kinds()]).to.include.members([
      "POST /matchmake/joinOrCreate 200",
      "POST /matchmake/reconnect 200",
      "POST /matchmake/joinOrCreate 400",
      "POST /matchmake/joinOrCreate 401",
      "socket 101",
      "to client: 10",
      "to room: 10",
      "to client: 14",
      "to client: 15",
      "to room: heartbeat",
      "to client: heartbeat_ack",
      "to client: participant_temporarily_disconnected",
      "to client: participant_reconnected",
      "to room: 12",
      "close to client: 4501",
      "close to client: 4000",
      "GET /healthz 200",
      "GET /readyz 200",
    ]);
  });

  it("[Z42] of a host with the stock SDK: its token, its list, what it does", async () => {
    const event = newEvent();
    const ann = identity(event);
    const phone = await Phone.join(proxy.url, ann);
    const post = (path: string, body: object, headers = {}) => {
      const json = { "content-type": "application/json", ...headers };
      return ask(proxy.url, path, { method: "POST", body: JSON.stringify(body), headers: json });
    };
    const { text } = await post("/host/session", { code: app.newHostCode() });
    const { host_token } = JSON.parse(text) as { host_token: string };
    const authorization = `Bearer ${host_token}`;
    await post("/host/code", {}, { authorization });
    await ask(proxy.url, "/host/events", { headers: { authorization } });
    await ask(proxy.url, "/host/events");
    const host = await Phone.join(proxy.url, {
      event_id: event,
      role: "observer",
      session_token: host_token,
    });
    const act = (action: object) => host.room.request("host_action", action);
    await act({ action: "end_grace", device_id: ann.device_id });
    await act({ action: "kick", device_id: ann.device_id });
    await until("the kick", () => phone.closedWith === 4500);
    await act({ action: "close_event" });
    await until("the end", () => host.closedWith === 4502);
    expect([...kinds()]).to.include.members([
      "POST /host/session 200",
      "POST /host/code 200",
      "GET /host/events 200",
      "GET /host/events 401",
      "to room: host_action",
      "to client: 22",
      "to client: participant_left",
      "close to client: 4500",
      "close to client: 4502",
    ]);
  });

  it("[Z42] of our client: what it missed, publishes, is told, and is announced to all", async () => {
    const event = newEvent();
    const witness = await Phone.join(app.url, identity(event));
    const session = joinEvent({ url: proxy.url, eventId: event, storage: new FakeStorage() });
    try {
      const thanks: unknown[] = [];
      session.onTold("thanks", (payload) => thanks.push(payload));
      await session.joined();
      await session.publish("points", { n: 2 });
      await session.publish("points", { n: -1 }).catch(() => {});
      await until("thanks", () => thanks.length === 1);
      proxy.cut();
      await witness.hears("participant_temporarily_disconnected", session.deviceId);
      await witness.hears("participant_reconnected", session.deviceId);
      await until("the return", () => session.status === "connected");
    } finally {
      await session.leave();
    }
    expect([...kinds()]).to.include.members([
      "to room: presence_resume",
      "to client: presence_resumed",
      "to room: outbox_publish",
      "to client: outbox_ack",
      "to client: told",
      "to room: told_ack",
      "to client: announcement",
    ]);
  });

  it("[Z42] of one that breaks the rules: errors, closes, and the answer to an upgrade that is refused", async () => {
    const event = newEvent();
    const client = await RawClient.join(proxy.url, identity(event));
    const flood = await RawClient.join(proxy.url, identity(event));
    for (let sent = 0; sent < 400; sent++) flood.beat();
    await until("a close for a flood", () => flood.closedWith === 4503);
    client.socket.send(Buffer.from([13, 0xa1, 0x78, 0xc1, 0xc1]));
    await until("a close for what cannot be read", () => client.closedWith === 4002);
    const stale = new RawClient(proxy.url, client.reservation, {
      reconnectionToken: "not-a-token-of-anyone-0",
    });
    await until("a close for a wrong token", () => stale.closedWith === 4003);
    const lost = new RawClient(proxy.url, { ...client.reservation, roomId: "__proto__" });
    await until("the answer to an upgrade", () => lost.closedWith !== undefined);
    const reading = read(proxy.recorded, { isExact: true });
    expect(reading.faults, "one frame, which the server closed for").to.have.lengthOf(1);
    expect(reading.faults[0]).to.contain('"unreadable"');
    expect([...reading.kinds]).to.include.members([
      "socket 400",
      "close to client: 4503",
      "close to client: 4002",
      "close to client: 4003",
      "to client: 11",
    ]);
  });

  it("[Z46] a question right behind the acknowledgement, in the same packet, is answered for the seat", async () => {
    const who = identity(newEvent());
    for (const way of ["a join", "a return"]) {
      const client = await RawClient.join(app.url, who, { acknowledges: false });
      const network: Duplex = Reflect.get(client.socket, "_socket");
      network.cork();
      client.acknowledge();
      client.socket.send(Buffer.concat([Buffer.from([13, 0xaf]), Buffer.from("presence_resume")]));
      network.uncork();
      const answer = await until("the answer", () =>
        client.messages.find(({ type }) => type === "presence_resumed"),
      );
      expect(answer.payload?.joined_at, way).to.be.greaterThan(0);
      client.socket.terminate();
    }
  });

  it("[Z44] the answer to a return by token has the token again, and no other answer has one", async () => {
    const who = identity();
    const phone = await Phone.join(proxy.url, who);
    const { roomId, reconnectionToken } = phone.room;
    const token = reconnectionToken.split(":")[1];
    const back = await askToJoin(
      proxy.url,
      { reconnectionToken: token },
      {},
      `/matchmake/reconnect/${roomId}`,
    );
    expect(JSON.parse(back.text)).to.include({
      roomId,
      sessionId: phone.room.sessionId,
      reconnectionToken: token,
    });
    const joined = await askToJoin(proxy.url, who);
    expect(JSON.parse(joined.text)).to.include({ roomId }).and.not.have.property("reconnectionToken");
    kinds();
  });

  it("[Z44] of the native C SDK, recorded by harness/native-sdk: a join, a cut, every way back, a leave", () => {
    const { faults, kinds: recorded } = readFile("harness/wire/recorded/native-sdk.jsonl", { isExact: true });
    expect(faults).to.deep.equal([]);
    expect([...recorded]).to.include.members([
      "POST /matchmake/joinOrCreate 200",
      "POST /matchmake/reconnect 200",
      "to room: 10",
      "to room: heartbeat",
      "to client: heartbeat_ack",
      "to client: participant_temporarily_disconnected",
      "to client: participant_reconnected",
      "to client: told",
      "to room: outbox_publish",
      "to client: outbox_ack",
      "close to client: 4501",
      "to room: 12",
      "close to client: 4000",
    ]);
  });

  it("[Z42] and the reader says what is wrong of frames that are not what the schemas say", () => {
    const frame = (hex: string) => read([{ to: "client", hex }], { isExact: true }).faults;
    const told = Buffer.from("told").toString("hex");
    expect(
      frame(`0da4${told}84a26e6f07a474797065a174a96a6f696e65645f617406a177a178`),
      "a field more",
    ).to.have.lengthOf(1);
    expect(frame(`0da4${told}83a26e6f07a474797065a174a96a6f696e65645f617406`)).to.deep.equal([]);
    expect(frame(`0da4${told}82a26e6f07a474797065a174`), "a field less").to.have.lengthOf(1);
    expect(frame("63"), "a first byte that there is not").to.have.lengthOf(1);
  });
});
