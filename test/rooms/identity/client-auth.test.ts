// Who a client is to its room's author, over every way back; and handlers that are for hosts only.
import { expect } from "chai";
import { type JWTPayload, SignJWT } from "jose";
import { z } from "zod";
import {
  type Client,
  type ClientAuth,
  EventRoom,
  hostOnly,
  MemoryStore,
  validate,
} from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { type JoinOptions, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

const secret = "a secret of the server, 32 or more";
const tokenOf = (payload: JWTPayload) =>
  new SignJWT({ sub: "ann", exp: Math.floor(Date.now() / 1000) + 600, ...payload })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(secret));

class HostedRoom extends EventRoom {
  readonly started: unknown[] = [];
  override messages = {
    who: (client: Client) => ({ auth: client.auth, isHost: this.isHost(client) }),
    start: hostOnly(validate(z.int(), (_client, round) => this.started.push(round))),
    "*": hostOnly((_client, type) => this.started.push(type)),
    stop: hostOnly((client, payload: unknown) => ({ stopped: payload, by: client.auth?.userId })),
  };
}

interface Said {
  readonly auth: ClientAuth;
  readonly isHost: boolean;
}
const ask = (phone: Phone): Promise<Said> => phone.room.request("who") as Promise<Said>;

describe("who a client is to its room", () => {
  const store = new MemoryStore();
  let app: TestApp;
  const start = (port = 0) =>
    startApp({
      room: HostedRoom,
      store,
      config: { port, authMode: "token", sessionSecret: secret, gracePeriodMs: 60_000 },
    });
  before(async () => {
    app = await start();
  });
  after(() => app.close());

  let devices = 0;
  const newcomer = async (payload: JWTPayload = {}, event_id = newEvent()) => {
    const device_id = `a${(devices += 1)}`;
    const session_token = await tokenOf({ event_id, device_id, ...payload });
    return { event_id, device_id, session_token };
  };
  const observer = async (event_id: string, payload: JWTPayload): Promise<Phone> =>
    Phone.join(app.url, {
      event_id,
      role: "observer",
      session_token: await tokenOf({ event_id, ...payload }),
    });
  const isAway = (me: JoinOptions) =>
    until("away", () => app.room(me.event_id as string)?.participants.list("temporarily_disconnected")[0]);

  it("[A20] a participant, an observer and a host are told apart, each with its user and its claims", async () => {
    const me = await newcomer({ team: "red", level: 3 });
    const claims = { team: "red", level: 3 };
    const { device_id: deviceId } = me;
    expect(await ask(await Phone.join(app.url, me))).to.deep.equal({
      auth: { role: "participant", userId: "ann", deviceId, device_id: deviceId, claims },
      isHost: false,
    });
    const watching = await ask(await observer(me.event_id, { role: "observer", sub: "eve" }));
    expect(watching).to.deep.equal({
      auth: { role: "observer", userId: "eve", deviceId: undefined, claims: {} },
      isHost: false,
    });
    const hosting = await ask(await observer(me.event_id, { role: "host", sub: "bob", desk: 1 }));
    expect(hosting).to.deep.equal({
      auth: { role: "host", userId: "bob", deviceId: undefined, claims: { desk: 1 } },
      isHost: true,
    });
  });

  it("[A20] it is the same by the SDK, by a token, by a join, by a takeover and after a restart", async () => {
    const me = await newcomer({ team: "red" });
    let phone = await Phone.join(app.url, me);
    const { auth } = await ask(phone);
    const same = async (way: string) => expect((await ask(phone)).auth, way).to.deep.equal(auth);
    phone.drop({ reconnect: true });
    await until("reconnected", () => phone.reconnections === 1);
    await same("the SDK");
    let token = phone.room.reconnectionToken;
    phone.drop();
    await isAway(me);
    phone = await Phone.reconnect(app.url, token);
    await same("its reconnection token");
    phone.drop();
    await isAway(me);
    phone = await Phone.join(app.url, me);
    await same("a join");
    phone = await Phone.join(app.url, me);
    await same("a takeover");
    token = phone.room.reconnectionToken;
    phone.room.reconnection.enabled = false;
    await app.close();
    app = await start(app.port);
    phone = await Phone.reconnect(app.url, token);
    await same("its reconnection token after a restart");
  });

  it("[A20] a return by join brings its own claims, for every later reconnection; no author's room sees the token", async () => {
    const me = await newcomer({ team: "red" });
    const first = await Phone.join(app.url, me);
    const { event_id, device_id } = me;
    const session_token = await tokenOf({ event_id, device_id, team: "blue" });
    const second = await Phone.join(app.url, { ...me, session_token });
    expect((await ask(second)).auth.claims).to.deep.equal({ team: "blue" });
    second.drop({ reconnect: true });
    await until("reconnected", () => second.reconnections === 1);
    const said = await ask(second);
    expect(said.auth.claims).to.deep.equal({ team: "blue" });
    expect(JSON.stringify(said)).to.not.include(session_token);
    expect(first.closedWith).to.equal(4501);
    const plain = await Phone.join(app.url, { ...me, session_token: await tokenOf({ event_id, device_id }) });
    expect((await ask(plain)).auth.claims, "claims that are gone").to.deep.equal({});
  });

  it("[A21] a handler for hosts only takes a host's messages and requests, and nobody else's", async () => {
    const me = await newcomer();
    const phone = await Phone.join(app.url, me);
    const room = app.room(me.event_id) as unknown as HostedRoom;
    const host = await observer(me.event_id, { role: "host", sub: "bob" });
    const watching = await observer(me.event_id, { role: "observer" });
    for (const each of [phone, watching]) {
      const refusal = await each.room.request("start", 1).catch((error: unknown) => error);
      expect(refusal).to.include({ code: 403, message: "Only a host may do this" });
      const again = await each.room.request("stop", 1).catch((error: unknown) => error);
      expect(again).to.include({ code: 403 });
      each.room.send("start", 2);
      each.room.send("start", "nothing that its schema takes");
      each.room.send("stop");
      each.room.send("anything else", 1);
      expect(await ask(each), "its connection lives").to.have.property("isHost", false);
      expect(each.closedWith).to.equal(undefined);
    }
    expect(room.started).to.deep.equal([]);
    const lines = app.lines.filter(({ event_id, not_allowed }) => event_id === me.event_id && not_allowed);
    expect(lines).to.have.length(8);
    expect(lines[0]).to.include({
      level: 30,
      device_id: me.device_id,
      not_allowed: "start: Only a host may do this",
    });
    expect(await host.room.request("start", 3)).to.equal(1);
    expect(await host.room.request("stop", 4)).to.deep.equal({ stopped: 4, by: "bob" });
    host.room.send("start", 5);
    host.room.send("anything else", 1);
    await until("started", () => room.started.includes("anything else"));
    expect(room.started).to.deep.equal([3, 5, "anything else"]);
    expect(app.lines.some(({ event_id, level }) => event_id === me.event_id && level === 50)).to.equal(false);
  });

  it("[A21] a host whose schema refuses what it sends is closed as anybody is", async () => {
    const me = await newcomer();
    const host = await observer(me.event_id, { role: "host" });
    host.room.reconnection.enabled = false;
    host.room.send("start", "one");
    await until("closed", () => host.closedWith === 4002);
  });
});
